import {
  describeWebFile,
  parseTextLog,
  parseWindowsEvents,
  RAW_TEXT,
  type BuildReader,
  type TextLogOptions,
} from "../artifacts/index.ts";
import { readAll, type ByteRange } from "../core/index.ts";
import { judgeFile, readFileWindow, type SureMatch } from "../detect/index.ts";
import {
  correctClock,
  createClockEvidence,
  createDayOrderSeen,
  findClockOffset,
  lookAtDates,
  normalizeTextRecord,
  normalizeWindowsEvent,
  type ClockOffset,
  type DayOrderSeen,
} from "../events/index.ts";
import type { ArtifactRecord, Damage, Event } from "../model/index.ts";
import type { ItemScan } from "./item-scan.ts";
import type { ScanContext } from "./scan-context.ts";

/** Reads a text log: every line is counted, candidates and odd lines are parsed, damaged ones searched as raw text. */
export async function readTextLog(
  scan: ItemScan,
  head: Uint8Array,
  context: ScanContext,
  range?: ByteRange,
): Promise<void> {
  const kernel = context.fast ? context.kernel : null;
  const options: TextLogOptions = {
    select: context.fast ? (artifact, sample, apart) => context.filters.of(artifact, sample, apart) : "all",
    soughtClients: context.filters.clients,
    parseAll: context.matcher.parseAll,
    mayMatter: (artifact, glimpse, found) => context.matcher.mayMatch(artifact, glimpse, found),
    // eslint-disable-next-line postern/no-type-assertion -- what the matcher gave a line before
    onSure: (meaning, line) => scan.repeats.take(meaning as SureMatch, line),
    kernel,
    clients: context.stage === "reading",
    onlyCandidates: context.fast && context.stage === "following",
    ...(range === undefined ? {} : { range }),
  };
  const days = createDayOrderSeen();
  kernel?.startAddresses();
  let complete = true;
  for await (const batch of parseTextLog(scan.source, head, scan.item.index, options)) {
    complete = batch.clientsComplete;
    for (const record of batch.records) lookAtDates(record, days);
    const events = batch.records.map((record) => normalizeTextRecord(record, days.order));
    for (const event of events) {
      if (event.artifact === RAW_TEXT) scan.matchEvent(event);
      else scan.addEvent(event);
    }
    for (const damage of batch.damage) scan.addDamage(damage);
    scan.counts.addTextBatch(batch, events);
    scan.records = batch.counts.records;
    scan.damaged = batch.counts.damaged;
    scan.lines = batch.lines;
    scan.asOpened = batch.asOpened && days.order === null;
    scan.breathe();
  }
  scan.repeats.finish();
  if (complete) scan.clients.addCounted(kernel === null ? NO_ADDRESSES : kernel.addresses());
}

const NO_ADDRESSES = new Uint32Array(0);

/** Events looked at before it is decided that an export holds no second clock. */
const CLOCK_PROBE = 4_000;

/** Reads exported Windows events; a first pass finds out whether the export's clock can be trusted. */
export async function readWindowsEvents(scan: ItemScan): Promise<void> {
  const days = createDayOrderSeen();
  const offsets = await findOffsets(scan, days);
  scan.clocks = [...new Set([...offsets.values()].map((offset) => offset.text))].sort();
  for await (const batch of parseWindowsEvents(scan.source, scan.item.index)) {
    for (const record of batch.records)
      scan.addEvent(corrected(normalizeWindowsEvent(record, days.order), offsets));
    addBatch(scan, batch);
  }
}

function addBatch(
  scan: ItemScan,
  batch: { readonly records: readonly ArtifactRecord[]; readonly damage: readonly Damage[] },
): void {
  for (const damage of batch.damage) scan.addDamage(damage);
  scan.records += batch.records.length;
  scan.damaged += batch.damage.length;
  scan.breathe();
}

function corrected(event: Event, offsets: ReadonlyMap<string | null, ClockOffset>): Event {
  const offset = offsets.get(event.server);
  return offset === undefined ? event : correctClock(event, offset);
}

async function findOffsets(
  scan: ItemScan,
  days: DayOrderSeen,
): Promise<ReadonlyMap<string | null, ClockOffset>> {
  const evidence = createClockEvidence();
  const servers = new Set<string | null>();
  let looked = 0;
  let signs = false;
  for await (const batch of parseWindowsEvents(scan.source, scan.item.index)) {
    for (const record of batch.records) days.look(statedTime(record));
    for (const record of batch.records) {
      const event = normalizeWindowsEvent(record, days.order);
      servers.add(event.server);
      evidence.add(event);
    }
    looked += batch.records.length;
    signs ||= [...servers].some((server) => hasSign(evidence, scan.item.index, server));
    if (looked > CLOCK_PROBE && !signs) break;
    scan.breathe();
  }
  const offsets = new Map<string | null, ClockOffset>();
  for (const server of servers) {
    const offset = findClockOffset(evidence, { item: scan.item.index, server });
    if (offset !== null) offsets.set(server, offset);
  }
  return offsets;
}

function statedTime(record: ArtifactRecord): string {
  const at = record.names.indexOf("TimeCreated");
  return at === -1 ? "" : (record.values[at] ?? "");
}

function hasSign(
  evidence: ReturnType<typeof createClockEvidence>,
  item: number,
  server: string | null,
): boolean {
  return (["sysmon", "defender", "collector"] as const).some(
    (basis) => evidence.find(item, server, basis) !== null,
  );
}

/** Files that state builds are read whole: HealthChecker writes some megabytes. */
const MAX_BUILD_FILE_BYTES = 64 << 20;

/** Reads a file that states builds or mitigations. */
export async function readBuildFile(scan: ItemScan, reader: BuildReader): Promise<void> {
  const { bytes } = await readAll(scan.source, MAX_BUILD_FILE_BYTES);
  const reading = reader.parse(bytes, { item: scan.item.index });
  scan.observations = reading.observations;
  scan.mitigations = reading.mitigations;
  for (const damage of reading.damage) scan.addDamage(damage);
  scan.records = reading.observations.length + reading.mitigations.length;
  scan.damaged = reading.damage.length;
}

/** Judges a file by its content and its place. */
export async function readFile(scan: ItemScan, context: ScanContext): Promise<void> {
  if (context.files === null) {
    scan.note ||= "a file, not a log: holds no records";
    return;
  }
  const window = await readFileWindow(scan.source);
  const { sha256 } = await scan.source.finish();
  const facts = describeWebFile(scan.item, window.bytes);
  const judgement = judgeFile({ facts, window, sha256, standing: scan.item.standing }, await context.files());
  scan.records = 1;
  scan.file = { facts, judgement };
}
