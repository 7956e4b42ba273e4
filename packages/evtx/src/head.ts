import { attributeOf, elementText, findSystem } from "./fields.ts";
import type { Fragment } from "./fragment.ts";
import { partsText } from "./json.ts";
import type { ElementNode } from "./node.ts";
import { startRendering } from "./record.ts";
import type { EvtxRecord } from "./record.ts";
import { WINDOWS_STYLE } from "./rendering.ts";
import { typeOf } from "./value.ts";

/** What tells one event from another, and where and when it was written: the part of the header that counting needs. */
export interface EvtxHead {
  readonly provider: string;
  readonly eventId: string;
  readonly channel: string;
  readonly computer: string;
  readonly recordId: string;
  /** Milliseconds since 1970 UTC, rounded down. */
  readonly timeMs: number;
}

const FILETIME = 0x11;
/** 1601-01-01 in milliseconds before 1970: the start of FILETIME. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;
/** The first moment that is no year of four digits. */
const YEAR_10000_MS = 253_402_300_800_000;

/** Reads a few fields of the header without its rendering as text; null where one must look closer: see `systemOf`. */
export function headOf(record: EvtxRecord): EvtxHead | null {
  const rendering = startRendering(record, WINDOWS_STYLE);
  const system = findSystem(record, rendering);
  if (system === null) return null;
  const { fragment, children } = system;
  const timeMs = timeOf(children.get("TimeCreated"), fragment);
  if (timeMs === null) return null;
  const text = (name: string): string => {
    const element = children.get(name);
    return element === undefined ? "" : elementText({ element, fragment }, rendering);
  };
  const provider = children.get("Provider");
  const providerText = (key: string): string => {
    const parts = provider === undefined ? null : attributeOf(provider, key);
    return parts === null ? "" : partsText(parts, fragment, rendering);
  };
  return {
    provider: providerText("Name") || providerText("EventSourceName"),
    eventId: text("EventID"),
    channel: text("Channel"),
    computer: text("Computer"),
    recordId: text("EventRecordID"),
    timeMs,
  };
}

function timeOf(element: ElementNode | undefined, fragment: Fragment): number | null {
  const parts = element === undefined ? null : attributeOf(element, "SystemTime");
  const [part, ...others] = parts ?? [];
  if (part?.kind !== "slot" || others.length > 0 || typeOf(fragment, part.index) !== FILETIME) return null;
  const at = fragment.starts[part.index] ?? 0;
  if ((fragment.starts[part.index + 1] ?? 0) - at !== 8) return null;
  const { view } = fragment.chunk;
  const high = view.getUint32(at + 4, true);
  const ticks = high * 2 ** 32 + view.getUint32(at, true);
  // Beyond 2^53 a number would round: only a bigint is exact.
  const exact = ticks < 2 ** 53 ? Math.floor(ticks / 10_000) : Number(view.getBigUint64(at, true) / 10_000n);
  const timeMs = exact - FILETIME_EPOCH_MS;
  return timeMs < YEAR_10000_MS ? timeMs : null;
}
