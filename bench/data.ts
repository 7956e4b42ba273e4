import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loadDetection } from "../packages/postern/src/case/index.ts";
import { writeBulkLogs } from "../packages/postern/src/demo/index.ts";

/** Logs to measure on. */
export interface BenchData {
  readonly folder: string;
  readonly files: readonly string[];
  readonly bytes: number;
}

const SEED = 7;
/** Counts up when the generator's output changes, so that old data is not measured as new. */
const EDITION = 2;
const ROOT = join(import.meta.dirname, "..", ".bench");

/**
 * Generated IIS and HttpProxy logs of about `gigabytes` (10^9 bytes), made once and kept in `.bench/`.
 * @param probeEvery every so many requests one is a scanner's; default none
 */
export async function bulkLogs(gigabytes: number, probeEvery?: number): Promise<BenchData> {
  const kind = probeEvery === undefined ? "logs" : `storm-${String(probeEvery)}`;
  const folder = join(ROOT, `${kind}-${String(gigabytes)}-gb-${String(EDITION)}`);
  const stamp = `${folder}.done`;
  if (!existsSync(stamp)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await writeBulkLogs(folder, {
      bytes: Math.round(gigabytes * 1e9),
      seed: SEED,
      ...(probeEvery === undefined ? {} : { probeEvery }),
    });
    writeFileSync(stamp, "");
  }
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
  return { folder, files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

/** A file of `count` texts to look for, one a line: what the packs look for, filled up with names of other pages. */
export function literalFile(count: number): string {
  const detection = loadDetection();
  const own = [...new Set(detection.matcher.literals)].filter((text) => !text.includes("\n")).sort();
  const more = Array.from({ length: count }, (_, index) => `/owa/auth/page${String(index)}.aspx`);
  const path = join(ROOT, `literals-${String(count)}.txt`);
  mkdirSync(ROOT, { recursive: true });
  writeFileSync(path, `${[...own, ...more].slice(0, count).join("\n")}\n`);
  return path;
}

/** The same texts as one YARA rule, in a file. */
export function yaraRuleFile(literals: string): string {
  const texts = readFileSync(literals, "utf8").split("\n").filter(Boolean);
  const strings = texts.map((text, index) => `    $s${String(index)} = ${JSON.stringify(text)} nocase`);
  const path = `${literals}.yar`;
  writeFileSync(path, `rule texts {\n  strings:\n${strings.join("\n")}\n  condition:\n    any of them\n}\n`);
  return path;
}

/** A folder for what the contestants write; emptied now. */
export function scratchFolder(): string {
  const folder = join(ROOT, "out");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
