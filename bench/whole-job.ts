import { join } from "node:path";

import { bulkLogs, literalFile, scratchFolder, yaraRuleFile, type BenchData } from "./data.ts";
import { compare, type Contestant, type Result } from "./harness/compare.ts";
import { versionOf, type Peer } from "./harness/find-program.ts";
import type { Section } from "./harness/section.ts";

/** How large and how often. */
export interface WholeJobOptions {
  readonly gigabytes: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const LITERALS = 200;
const POSTERN = join(import.meta.dirname, "..", "packages", "postern", "bin", "postern.js");
/** `rg` and `grep` end with 1 when nothing matches, `postern assess` with 1 when something was found. */
const FOUND_OR_NOT = [0, 1];

interface Rival extends Peer {
  readonly name: string;
  readonly make: (data: BenchData, literals: string) => Contestant["programs"];
}

const RIVALS: readonly Rival[] = [
  {
    name: "ripgrep, 200 literals, `rg -c -F -f`",
    file: "rg",
    versionArgs: ["--version"],
    make: (data, literals) => [
      { file: "rg", args: ["-c", "-F", "-f", literals, data.folder], ends: FOUND_OR_NOT },
    ],
  },
  {
    name: "`openssl dgst -sha256`, then `rg -j2 -i -F -c -f`",
    file: "openssl",
    versionArgs: ["version"],
    make: (data, literals) => [
      { file: "openssl", args: ["dgst", "-sha256", ...data.files] },
      { file: "rg", args: ["-j2", "-i", "-F", "-c", "-f", literals, data.folder], ends: FOUND_OR_NOT },
    ],
  },
  {
    name: "`grep -F -c -f` (case-sensitive)",
    file: "grep",
    versionArgs: ["--version"],
    make: (data, literals) => [
      { file: "grep", args: ["-r", "-c", "-F", "-f", literals, data.folder], ends: FOUND_OR_NOT },
    ],
  },
  {
    name: "`yara -p2`, the same literals as one rule",
    file: "yara",
    versionArgs: ["--version"],
    make: (data, literals) => [
      { file: "yara", args: ["-p", "2", "-r", yaraRuleFile(literals), data.folder] },
    ],
  },
];

/** `postern assess`, whole process, beside what a user would otherwise run over the same files. */
export async function wholeJob(options: WholeJobOptions): Promise<Section> {
  const data = await bulkLogs(options.gigabytes);
  const literals = literalFile(LITERALS);
  const versions = RIVALS.map((rival) => ({ rival, version: versionOf(rival) }));
  const there = versions.filter(({ version }) => version !== null);
  const contestants: Contestant[] = [
    { name: "`postern assess`", programs: [assessProgram(data, { out: join(scratchFolder(), "case"), more: [] })] },
    ...there.map(({ rival }) => ({ name: rival.name, programs: rival.make(data, literals) })),
  ];
  const results = await compare(contestants, options.rounds, options.say);
  const gigabytes = (data.bytes / 1e9).toFixed(2);
  return {
    title: `The whole job: ${gigabytes} GB of IIS and HttpProxy logs`,
    note:
      `Generated logs, ${String(data.files.length)} files, warm cache; whole processes in turn, ${String(options.rounds)} rounds. Postern hashes, counts every line by ` +
      `hour, judges what matches, and reads a second time what the intruders' addresses did. ${versions
        .map(({ version }) => version ?? "")
        .filter(Boolean)
        .join("; ")}.`,
    head: ["what", "seconds, median (least to most)", "MB/s", "times Postern", "peak memory"],
    rows: results.map((result) => toRow(result, data.bytes)),
    skipped: versions
      .filter(({ version }) => version === null)
      .map(({ rival }) => `${rival.file} is not installed`),
  };
}

/** The main job over generated logs, with further arguments. */
export function assessProgram(
  data: BenchData,
  { out, more }: { readonly out: string; readonly more: readonly string[] },
): Contestant["programs"][number] {
  return {
    file: process.execPath,
    args: [POSTERN, "assess", data.folder, "-o", out, "--force", "--quiet", ...more],
    ends: [0, 1, 3],
  };
}

function toRow(result: Result, bytes: number): readonly string[] {
  const { least, median, most } = result.seconds;
  return [
    result.name,
    `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`,
    (bytes / 1e6 / median).toFixed(0),
    result.timesFirst.toFixed(2),
    result.peakBytes === null ? "not known" : `${String(Math.round(result.peakBytes / 1e6))} MB`,
  ];
}
