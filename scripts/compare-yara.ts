import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { basename, extname, join } from "node:path";
import {
  NO_EXTERNALS,
  createLibyaraWasm,
  type YaraExternals,
  type YaraScanner,
  type YaraSource,
} from "../packages/postern/src/detect/index.ts";

// Runs YARA rules over files through Postern's engine and compares the matches with those of another engine:
//   tsx -C @postern/source scripts/compare-yara.ts RULES FILES [EXPECTED.csv] [--every-rule N]
// RULES is a folder of rule files, FILES a folder. EXPECTED.csv has the columns rule and sha256 first. --every-rule also runs all rules
// over every Nth file, without the filter, and compares. Ends with 1 when a difference is left that nobody has explained.

/** Differences that have a reason, by rule. */
const EXPLAINED: ReadonlyMap<string, string> = new Map([]);

const MS = 1e3;

function filesBelow(folder: string, wanted: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function compileFolder(folder: string, everyRule: boolean): Promise<YaraScanner> {
  const sources = filesBelow(folder, /\.yara?$/iu).map((file): YaraSource => ({
    file,
    text: readFileSync(file, "utf8"),
  }));
  const start = process.cpuUsage();
  const { scanner, problems } = await createLibyaraWasm({ everyRule }).compile(sources);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (!everyRule) {
    console.log(
      `${String(scanner.rules.length)} rules of ${String(sources.length)} files compiled in ${since(start)} ms; ${String(problems.length - errors.length)} warnings, ${String(errors.length)} errors`,
    );
    for (const { at, message } of errors) console.log(`  ${at.file}:${String(at.line)} ${message}`);
  }
  return scanner;
}

/** CPU time in milliseconds. */
function since(start: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(start);
  return ((user + system) / MS).toFixed(1);
}

function externalsOf(path: string): YaraExternals {
  return { ...NO_EXTERNALS, filename: basename(path), filepath: path, extension: extname(path) };
}

function namesOf(scanner: YaraScanner, path: string, bytes: Uint8Array): readonly string[] {
  return [...new Set(scanner.scan(bytes, externalsOf(path)).map(({ rule }) => rule))].sort();
}

interface Ran {
  /** Pairs of rule and file. */
  readonly found: ReadonlySet<string>;
  readonly hashes: ReadonlySet<string>;
}

async function run(rules: string, files: readonly string[], every: number): Promise<Ran> {
  const scanner = await compileFolder(rules, false);
  const plain = every > 0 ? await compileFolder(rules, true) : null;
  const found = new Set<string>();
  const hashes = new Set<string>();
  const start = process.cpuUsage();
  let sizeBytes = 0;
  let unlike = 0;
  for (const [index, path] of files.entries()) {
    const bytes = readFileSync(path);
    sizeBytes += bytes.length;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    hashes.add(sha256);
    const names = namesOf(scanner, path, bytes);
    for (const name of names) found.add(`${name},${sha256}`);
    if (plain === null || index % every !== 0) continue;
    const all = namesOf(plain, path, bytes);
    if (all.join() === names.join()) continue;
    unlike++;
    console.log(`${path}: with the filter ${names.join(" ")}; without ${all.join(" ")}`);
  }
  const perFile = (Number(since(start)) / files.length).toFixed(2);
  console.log(
    `${String(files.length)} files, ${String(sizeBytes)} bytes: ${since(start)} ms of CPU time, ${perFile} ms a file`,
  );
  if (plain !== null) console.log(`${String(unlike)} files differ with and without the filter`);
  if (unlike > 0) process.exitCode = 1;
  return { found, hashes };
}

function readExpected(path: string, hashes: ReadonlySet<string>): ReadonlySet<string> {
  const rows = readFileSync(path, "utf8").split("\n").slice(1);
  const pairs = rows.filter((row) => row !== "").map((row) => row.split(",").slice(0, 2).join(","));
  const here = pairs.filter((pair) => hashes.has(pair.split(",")[1] ?? ""));
  console.log(`${String(pairs.length - here.length)} expected matches are of files that are not here`);
  return new Set(here);
}

function compare(found: ReadonlySet<string>, expected: ReadonlySet<string>): void {
  const rows = [
    ...[...expected].filter((row) => !found.has(row)).map((row) => ({ row, only: "theirs" })),
    ...[...found].filter((row) => !expected.has(row)).map((row) => ({ row, only: "ours" })),
  ];
  const unexplained = rows.filter(({ row }) => !EXPLAINED.has(row.split(",")[0] ?? ""));
  const same = [...expected].filter((row) => found.has(row)).length;
  console.log(
    `${String(same)} of ${String(expected.size)} matches equal; ${String(rows.length)} differ, ${String(unexplained.length)} of them unexplained`,
  );
  const counts = new Map<string, number>();
  for (const { row, only } of rows) {
    const rule = row.split(",")[0] ?? "";
    const line = `only ${only}: ${rule} (${EXPLAINED.get(rule) ?? `UNEXPLAINED, e.g. ${row.split(",")[1] ?? ""}`})`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  for (const [line, count] of [...counts].sort()) console.log(`  ${String(count)} ${line}`);
  if (unexplained.length > 0) process.exitCode = 1;
}

const words = process.argv.slice(2);
const at = words.indexOf("--every-rule");
const every = at < 0 ? 0 : Number(words.splice(at, 2)[1]);
const [rules, folder, expected] = words;
if (rules === undefined || folder === undefined) {
  console.error("usage: compare-yara.ts RULES FILES [EXPECTED.csv] [--every-rule N]");
  process.exitCode = 2;
} else {
  const { found, hashes } = await run(rules, filesBelow(folder, /./u), every);
  if (expected !== undefined) compare(found, readExpected(expected, hashes));
}
