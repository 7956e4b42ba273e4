/** Event logs: `npm run bench -- evtx`, or alone `tsx --conditions=@postern/source bench/evtx.ts`. Needs a build (`npx tsc -b`). */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { evtxFile, type EvtxBenchFile } from "./evtx-file.ts";
import { compare, type Contestant, type Result } from "./harness/compare.ts";
import { versionOf } from "./harness/find-program.ts";
import { describeMachine } from "./harness/machine.ts";
import { median } from "./harness/median.ts";
import { runProcess } from "./harness/run-process.ts";
import { renderSection, type Section } from "./harness/section.ts";

/** How often, and whom to tell about it. */
export interface EvtxBenchOptions {
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const RUN = join(import.meta.dirname, "evtx-run.js");
/** 104.9 MB, and 1.05 GB. */
const CHUNKS = 1_600;
const MANY_CHUNKS = 16_000;
/** 10.5 MB: what takes minutes for more. */
const FEW_CHUNKS = 160;
/** Runs that do not count: each thread's code is compiled by what it reads itself, and two of them read half of it each. */
const WARM_UP = 4;

/** Whole processes beside evtxexport, the reader inside one process, two workers, and memory on a file ten times as large. */
export async function evtxBench(options: EvtxBenchOptions): Promise<readonly Section[]> {
  const file = evtxFile(CHUNKS);
  return [await wholeProcesses(file, options), await inside(file, options)];
}

async function wholeProcesses(file: EvtxBenchFile, { rounds, say }: EvtxBenchOptions): Promise<Section> {
  const node = (name: string, task: string): Contestant => ({
    name,
    programs: [{ file: process.execPath, args: [RUN, task, file.path] }],
  });
  const version = versionOf({ file: "evtxexport", versionArgs: ["-V"] });
  const rival: Contestant = {
    name: "`evtxexport -f xml` (libevtx, C)",
    programs: [{ file: "evtxexport", args: ["-f", "xml", file.path] }],
  };
  const own = [
    node("every record as JSON, one a line", "json"),
    node("number of every record, command lines of process events", "fields"),
  ];
  const results = await compare(version === null ? own : [rival, ...own], rounds, say);
  const python = await pythonRow(results[0], file);
  return {
    title: "Event logs, whole processes",
    note: `${megabytes(file)} MB of ${file.origin}; output thrown away; each round runs all of them in turn.`,
    head: ["Program", "least s", "median s", "most s", "MB/s", "peak memory", "times as fast as evtxexport"],
    rows: [
      ...results.map((result) => processRow(result, file, version !== null)),
      ...(python === null ? [] : [python]),
    ],
    skipped: [
      ...(version === null ? ["`evtxexport` (Debian package libevtx-utils) is not installed"] : []),
      ...(python === null ? ["`evtx_dump.py` (Debian package python3-evtx) is not installed"] : []),
    ],
  };
}

/** python-evtx, once and over a tenth of the file; compared by bytes a second. Null where it is not installed. */
async function pythonRow(first: Result | undefined, file: EvtxBenchFile): Promise<readonly string[] | null> {
  if (versionOf({ file: "evtx_dump.py", versionArgs: ["--help"] }) === null) return null;
  const few = evtxFile(FEW_CHUNKS);
  const { seconds, peakBytes } = await runProcess({ file: "evtx_dump.py", args: [few.path] });
  const speed = few.bytes / seconds;
  const times = first === undefined ? "" : (speed / (file.bytes / first.seconds.median)).toFixed(2);
  const [once, megabytesASecond] = [seconds.toFixed(2), (speed / 1e6).toFixed(1)];
  const name = `\`evtx_dump.py\` (python-evtx), ${megabytes(few)} MB, once`;
  return [name, once, once, once, megabytesASecond, memory(peakBytes), times];
}

function processRow(result: Result, file: EvtxBenchFile, compared: boolean): readonly string[] {
  const { least, median: middle, most } = result.seconds;
  return [
    result.name,
    least.toFixed(2),
    middle.toFixed(2),
    most.toFixed(2),
    (file.bytes / 1e6 / middle).toFixed(0),
    memory(result.peakBytes),
    compared ? (1 / result.timesFirst).toFixed(1) : "",
  ];
}

interface Timed {
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  readonly msAll: readonly number[];
  readonly waitedMsAll: readonly number[];
}

async function inside(file: EvtxBenchFile, { rounds, say }: EvtxBenchOptions): Promise<Section> {
  const rows: string[][] = [];
  for (const [name, task] of TASKS) {
    const timed = time(task, file, rounds);
    const ms = median(timed.ms);
    const two = median(timed.msAll);
    const ratio = median(timed.ms.map((one, round) => one / (timed.msAll[round] ?? one)));
    say(`${name}: ${ms.toFixed(0)} ms, two workers ${two.toFixed(0)} ms`);
    const mbps = (part: number): string => (task === "spin" ? "" : (file.bytes / 1e3 / part).toFixed(0));
    const waited = (median(timed.waitedMsAll) / 2).toFixed(0);
    rows.push([
      name,
      ms.toFixed(0),
      mbps(ms),
      mbps(median(timed.cpuMs)),
      mbps(two),
      ratio.toFixed(2),
      waited,
    ]);
  }
  const small = await runProcess({ file: process.execPath, args: [RUN, "json", file.path] });
  const large = await runProcess({ file: process.execPath, args: [RUN, "json", evtxFile(MANY_CHUNKS).path] });
  return {
    title: "Event logs, inside one process",
    note: `The same file, read from disk, by one thread and by two in turn, after ${String(WARM_UP)} such rounds that do not count; the ratio is the median of the rounds' own. Peak memory of the whole process: ${memory(small.peakBytes)} here, ${memory(large.peakBytes)} on a file ten times as large.`,
    head: [
      "Task",
      "median ms",
      "MB/s",
      "MB per CPU second",
      "MB/s, two workers",
      "two workers against one",
      "ms that each of two waited for a core",
    ],
    rows,
    skipped: [],
  };
}

const TASKS: readonly (readonly [name: string, task: string])[] = [
  ["every record as JSON text", "json"],
  ["every record as XML", "xml"],
  ["number of every record, command lines of process events", "fields"],
  ["nothing but arithmetic: what the two cores can do", "spin"],
];

function time(task: string, file: EvtxBenchFile, rounds: number): Timed {
  const args = [RUN, "time", task, file.path, String(rounds + WARM_UP), "2"];
  const printed = execFileSync(process.execPath, args, { encoding: "utf8" });
  const of = (key: string): readonly number[] => numbersOf(printed, key);
  return { ms: of("ms"), cpuMs: of("cpuMs"), msAll: of("msAll"), waitedMsAll: of("waitedMsAll") };
}

/** The numbers behind a key of the JSON that evtx-run.js prints, without those of the runs that warm up. */
function numbersOf(printed: string, key: string): readonly number[] {
  const list = new RegExp(`"${key}":\\[([^\\]]*)\\]`, "u").exec(printed)?.[1] ?? "";
  return list.split(",").slice(WARM_UP).map(Number);
}

function megabytes(file: EvtxBenchFile): string {
  return (file.bytes / 1e6).toFixed(0);
}

function memory(bytes: number | null): string {
  return bytes === null ? "" : `${(bytes / 1e6).toFixed(0)} MB`;
}

if (process.argv[1] === import.meta.filename) {
  const sections = await evtxBench({ rounds: 7, say: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`${describeMachine()}.\n\n${sections.map(renderSection).join("\n")}`);
}
