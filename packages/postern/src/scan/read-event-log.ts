import { joinEvtxParts, parseEvtx, type EvtxPart, type EvtxReading } from "../artifacts/index.ts";
import { computerName, normalizeWindowsEvent } from "../events/index.ts";
import type { ItemScan } from "./item-scan.ts";
import type { LogGapSeen } from "./log-facts.ts";
import type { ScanContext } from "./scan-context.ts";
import { serverKeyOf, type ServerKey } from "./server-key.ts";

/** What one part of an event log says about the whole. Plain data: workers send it. */
export interface EventLogPart {
  readonly part: EvtxPart;
  /** Records by server. */
  readonly servers: ReadonlyMap<ServerKey, number>;
}

/** What an event log says as a whole. */
export interface EventLogWhole {
  readonly note: string;
  readonly gaps: readonly LogGapSeen[];
}

/** Chunks of a log: the first, and the one before which to stop. */
export type ChunkRange = NonNullable<EvtxReading["chunks"]>;

/**
 * Reads an event log or some chunks of it: its times are UTC by format. Records that nobody asks for are only counted. Carved
 * records are searched, but they cover no day of the log.
 */
export async function readEventLog(
  scan: ItemScan,
  context: ScanContext,
  chunks?: ChunkRange,
): Promise<EventLogPart> {
  const servers = new Map<ServerKey, number>();
  const keyOf = serverKeys(scan);
  const kinds = context.filters.eventKinds(context.kernel);
  const count = (key: ServerKey): unknown => servers.set(key, (servers.get(key) ?? 0) + 1);
  let part: EvtxPart | null = null;
  const lazy: EvtxReading = { wishFor: (head) => kinds.of(head).wish };
  const reading = {
    ...(context.fast && context.spool?.all !== true ? lazy : {}),
    ...(chunks === undefined ? {} : { chunks }),
  };
  for await (const batch of parseEvtx(scan.source, scan.item.index, reading)) {
    for (const head of batch.counted) {
      const key = keyOf(head.computer);
      count(key);
      scan.counts.addCountedEvent(key, kinds.of(head).source, head.timeMs);
    }
    for (const record of batch.records) {
      const event = normalizeWindowsEvent(record);
      count(serverKeyOf(event, scan.serverHint, scan.item.index));
      scan.addEvent(event);
    }
    for (const record of batch.carved) scan.matchEvent(normalizeWindowsEvent(record));
    for (const damage of batch.damage) scan.addDamage(damage);
    scan.records += batch.records.length + batch.counted.length;
    scan.damaged += batch.damage.length;
    part = batch.part ?? part;
    scan.breathe();
  }
  if (part === null) throw new Error("an event log that was read to its end says what it is");
  return { part, servers };
}

/** The whole log out of all its parts. A log with records of several computers is its collector's: holes are told with the computer that wrote most of it. */
export function joinEventLog(parts: readonly EventLogPart[]): EventLogWhole {
  const { filtered, channel, gaps } = joinEvtxParts(parts.map(({ part }) => part));
  const note =
    filtered === null
      ? ""
      : `export by a filter: ${String(filtered.records)} of ${String(filtered.span)} records of its span`;
  const serverKey = mostOf(parts);
  if (serverKey === null) return { note, gaps: [] };
  const source = `windows-events/${channel === "" ? "unknown channel" : channel}`;
  return { note, gaps: gaps.map((gap) => ({ serverKey, source, gap })) };
}

function mostOf(parts: readonly EventLogPart[]): ServerKey | null {
  const servers = new Map<ServerKey, number>();
  for (const part of parts)
    for (const [key, count] of part.servers) servers.set(key, (servers.get(key) ?? 0) + count);
  return [...servers].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** Different texts remembered; a log made to hold more costs time, not memory. */
const MAX_KEPT = 4_096;

/** The key of the server that a record names: its records nearly all name one. */
function serverKeys(scan: ItemScan): (computer: string) => ServerKey {
  const kept = new Map<string, ServerKey>();
  return (computer) => {
    let key = kept.get(computer);
    if (key === undefined) {
      key = serverKeyOf({ server: computerName(computer), ecs: {} }, scan.serverHint, scan.item.index);
      if (kept.size < MAX_KEPT) kept.set(computer, key);
    }
    return key;
  };
}
