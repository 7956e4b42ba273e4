import { mkdir, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";

import { createTemplates } from "./bulk-templates.ts";
import type { LineTemplate, RequestTemplate, Templates } from "./bulk-templates.ts";
import { varyRequests } from "./bulk-variety.ts";
import { DAY, at, iso } from "./clock.ts";
import { httpProxyLog } from "./exchange-logs.ts";
import { iisLog } from "./iis.ts";
import type { PlantedRow } from "./ledger.ts";
import { createRandom } from "./random.ts";
import type { Random } from "./random.ts";
import type { LogFile } from "./tree.ts";

/** How much to write. */
export interface BulkOptions {
  /** Total size of all files, in bytes; exceeded by less than one request. */
  readonly bytes: number;
  readonly seed: number;
  /** About how many files to spread it over; default one day (an IIS file and a file a protocol) per 256 MB. */
  readonly files?: number;
  /** Every so many requests one is a scanner's probe, as the storms after each disclosure brought them; default none. */
  readonly probeEvery?: number;
}

/** What was written. */
export interface BulkResult {
  readonly bytes: number;
  /** Paths below the folder, in the order in which they were begun. */
  readonly files: readonly string[];
  /** Data lines in all files, headers not counted. */
  readonly rows: number;
  readonly planted: readonly PlantedRow[];
}

const FIRST_DAY = at("2021-02-01T00:00:00Z");
const BYTES_PER_DAY = 256 * 1024 * 1024;
const BUFFER_BYTES = 1 << 20;
/** Longest line that a template can have; a buffer with less room is written out first. */
const LINE_ROOM = 16 * 1024;
/** Chains are planted at these shares of the whole. */
const PLANT_AT: readonly number[] = [0.08, 0.55, 0.97];
/** Ordinary requests between two steps of a planted chain. */
const STEP_GAP = 40;

/**
 * Writes IIS front-end and HttpProxy logs of one server, of any size, in bounded memory (some megabytes): mostly ordinary
 * traffic, with a few chains planted. For benchmarks and for tests of memory. Node's own errors when the disk refuses.
 */
export async function writeBulkLogs(folder: string, options: BulkOptions): Promise<BulkResult> {
  const templates = createTemplates(options.seed);
  const filesPerDay = templates.protocols.length + 1;
  const wanted = options.files === undefined ? options.bytes / BYTES_PER_DAY : options.files / filesPerDay;
  const days = Math.max(1, Math.round(wanted));
  const run: Run = {
    folder,
    templates,
    ordinary: templates.ordinary,
    random: createRandom(options.seed).fork("bulk"),
    probeEvery: options.probeEvery ?? Infinity,
    files: [],
    planted: [],
    bytes: 0,
    rows: 0,
    requests: 0,
  };
  for (let day = 0; day < days; day++) {
    run.ordinary = varyRequests(templates.ordinary, day);
    await writeDay(run, {
      dayMs: FIRST_DAY + day * DAY,
      untilBytes: (options.bytes * (day + 1)) / days,
      ...options,
    });
  }
  return { bytes: run.bytes, files: run.files, rows: run.rows, planted: run.planted };
}

interface Run {
  readonly folder: string;
  readonly templates: Templates;
  /** Of the day that is written. */
  ordinary: readonly RequestTemplate[];
  readonly random: Random;
  readonly probeEvery: number;
  readonly files: string[];
  readonly planted: PlantedRow[];
  bytes: number;
  rows: number;
  requests: number;
}

interface Day {
  readonly dayMs: number;
  /** Size of the whole at which this day ends. */
  readonly untilBytes: number;
  /** Size of the whole when everything is written. */
  readonly bytes: number;
}

interface Output {
  readonly path: string;
  readonly handle: FileHandle;
  readonly buffer: Buffer;
  used: number;
}

async function writeDay(run: Run, day: Day): Promise<void> {
  const { stage, protocols } = run.templates;
  const iis = await begin(run, iisLog(stage, 1, day.dayMs), day.dayMs);
  const proxies = new Map<string, Output>();
  for (const protocol of protocols) {
    proxies.set(protocol, await begin(run, httpProxyLog(stage, protocol, day.dayMs), day.dayMs));
  }
  const startBytes = run.bytes;
  const plan = planSteps(day, startBytes);
  while (run.bytes < day.untilBytes) {
    const due = plan.length > 0 && run.bytes >= (plan[0]?.atBytes ?? 0) ? plan.shift() : undefined;
    const template = due === undefined ? pickRequest(run) : run.templates.planted[due.step];
    if (template === undefined) continue;
    const share = (run.bytes - startBytes) / (day.untilBytes - startBytes);
    const timeMs = day.dayMs + Math.min(DAY - 1, Math.floor(share * DAY));
    await writeRequest(run, {
      template,
      timeMs,
      iis,
      proxy: proxies.get(template.proxy?.protocol ?? "") ?? null,
    });
  }
  for (const output of [iis, ...proxies.values()]) {
    await flush(output);
    await output.handle.close();
  }
}

function pickRequest({ templates, ordinary, random, requests, probeEvery }: Run): RequestTemplate {
  return random.pick(requests % probeEvery === probeEvery - 1 ? templates.probes : ordinary);
}

/** When each step of the planted chains is due, as a size of the whole. */
function planSteps(day: Day, startBytes: number): { readonly atBytes: number; readonly step: number }[] {
  const averageRequest = 1200;
  return PLANT_AT.map((share) => share * day.bytes)
    .filter((begins) => begins >= startBytes && begins < day.untilBytes)
    .flatMap((begins) =>
      [0, 1, 2, 3, 4, 5, 6].map((step) => ({ atBytes: begins + step * STEP_GAP * averageRequest, step })),
    )
    .map((due) => ({ ...due, atBytes: Math.min(due.atBytes, day.untilBytes - 16_000) }));
}

async function begin(run: Run, file: LogFile, dayMs: number): Promise<Output> {
  const path = join(run.folder, ...file.path.split("/"));
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, "w");
  const output: Output = { path: file.path, handle, buffer: Buffer.allocUnsafe(BUFFER_BYTES), used: 0 };
  const header = `${file.byteOrderMark ? "\uFEFF" : ""}${file.header(dayMs).join("\r\n")}\r\n`;
  output.used = output.buffer.write(header, 0, "utf8");
  run.bytes += output.used;
  run.files.push(file.path);
  return output;
}

