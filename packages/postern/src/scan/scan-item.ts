import {
  codeOf,
  hashingSource,
  messageOf,
  PosternError,
  type ByteRange,
  type HashingSource,
} from "../core/index.ts";
import { serverName } from "../events/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import { DAMAGE_CODES, type Damage, type DamageCode, type EvidenceEntry } from "../model/index.ts";
import { HEAD_BYTES, identifyItem, type ItemKind } from "./identify-item.ts";
import { ItemScan } from "./item-scan.ts";
import { DamageLog } from "./damage-log.ts";
import { NO_MAIL } from "./item-mail.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import type { ItemResult } from "./item-result.ts";
import { toLinesPart, type LinesJoin, type LinesPart } from "./join-lines.ts";
import { NO_LOG_FACTS } from "./log-facts.ts";
import { comparePromise, readCollection } from "./read-collection.ts";
import {
  joinEventLog,
  readEventLog,
  type ChunkRange,
  type EventLogPart,
  type EventLogWhole,
} from "./read-event-log.ts";
import { readBuildFile, readFile, readTextLog, readWindowsEvents } from "./read-item.ts";
import { readFileHistory } from "./read-file-history.ts";
import { readSettings } from "./read-settings.ts";
import { readState } from "./read-state.ts";
import type { ScanContext, SpoolOptions } from "./scan-context.ts";
import type { Unit, UnitOutcome } from "./unit.ts";

/** A file that nothing recognises is still judged as a possible back door when it is small. */
const MAX_JUDGED_BYTES = 2 << 20;

/**
 * Reads a unit completely: identifies, hashes, reads, matches. Whatever is wrong with it becomes damage.
 * @throws PosternError INTERRUPTED when the context asks for it.
 */
export async function scanUnit({ item, part }: Unit, context: ScanContext): Promise<UnitOutcome> {
  switch (part?.kind) {
    case undefined:
      return { kind: "item", outcome: await scanItem(item, context) };
    case "hash":
      return { kind: "item", outcome: await scanWith(item, context, hashWhole) };
    case "records": {
      const apart = { ...context, ...APART };
      return { kind: "item", outcome: await scanWith(item, apart, (scan) => readRecords(scan, apart)) };
    }
    case "chunks":
      return scanChunks(item, part.chunks, context);
    case "lines":
      return scanLines(item, part, context);
  }
}

async function scanChunks(
  item: EvidenceItem,
  chunks: ChunkRange,
  context: ScanContext,
): Promise<UnitOutcome> {
  let log: EventLogPart | null = null;
  const apart = { ...context, ...APART, spool: ofPart(context.spool, { part: chunks.from }) };
  const outcome = await scanWith(item, apart, async (scan) => {
    log = await readEventLog(scan, context, chunks);
    return { kind: EVENT_LOG, ...NO_HASH };
  });
  return { kind: "chunks", outcome, log };
}

async function scanLines(
  item: EvidenceItem,
  { lines, piece }: { readonly lines: ByteRange; readonly piece: number },
  context: ScanContext,
): Promise<UnitOutcome> {
  const { stage, spool } = context;
  const hash = stage === "reading" ? APART : { hash: false };
  const apart = { ...context, ...hash, spool: ofPart(spool, { piece }), fromBytes: lines.fromBytes };
  const read = async (scan: ItemScan): Promise<LinesPart> => {
    const head = Uint8Array.from(await scan.source.read(0, HEAD_BYTES));
    await readTextLog(scan, head, apart, lines);
    return toLinesPart(scan, piece);
  };
  const part = await withScan<LinesPart | null>(item, apart, read, () => null);
  return { kind: "lines", part };
}

/** The outcome of a text log out of what its pieces gave, but for the hash; null when it must be read at one go. */
export function joinLines(pieces: LinesJoin): ItemOutcome | null {
  const scan = pieces.end();
  if (scan === null) return null;
  return toOutcome(scan, TEXT_LOG, { sha256: "", sizeBytes: scan.item.sizeBytes ?? 0 });
}

function ofPart(
  spool: SpoolOptions | null,
  place: Pick<SpoolOptions, "part" | "piece">,
): SpoolOptions | null {
  return spool === null ? null : { ...spool, ...place };
}

/** For a part of an item of which the bytes are hashed, and told of, by another. */
const APART = { hash: false, onBytes: (): void => undefined } as const;

const TEXT_LOG: ItemKind = { kind: "text-log" };
const EVENT_LOG: ItemKind = { kind: "evtx" };
const NO_HASH = { sha256: "", sizeBytes: 0 };

