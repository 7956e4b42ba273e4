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
const EDITION = 3;
const ROOT = join(import.meta.dirname, "..", ".bench");

/** A server writes two and a half times as much HttpProxy logs as IIS logs; measured is as much of each. */
const WRITTEN_FOR_EACH = 1.85;

/** Takes files away, evenly, until what is left has about `bytes`. */
function thinOut(files: readonly string[], bytes: number): void {
  const sizes = files.map((file) => statSync(file).size);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let kept = 0;
  let seen = 0;
  for (const [index, file] of files.entries()) {
    const size = sizes[index] ?? 0;
    seen += size;
    if (kept + size / 2 <= (seen / all) * Math.min(bytes, all)) kept += size;
    else rmSync(file);
  }
}

/**
 * Generated IIS and HttpProxy logs of about `gigabytes` (10^9 bytes), half and half, made once and kept in `.bench/`.
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
      bytes: Math.round(gigabytes * WRITTEN_FOR_EACH * 1e9),
      seed: SEED,
      ...(probeEvery === undefined ? {} : { probeEvery }),
    });
    const written = filesIn(folder);
    const isIis = (path: string): boolean => path.includes("W3SVC");
    thinOut(written.filter(isIis), gigabytes * 0.5e9);
    thinOut(
      written.filter((path) => !isIis(path)),
      gigabytes * 0.5e9,
    );
    writeFileSync(stamp, "");
  }
  const files = filesIn(folder);
  return { folder, files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
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
