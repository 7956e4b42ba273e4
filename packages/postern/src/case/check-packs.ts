import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import {
  compilePackRules,
  createLibyaraWasm,
  loadPacks,
  readRuleFile,
  ruleFilesOf,
  testFileRules,
  testPackRules,
  type LoadedPacks,
  type Pack,
} from "../detect/index.ts";
import { findDataFolder } from "../knowledge/index.ts";
import type { Problem } from "../model/index.ts";

/** What looking through packs showed. Problems stand in order of file and line. */
export interface PackCheck {
  readonly packs: readonly Pack[];
  readonly rules: number;
  readonly fileRules: number;
  /** Cases that did what they should; 0 when cases were not run. */
  readonly passed: number;
  readonly problems: readonly Problem[];
}

/**
 * Looks through packs: everything that their authors must correct, all at once. `cases` also runs the cases of every rule.
 * @param folder a folder of packs, or one pack; null for the packs that come with Postern.
 * @throws PosternError PACK_INVALID when the folder cannot be read.
 */
export async function checkPacks(
  folder: string | null,
  options: { readonly cases: boolean },
): Promise<PackCheck> {
  const { packs, problems } = loadFrom(folder);
  const compiled = compilePackRules(packs);
  const found: Problem[] = [...problems, ...compiled.problems, ...slowRules(packs, compiled.unconditional)];
  let passed = 0;
  let fileRules = 0;
  for (const pack of packs) {
    const files = await checkFileRules(pack, options.cases);
    fileRules += files.rules;
    passed += files.passed;
    found.push(...files.problems);
  }
  if (options.cases) {
    const tested = testPackRules(packs);
    passed += tested.passed;
    // Problems of the rules themselves are told already.
    found.push(...tested.failures.filter(({ code }) => code.startsWith("PACK_CASE")));
  }
  const rules = packs.reduce((sum, pack) => sum + pack.rules.length, 0);
  return { packs, rules, fileRules, passed, problems: sorted(found) };
}

function loadFrom(folder: string | null): LoadedPacks {
  if (folder === null) return loadPacks(findDataFolder("packs"));
  if (!existsSync(join(folder, "pack.yml"))) return loadPacks(folder);
  const name = basename(resolve(folder));
  const { packs, problems } = loadPacks(dirname(resolve(folder)));
  return {
    packs: packs.filter((pack) => basename(pack.folder) === name),
    problems: problems.filter((problem) => problem.at.file.startsWith(`${name}/`)),
  };
}

/** A rule without a literal is right, but makes the scan read every record of its log in full. */
function slowRules(
  packs: readonly Pack[],
  unconditional: Readonly<Record<string, readonly string[]>>,
): readonly Problem[] {
  const fileOf = new Map(
    packs.flatMap((pack) => pack.rules.map(({ info, file }) => [info.id, file] as const)),
  );
  return Object.entries(unconditional).flatMap(([artifact, ids]) =>
    ids.map((id) => ({
      code: "PACK_NO_LITERAL",
      severity: "warning" as const,
      at: { file: fileOf.get(id) ?? id, line: 1, column: 1 },
      message: `${id} needs no text of at least four characters that ${artifact} writes as it is: every record must be read in full`,
      advice: "Add a selection with a fixed path, name or parameter.",
    })),
  );
}

async function checkFileRules(
  pack: Pack,
  cases: boolean,
): Promise<{ readonly rules: number; readonly passed: number; readonly problems: readonly Problem[] }> {
  const read = ruleFilesOf(pack).map((path) =>
    readRuleFile(`${pack.id}/files/${basename(path)}`, readFileSync(path, "utf8")),
  );
  const sources = read.flatMap(({ source }) => source ?? []);
  if (read.length === 0) return { rules: 0, passed: 0, problems: [] };
  const compiled = await createLibyaraWasm().compile(sources);
  const folder = join(pack.folder, "files");
  const tested = cases
    ? testFileRules({ folder, pack: pack.id, sources }, compiled.scanner)
    : { passed: 0, failures: [] };
  const rules = compiled.scanner.rules.length;
  compiled.scanner.close();
  const problems = [...read.flatMap((one) => one.problems), ...compiled.problems, ...tested.failures];
  return { rules, passed: tested.passed, problems };
}

function sorted(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) => (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : 0) || a.at.line - b.at.line,
  );
}
