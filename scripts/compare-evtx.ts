import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { openEvtx, toXml } from "@postern/evtx";
import { eventsInXml, unlike } from "./evtx-facts.ts";
import type { Facts } from "./evtx-facts.ts";

// Compares what @postern/evtx reads with what libevtx and python-evtx read, over every log below a folder:
//   tsx -C @postern/source scripts/compare-evtx.ts FOLDER [evtxexport|evtx_dump.py]...
// A tool that is not installed is skipped with a word. Ends with 1 when a difference is left that nobody has explained.

interface Tool {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly install: string;
}

const TOOLS: readonly Tool[] = [
  { name: "evtxexport", arguments: ["-f", "xml"], install: "Debian package libevtx-utils" },
  { name: "evtx_dump.py", arguments: [], install: "Debian package python3-evtx" },
];

/** Files with records that only the other tool gives, and why. */
const ONLY_THEIRS: ReadonlyMap<string, string> = new Map([
  [
    "sample_with_a_bad_chunk_magic.evtx",
    "python-evtx shows torn records, whose second half is another record's; Postern tells them as damage with their id",
  ],
]);

/** One value that differs; null where a tool does not have it. */
interface Difference {
  readonly tool: string;
  readonly path: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** Differences that have a reason: who is right, and how one sees it. */
const EXPLANATIONS: readonly { readonly why: string; readonly holds: (difference: Difference) => boolean }[] =
  [
    {
      why: "python-evtx computes times in floating point: off by some microseconds",
      holds: ({ tool, ours, theirs }) =>
        tool === "evtx_dump.py" && Math.abs(micros(ours) - micros(theirs)) < 20,
    },
    {
      why: "python-evtx writes bytes in base64",
      holds: ({ tool, ours, theirs }) =>
        tool === "evtx_dump.py" &&
        ours !== null &&
        Buffer.from(theirs ?? "", "base64").toString("hex") === ours.toLowerCase(),
    },
    {
      why: "python-evtx takes lists apart wrongly where entries are empty or hold markup (libevtx agrees with Postern)",
      holds: ({ tool, path }) => tool === "evtx_dump.py" && path === "Event.EventData.Data",
    },
    {
      why: "libevtx 20181227 shows a negative i32 as its bits without the sign, negated",
      holds: ({ tool, ours, theirs }) =>
        tool === "evtxexport" && Number(ours) < 0 && Number(theirs) === -(2 ** 31 + Number(ours)),
    },
  ];

function micros(time: string | null): number {
  const found = /^(.{19})\.(\d{6})Z$/u.exec(time ?? "");
  return found === null ? Number.NaN : Date.parse(`${found[1] ?? ""}Z`) * 1000 + Number(found[2]);
}

/** Puts what differs side by side, by path and order. */
function sideBySide(
  tool: string,
  { ours, theirs }: { readonly ours: Facts; readonly theirs: Facts },
): Difference[] {
  const left = theirs.map(parted);
  const pairs = ours.map(parted).map(([path, value]): Difference => {
    const at = left.findIndex(([other]) => other === path);
    const partner = at === -1 ? undefined : left.splice(at, 1)[0];
    return { tool, path, ours: value, theirs: partner?.[1] ?? null };
  });
  return [...pairs, ...left.map(([path, value]): Difference => ({ tool, path, ours: null, theirs: value }))];
}

function parted(fact: string): readonly [path: string, value: string] {
  const at = fact.indexOf("=");
  return [fact.slice(0, at), fact.slice(at + 1)];
}

async function ourEvents(path: string): Promise<ReadonlyMap<string, Facts>> {
  const bytes = readFileSync(path);
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  const log = await openEvtx({ sizeBytes: bytes.length, read });
  const xml: string[] = [];
  for await (const { records } of log.chunks())
    for (const record of records) if (record.origin === "log") xml.push(toXml(record));
  return eventsInXml(xml.join("\n"));
}

/** Null when the tool is not installed. */
function theirEvents(tool: Tool, path: string): ReadonlyMap<string, Facts> | null {
  const { stdout, error } = spawnSync(tool.name, [...tool.arguments, path], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  return error !== undefined && "code" in error && error.code === "ENOENT" ? null : eventsInXml(stdout);
}

interface Tally {
  files: number;
  same: number;
  onlyOurs: number;
  onlyTheirs: number;
  /** The other tool stops at what it cannot read: records without a template (forwarded events), values that it does not know. */
  readonly filesOnlyOurs: Map<string, number>;
  readonly explained: Map<string, number>;
  readonly unexplained: string[];
}

interface Pair {
  readonly tool: string;
  readonly file: string;
  readonly ours: ReadonlyMap<string, Facts>;
  readonly theirs: ReadonlyMap<string, Facts>;
}

function compare(tally: Tally, { tool, file, ours, theirs }: Pair): void {
  tally.files++;
  for (const [id, our] of ours) {
    const their = theirs.get(id);
    if (their === undefined) {
      tally.onlyOurs++;
      tally.filesOnlyOurs.set(file, (tally.filesOnlyOurs.get(file) ?? 0) + 1);
    } else {
      const differences = sideBySide(tool, unlike(our, their));
      if (differences.length === 0) tally.same++;
      else for (const difference of differences) explain(tally, `${file} record ${id}`, difference);
    }
  }
  for (const id of theirs.keys()) {
    if (ours.has(id)) continue;
    tally.onlyTheirs++;
    const why = ONLY_THEIRS.get(basename(file));
    if (why !== undefined) tally.explained.set(why, (tally.explained.get(why) ?? 0) + 1);
    else tally.unexplained.push(`${file} record ${id}: only ${tool} has it`);
  }
}

function explain(tally: Tally, where: string, difference: Difference): void {
  const { path, ours, theirs } = difference;
  const reason = EXPLANATIONS.find(({ holds }) => holds(difference));
  if (reason !== undefined) tally.explained.set(reason.why, (tally.explained.get(reason.why) ?? 0) + 1);
  else tally.unexplained.push(`${where}: ${path}\n  ours   ${shown(ours)}\n  theirs ${shown(theirs)}`);
}

function shown(text: string | null): string {
  return text === null ? "(nothing)" : JSON.stringify(text.slice(0, 300));
}

async function main(folder: string, wanted: readonly string[]): Promise<number> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.toLowerCase().endsWith(".evtx"))
    .sort();
  let left = 0;
  for (const tool of TOOLS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const tally: Tally = {
      files: 0,
      same: 0,
      onlyOurs: 0,
      onlyTheirs: 0,
      filesOnlyOurs: new Map(),
      explained: new Map(),
      unexplained: [],
    };
    for (const file of files) {
      const path = join(folder, file);
      const theirs = theirEvents(tool, path);
      if (theirs === null) {
        console.log(`${tool.name} is not installed (${tool.install}): skipped.`);
        break;
      }
      compare(tally, { tool: tool.name, file: relative(folder, path), ours: await ourEvents(path), theirs });
    }
    report(tool, tally);
    left += tally.unexplained.length;
  }
  return left === 0 ? 0 : 1;
}

function report(tool: Tool, tally: Tally): void {
  if (tally.files === 0) return;
  console.log(
    `${tool.name}: ${String(tally.files)} files; ${String(tally.same)} records equal; ${String(tally.onlyOurs)} only ours; ${String(tally.onlyTheirs)} only theirs`,
  );
  console.log(
    `  records only Postern reads, by file (the tool stops at the first one that it cannot follow):`,
  );
  for (const [file, count] of tally.filesOnlyOurs) console.log(`    ${String(count)} ${file}`);
  for (const [why, count] of [...tally.explained].sort()) console.log(`  ${String(count)} values: ${why}`);
  console.log(`  ${String(tally.unexplained.length)} values unexplained`);
  for (const text of tally.unexplained.slice(0, 20)) console.log(text);
}

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: compare-evtx.ts FOLDER [evtxexport|evtx_dump.py]...");
  process.exitCode = 2;
} else process.exitCode = await main(folder, wanted);
