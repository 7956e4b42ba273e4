import { formatUtcOrNull } from "../../core/index.ts";
import type { Citation, Event } from "../../model/index.ts";
import type { ItemResult } from "../../scan/index.ts";

/** Citations kept of a finding. */
export const MAX_CITATIONS = 12;
const MAX_EXCERPT = 2_000;

/** Events in order of time (undated last), place. */
function byTimeAndPlace(a: Event, b: Event): number {
  const time = (a.timeMs ?? Infinity) - (b.timeMs ?? Infinity);
  if (time !== 0 && !Number.isNaN(time)) return time;
  return a.at.item - b.at.item || a.at.offsetBytes - b.at.offsetBytes;
}

/** Chooses the events to cite: the first of each artifact, then the first ones, and the last one. */
export function chooseCited(events: readonly Event[]): readonly Event[] {
  const sorted = [...events].sort(byTimeAndPlace);
  if (sorted.length <= MAX_CITATIONS) return sorted;
  const chosen = new Set<Event>();
  const artifacts = new Set<string>();
  for (const event of sorted) {
    if (artifacts.has(event.artifact)) continue;
    artifacts.add(event.artifact);
    chosen.add(event);
  }
  const last = sorted.at(-1);
  if (last !== undefined) chosen.add(last);
  for (const event of sorted) if (chosen.size < MAX_CITATIONS) chosen.add(event);
  return [...chosen].sort(byTimeAndPlace).slice(0, MAX_CITATIONS);
}

/** Cites a record. */
export function citeEvent(event: Event, items: readonly ItemResult[]): Citation {
  const item = items[event.at.item];
  return {
    evidence: item?.sha256 ?? "",
    path: item?.path ?? "",
    offset: event.at.offsetBytes,
    length: event.at.lengthBytes,
    record: event.at.record,
    excerpt: (event.raw ?? fieldsText(event)).slice(0, MAX_EXCERPT),
    time: formatUtcOrNull(event.timeMs),
  };
}

/** A record of a binary log has no text of its own: its fields stand for it. */
function fieldsText(event: Event): string {
  const lines = Object.entries(event.fields).filter(([name, value]) => value !== "" && name !== "Data");
  return lines.map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** Cites a stretch of a file. */
export function citeFile(
  item: ItemResult,
  reason: { readonly offsetBytes: number; readonly excerpt: string },
): Citation {
  return {
    evidence: item.sha256,
    path: item.path,
    offset: reason.offsetBytes,
    length: Buffer.byteLength(reason.excerpt),
    record: null,
    excerpt: reason.excerpt.slice(0, MAX_EXCERPT),
    time: null,
  };
}
