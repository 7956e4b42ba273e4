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
  return {
    title: "Event logs, whole processes",
    note: `${megabytes(file)} MB of ${file.origin}; output thrown away; each round runs all of them in turn.`,
    head: ["Program", "least s", "median s", "most s", "MB/s", "peak memory", "times as fast as evtxexport"],
    rows: results.map((result) => processRow(result, file, version !== null)),
    skipped: version === null ? ["`evtxexport` (Debian package libevtx-utils) is not installed"] : [],
  };
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
}

async function inside(file: EvtxBenchFile, { rounds, say }: EvtxBenchOptions): Promise<Section> {
  const rows: string[][] = [];
  for (const [name, task] of TASKS) {
    const one = time(task, file, rounds, 1);
    const two = time(task, file, rounds, 2);
    const ms = median(one.ms);
    say(`${name}: ${ms.toFixed(0)} ms, two workers ${median(two.ms).toFixed(0)} ms`);
    const mbps = (part: number): string => (file.bytes / 1e3 / part).toFixed(0);
    rows.push([
      name,
      ms.toFixed(0),
      mbps(ms),
      mbps(median(one.cpuMs)),
      mbps(median(two.ms)),
      (ms / median(two.ms)).toFixed(2),
    ]);
  }
  const small = await runProcess({ file: process.execPath, args: [RUN, "json", file.path] });
  const large = await runProcess({ file: process.execPath, args: [RUN, "json", evtxFile(MANY_CHUNKS).path] });
  return {
    title: "Event logs, inside one process",
    note: `The same file, read from disk, after ${String(WARM_UP)} runs that do not count. Peak memory of the whole process: ${memory(small.peakBytes)} here, ${memory(large.peakBytes)} on a file ten times as large.`,
    head: ["Task", "median ms", "MB/s", "MB per CPU second", "MB/s, two workers", "two workers against one"],
    rows,
    skipped: [],
  };
}

const TASKS: readonly (readonly [name: string, task: string])[] = [
  ["every record as JSON text", "json"],
  ["every record as XML", "xml"],
  ["number of every record, command lines of process events", "fields"],
];

function time(task: string, file: EvtxBenchFile, rounds: number, workers: number): Timed {
  const args = [RUN, "time", task, file.path, String(rounds + WARM_UP), String(workers)];
  const printed = execFileSync(process.execPath, args, { encoding: "utf8" });
  return { ms: numbersOf(printed, "ms"), cpuMs: numbersOf(printed, "cpuMs") };
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
  const sections = await evtxBench({ rounds: 5, say: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`${describeMachine()}.\n\n${sections.map(renderSection).join("\n")}`);
}
