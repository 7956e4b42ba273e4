import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Problem } from "../../model/index.ts";
import type { YaraScanner, YaraSource } from "./engine.ts";

/** A content that a file rule must find, or must leave alone. */
interface FileCase {
  readonly rule: string;
  readonly name: string;
  readonly match: boolean;
  readonly content: Uint8Array;
}

/**
 * Runs the cases of file rules: `cases.json` in the folder of the rules, contents in Base64. Each rule (by its `id` in `meta`) must have
 * a case that it finds and one that it leaves alone. Nothing of a content is run or written.
 */
export function testFileRules(
  rules: {
    readonly folder: string;
    readonly pack: string;
    readonly sources: readonly YaraSource[];
  },
  scanner: YaraScanner,
): { readonly passed: number; readonly failures: readonly Problem[] } {
  const file = `${rules.pack}/files/cases.json`;
  const failures: Problem[] = [];
  const wrong = (code: string, message: string): void => {
    failures.push({ code, severity: "error", at: { file, line: 1, column: 1 }, message });
  };
  const cases = readFileCases(join(rules.folder, "cases.json"), (message) => {
    wrong("PACK_CASES", message);
  });
  for (const message of missingCases(rules.sources, cases)) wrong("PACK_CASES", message);
  let passed = 0;
  for (const { rule, name, match, content } of cases) {
    const found = scanner.scan(content).some(({ meta }) => meta["id"] === rule);
    if (found === match) passed++;
    else if (found) wrong("PACK_CASE_MATCHED", `${rule} matches what it must not: ${name}`);
    else wrong("PACK_CASE_MISSED", `${rule} does not match: ${name}`);
  }
  return { passed, failures };
}

/** Ids stand in `meta`, which the engine shows only for rules that match: so they are read from the text. */
function idsOf(sources: readonly YaraSource[]): readonly string[] {
  return sources.flatMap(({ text }) =>
    [...text.matchAll(/^\s*id\s*=\s*"([^"]+)"/gmu)].map((match) => match[1] ?? ""),
  );
}

function missingCases(sources: readonly YaraSource[], cases: readonly FileCase[]): readonly string[] {
  return idsOf(sources).flatMap((id) => {
    const own = cases.filter(({ rule }) => rule === id);
    return [
      ...(own.some(({ match }) => match) ? [] : [`${id} has no case that it must find`]),
      ...(own.some(({ match }) => !match) ? [] : [`${id} has no case that it must leave alone`]),
    ];
  });
}

function readFileCases(path: string, wrong: (message: string) => void): readonly FileCase[] {
  if (!existsSync(path)) return [];
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    wrong(`the file is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
  const list: unknown = isRow(value) ? value["cases"] : null;
  if (!Array.isArray(list)) {
    wrong('the file must hold a list "cases"');
    return [];
  }
  return list.flatMap((item: unknown, index) => {
    const read = readFileCase(item);
    if (read === null) wrong(`case ${String(index + 1)} must have rule, name, match and content (Base64)`);
    return read ?? [];
  });
}

function readFileCase(item: unknown): FileCase | null {
  if (!isRow(item)) return null;
  const { rule, name, match, content } = item;
  if (typeof rule !== "string" || typeof name !== "string") return null;
  if (typeof match !== "boolean" || typeof content !== "string") return null;
  return { rule, name, match, content: Buffer.from(content, "base64") };
}

function isRow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