async function flush(output: Output): Promise<void> {
  let from = 0;
  while (from < output.used) {
    const { bytesWritten } = await output.handle.write(output.buffer, from, output.used - from);
    from += bytesWritten;
  }
  output.used = 0;
}

interface Placed {
  readonly template: RequestTemplate;
  readonly timeMs: number;
  readonly iis: Output;
  readonly proxy: Output | null;
}

async function writeRequest(run: Run, placed: Placed): Promise<void> {
  const { template, timeMs, iis, proxy } = placed;
  const id = requestId(run.random, run.requests++);
  const end = Buffer.from(iso(timeMs), "latin1");
  if (iis.used > BUFFER_BYTES - LINE_ROOM) await flush(iis);
  appendLine(run, iis, { line: template.iis, id, end, begin: end });
  if (proxy !== null && template.proxy !== null) {
    if (proxy.used > BUFFER_BYTES - LINE_ROOM) await flush(proxy);
    const begin = Buffer.from(iso(timeMs - template.tookMs), "latin1");
    appendLine(run, proxy, { line: template.proxy.line, id, end, begin });
  }
  if (template.what === null) return;
  const needle = id.toString("latin1");
  if (proxy !== null)
    run.planted.push({ path: proxy.path, what: template.what, timeUtc: iso(timeMs), needle });
  run.planted.push({ path: iis.path, what: "iis-front-ssrf", timeUtc: iso(timeMs), needle });
}

interface Filling {
  readonly line: LineTemplate;
  readonly id: Buffer;
  readonly end: Buffer;
  readonly begin: Buffer;
}

function appendLine(run: Run, output: Output, filling: Filling): void {
  const { line, id, end, begin } = filling;
  const at = output.used;
  const { buffer } = output;
  buffer.set(line.bytes, at);
  if (line.idOffset > 0) id.copy(buffer, at + line.idOffset);
  if (line.beginOffsets.length === 0 && line.endOffsets.length === 1) {
    // IIS: date, blank, time to the second.
    end.copy(buffer, at, 0, 10);
    end.copy(buffer, at + 11, 11, 19);
  } else {
    for (const offset of line.endOffsets) end.copy(buffer, at + offset);
    for (const offset of line.beginOffsets) begin.copy(buffer, at + offset);
  }
  output.used = at + line.bytes.length;
  run.bytes += line.bytes.length;
  run.rows++;
}

/** A GUID that holds the running number, so that no two requests share one. */
function requestId(random: Random, index: number): Buffer {
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");
  const high = hex(random.next(), 8);
  return Buffer.from(
    `${high}-${high.slice(4)}-4${high.slice(1, 4)}-a${high.slice(5)}-${hex(index, 12)}`,
    "latin1",
  );
}
