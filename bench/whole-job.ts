import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { bulkLogs, literalFile, scratchFolder, yaraRuleFile, type BenchData } from "./data.ts";
import { compare, type Contestant, type Result } from "./harness/compare.ts";
import { versionOf, type Peer } from "./harness/find-program.ts";
import { runProcess } from "./harness/run-process.ts";
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
    name: "`sha256sum` alone",
    file: "sha256sum",
    versionArgs: ["--version"],
    make: (data) => [{ file: "sha256sum", args: data.files }],
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

/** Literals that DuckDB is given as one regular expression. */
const DUCKDB_LITERALS = 20;
const DUCKDB_RUN = join(import.meta.dirname, "duckdb-run.js");

/** Programs that understand the lines of IIS only. */
const IIS_RIVALS: readonly Rival[] = [
  {
    name: "DuckDB: `read_csv`, one `regexp_matches` of 20 texts, 2 threads",
    file: process.execPath,
    versionArgs: ["--version"],
    make: (data, literals) => {
      const texts = readFileSync(literals, "utf8").split("\n").filter(Boolean).slice(0, DUCKDB_LITERALS);
      const pattern = texts.map((text) => text.replace(/[^A-Za-z0-9 _/-]/gu, "\\$&")).join("|");
      return [{ file: process.execPath, args: [DUCKDB_RUN, pattern, ...data.files] }];
    },
  },
  {
    name: "goaccess, every line parsed",
    file: "goaccess",
    versionArgs: ["--version"],
    make: (data) => [
      {
        file: "goaccess",
        args: [
          "--log-format=W3C",
          "--no-progress",
          "-o",
          join(scratchFolder(), "report.json"),
          ...data.files,
        ],
      },
    ],
  },
];

/** `postern assess` over the IIS logs alone, beside programs that parse them. */
export async function iisJob(options: WholeJobOptions): Promise<Section> {
  const all = await bulkLogs(options.gigabytes);
  const files = all.files.filter((file) => /u_ex[^/\\]*\.log$/u.test(file));
  const folder = dirname(files[0] ?? all.folder);
  const data = { folder, files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
  return compareJob(options, { data, rivals: IIS_RIVALS, what: "IIS logs" });
}

/** `postern assess`, whole process, beside what a user would otherwise run over the same files. */
export async function wholeJob(options: WholeJobOptions): Promise<Section> {
  const data = await bulkLogs(options.gigabytes);
  const one = assessProgram(data, { out: join(scratchFolder(), "case-1"), more: ["--workers", "1"] });
  const also = [{ name: "`postern assess --workers 1`", programs: [one] }];
  return compareJob(options, { data, rivals: RIVALS, also, what: "IIS and HttpProxy logs" });
}

/** Every so many requests one is a scanner's. */
const STORM = 5;

/** The main job where every fifth request is a scanner's, beside the same without. */
export async function stormJob(options: WholeJobOptions): Promise<Section> {
  const [plain, storm] = [await bulkLogs(options.gigabytes), await bulkLogs(options.gigabytes, STORM)];
  const out = scratchFolder();
  const results = await compare(
    [
      { name: "ordinary requests", programs: [assessProgram(plain, { out: join(out, "plain"), more: [] })] },
      {
        name: "every fifth one a scanner's",
        programs: [assessProgram(storm, { out: join(out, "storm"), more: [] })],
      },
    ],
    options.rounds,
    options.say,
  );
  return {
    title: `A storm: ${(storm.bytes / 1e9).toFixed(2)} GB of IIS and HttpProxy logs`,
    note: "`postern assess`, whole process; the scanners ask for back doors and forge addresses, and are refused.",
    head: HEAD,
    rows: results.map((result, index) => toRow(result, index === 0 ? plain.bytes : storm.bytes)),
    skipped: [],
  };
}

/** The main job over logs of one size: run with several sizes it shows how time and memory grow. */
export async function growthJob(options: WholeJobOptions): Promise<Section> {
  const data = await bulkLogs(options.gigabytes);
  const contestants = [undefined, "1"].map((workers) => ({
    name: workers === undefined ? "all threads" : "one thread",
    programs: [
      assessProgram(data, {
        out: join(scratchFolder(), `case-${workers ?? "all"}`),
        more: workers === undefined ? [] : ["--workers", workers],
      }),
    ],
  }));
  const results = await compare(contestants, options.rounds, options.say);
  return {
    title: `Growth: ${(data.bytes / 1e9).toFixed(2)} GB, ${String(data.files.length)} files`,
    note: "`postern assess`, whole process; every day has other people, addresses and programs.",
    head: HEAD,
    rows: results.map((result) => toRow(result, data.bytes)),
    skipped: [],
  };
}

const HEAD = ["what", "seconds, median (least to most)", "MB/s", "times Postern", "peak memory"];

interface Job {
  readonly data: BenchData;
  /** Further ways to run Postern. */
  readonly also?: readonly Contestant[];
  readonly rivals: readonly Rival[];
  readonly what: string;
}

async function compareJob(
  options: WholeJobOptions,
  { data, rivals, also = [], what }: Job,
): Promise<Section> {
  const literals = literalFile(LITERALS);
  const versions = rivals.map((rival) => ({ rival, version: versionOf(rival) }));
  const there = versions.filter(({ version }) => version !== null);
  const contestants: Contestant[] = [
    {
      name: "`postern assess`",
      programs: [assessProgram(data, { out: join(scratchFolder(), "case"), more: [] })],
    },
    ...also,
    ...there.map(({ rival }) => ({ name: rival.name, programs: rival.make(data, literals) })),
  ];
  const results = await compare(contestants, options.rounds, options.say);
  const gigabytes = (data.bytes / 1e9).toFixed(2);
  return {
    title: `The whole job: ${gigabytes} GB of ${what}`,
    note:
      `Generated logs, ${String(data.files.length)} files, warm cache; whole processes in turn, ${String(options.rounds)} rounds. Postern hashes, counts every line by ` +
      `hour, judges what matches, and reads a second time what the intruders' addresses did. ${versions
        .map(({ version }) => version ?? "")
        .filter(Boolean)
        .join("; ")}.`,
    head: HEAD,
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

/** Logs in an archive, beside taking them out of it and throwing them away. */
export async function zipJob(options: WholeJobOptions): Promise<Section> {
  const data = await bulkLogs(options.gigabytes);
  const zip = `${data.folder}.zip`;
  if (!existsSync(zip)) await runProcess({ file: "zip", args: ["-q", "-1", "-r", zip, data.folder] });
  const results = await compare(
    [
      {
        name: "`postern assess` of the archive",
        programs: [assessProgram({ ...data, folder: zip }, { out: join(scratchFolder(), "case"), more: [] })],
      },
      {
        name: "`unzip -p`, output read and thrown away",
        programs: [{ file: "sh", args: ["-c", 'unzip -p "$0" | cat > /dev/null', zip] }],
      },
    ],
    options.rounds,
    options.say,
  );
  return {
    title: "Evidence in an archive",
    note: `The same ${(data.bytes / 1e9).toFixed(2)} GB of logs, deflated into ${(statSync(zip).size / 1e6).toFixed(0)} MB; MB/s of what comes out.`,
    head: HEAD,
    rows: results.map((result) => toRow(result, data.bytes)),
    skipped: [],
  };
}