/** What reading an item came to. */
interface Read {
  readonly kind: ItemKind;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Bytes between two breaths of a reader that only hashes: what was read shall still be in the processor's cache. */
const HASH_STEP_BYTES = 1 << 18;

async function hashWhole(scan: ItemScan): Promise<Read> {
  while ((await scan.source.read(scan.source.progressBytes, HASH_STEP_BYTES)).length > 0) scan.breathe();
  addReadDamage(scan);
  const whole = await scan.source.finish();
  comparePromise(scan, whole.sha256);
  return { kind: EVENT_LOG, ...whole };
}

async function scanItem(item: EvidenceItem, context: ScanContext): Promise<ItemOutcome> {
  if (item.blocked === true) return alone(notOpened(item));
  return scanWith(item, context, async (scan) => {
    const { kind } = await readRecords(scan, context);
    if (context.stage !== "reading") return { kind, sha256: "", sizeBytes: scan.source.progressBytes };
    addReadDamage(scan);
    const whole = await scan.source.finish();
    comparePromise(scan, whole.sha256);
    return { kind, ...whole };
  });
}

/** Reads all but the hash. */
async function readRecords(scan: ItemScan, context: ScanContext): Promise<Read> {
  const head = Uint8Array.from(await scan.source.read(0, HEAD_BYTES));
  const kind = identifyItem(scan.item, head);
  await readByKind(scan, { kind, head }, context);
  return { kind, ...NO_HASH };
}

async function scanWith(
  item: EvidenceItem,
  context: ScanContext,
  read: (scan: ItemScan) => Promise<Read>,
): Promise<ItemOutcome> {
  return withScan(
    item,
    context,
    async (scan) => {
      const { kind, ...whole } = await read(scan);
      return toOutcome(scan, kind, whole);
    },
    (thrown, scan) => unreadable(item, thrown, scan),
  );
}

/** Opens an item, does something with it and closes it. */
async function withScan<T>(
  item: EvidenceItem,
  context: ScanContext,
  read: (scan: ItemScan) => Promise<T>,
  onFailure: (thrown: unknown, scan: ItemScan | null) => T,
): Promise<T> {
  let scan: ItemScan | null = null;
  let source: HashingSource | null = null;
  try {
    const withHash = context.stage === "reading" && context.hash !== false;
    source = hashingSource(await item.open(), withHash, context.fromBytes);
    scan = new ItemScan(item, source, context);
    return await read(scan);
  } catch (thrown) {
    if (codeOf(thrown) === "INTERRUPTED") throw thrown;
    return onFailure(thrown, scan);
  } finally {
    scan?.spool?.close();
    await source?.close();
  }
}

function toOutcome(scan: ItemScan, kind: ItemKind, whole: Omit<Read, "kind">): ItemOutcome {
  const result = toResult(scan, kind, whole);
  return { result, matches: scan.matches.list(), mail: scan.mail(), damage: scan.damage.list() };
}

function alone(result: ItemResult): ItemOutcome {
  return { result, matches: [], mail: NO_MAIL, damage: [] };
}

/** What the source itself met while it was read: a cut archive entry, a wrong checksum, a file that shrank. */
function addReadDamage(scan: ItemScan): void {
  for (const damage of scan.item.readDamage?.() ?? []) {
    scan.addDamage(damage);
    scan.damaged++;
  }
}

async function readByKind(
  scan: ItemScan,
  found: { readonly kind: ItemKind; readonly head: Uint8Array },
  context: ScanContext,
): Promise<void> {
  const { kind, head } = found;
  switch (kind.kind) {
    case "empty":
      scan.addDamage(damageOf(scan.item, "FILE_EMPTY", "the file is empty"));
      scan.note = "empty";
      return;
    case "text-log":
      return readTextLog(scan, head, context);
    case "windows-event":
      return readWindowsEvents(scan);
    case "evtx":
      addLog(scan, joinEventLog([await readEventLog(scan, context)]));
      return;
    case "build":
      return readBuildFile(scan, kind.reader);
    case "settings":
      await readSettings(scan, kind, context);
      if (kind.state !== null) await readState(scan, { state: kind.state, build: null }, context);
      return;
    case "state":
      return readState(scan, kind, context);
    case "file-history":
      return readFileHistory(scan, kind.reader, context);
    case "web-file":
      return readFile(scan, context);
    case "collection":
      return readCollection(scan);
    case "recognised":
      scan.note = kind.note;
      return;
    case "other":
      return readOther(scan, context);
  }
}

function addLog(scan: ItemScan, { note, gaps }: EventLogWhole): void {
  if (note !== "") scan.note = note;
  for (const gap of gaps) scan.logs.addGap(gap);
}

async function readOther(scan: ItemScan, context: ScanContext): Promise<void> {
  scan.note = "not understood: no reader knows this kind of file";
  const size = scan.source.sizeBytes;
  if (size === null || size > MAX_JUDGED_BYTES) return;
  await readFile(scan, context);
  scan.records = 0;
  if (scan.file?.judgement.kind === null) scan.file = null;
}

function artifactOf(scan: ItemScan, kind: ItemKind): string {
  switch (kind.kind) {
    case "collection":
      return "postern-collection";
    case "recognised":
      return kind.artifact;
    case "build":
    case "file-history":
    case "settings":
      return kind.reader.id;
    case "state":
      return kind.state.id;
    case "web-file":
      return "web-file";
    case "text-log":
      return scan.counts.mainArtifact("text-log");
    case "windows-event":
    case "evtx":
      return kind.kind;
    case "empty":
    case "other":
      return "unknown";
  }
}

function stateOf(kind: ItemKind): EvidenceEntry["state"] {
  if (kind.kind === "recognised" || kind.kind === "collection") return "recognised";
  return kind.kind === "other" || kind.kind === "empty" ? "not-understood" : "read";
}

function toResult(
  scan: ItemScan,
  kind: ItemKind,
  whole: { readonly sha256: string; readonly sizeBytes: number },
): ItemResult {
  const { item } = scan;
  const { tallies, builds } = scan.counts.finish();
  return {
    ...common(item),
    sha256: whole.sha256,
    sizeBytes: whole.sizeBytes,
    artifact: artifactOf(scan, kind),
    state: stateOf(kind),
    note: scan.note,
    records: scan.records,
    damaged: scan.damaged,
    tallies,
    builds,
    observations: scan.observations,
    mitigations: scan.mitigations,
    file: scan.file,
    settings: scan.settings,
    collected: scan.collected,
    exported: scan.exported,
    clocks: scan.clocks,
    logs: scan.logs.list(),
    clients: scan.clients.list(),
  };
}

function common(
  item: EvidenceItem,
): Pick<
  ItemResult,
  "index" | "origin" | "path" | "name" | "collection" | "standing" | "serverHint" | "modified" | "timeSource"
> {
  return {
    index: item.index,
    origin: item.origin,
    path: item.logicalPath ?? item.origin,
    name: item.name,
    collection: item.collection,
    standing: item.standing,
    serverHint: serverName(item.server),
    modified: item.times.modified,
    timeSource: item.times.source,
  };
}

/** Errors of archives say by their code what they are; anything else is a file that cannot be read. */
function unreadable(item: EvidenceItem, thrown: unknown, scan: ItemScan | null): ItemOutcome {
  const isOurs = thrown instanceof PosternError;
  const detail = isOurs ? thrown.detail["damage"] : undefined;
  const code = DAMAGE_CODES.find((known) => known === detail) ?? "FILE_UNREADABLE";
  const note = `could not be read: ${messageOf(thrown)}`;
  const log = scan?.damage ?? new DamageLog();
  log.add(damageOf(item, code, note));
  return {
    result: emptyResult(item, note),
    matches: scan?.matches.list() ?? [],
    mail: scan?.mail() ?? NO_MAIL,
    damage: log.list(),
  };
}

/** Links, encrypted entries and the like: intake said already why they are not opened. */
function notOpened(item: EvidenceItem): ItemResult {
  return emptyResult(item, "not opened: see damage");
}

function emptyResult(item: EvidenceItem, note: string): ItemResult {
  return {
    ...common(item),
    sha256: "",
    sizeBytes: item.sizeBytes ?? 0,
    artifact: "unknown",
    state: "unreadable",
    note,
    records: 0,
    damaged: 1,
    tallies: [],
    builds: [],
    observations: [],
    mitigations: [],
    file: null,
    settings: null,
    collected: null,
    exported: null,
    clocks: [],
    logs: NO_LOG_FACTS,
    clients: null,
  };
}

function damageOf(item: EvidenceItem, code: DamageCode, note: string): Damage {
  const at = { item: item.index, offsetBytes: 0, lengthBytes: item.sizeBytes ?? 0, record: null };
  return { kind: "damage", code, at, lost: "file", note };
}
