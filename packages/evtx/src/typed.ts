import { elementText, namedElements, soleSlot, systemOf } from "./fields.ts";
import type { Found } from "./fields.ts";
import { startRendering } from "./record.ts";
import type { EvtxRecord } from "./record.ts";
import { WINDOWS_STYLE } from "./rendering.ts";
import type { Rendering } from "./rendering.ts";
import { parseFiletime } from "./time-text.ts";
import { typedValue } from "./typed-value.ts";
import type { EvtxValue } from "./typed-value.ts";
import { BINXML, typeOf } from "./value.ts";

/** The header of an event with its values as numbers and times; null where the record does not say. */
export interface EvtxTypedSystem {
  readonly provider: string | null;
  /** In capitals without braces. */
  readonly providerGuid: string | null;
  readonly eventId: number | null;
  readonly qualifiers: number | null;
  readonly version: number | null;
  readonly level: number | null;
  readonly task: number | null;
  readonly opcode: number | null;
  /** 64 bits. */
  readonly keywords: bigint | null;
  /** 100 ns since 1601, UTC. */
  readonly timeCreated: bigint | null;
  readonly recordId: bigint | null;
  readonly activityId: string | null;
  readonly relatedActivityId: string | null;
  readonly processId: number | null;
  readonly threadId: number | null;
  readonly channel: string | null;
  readonly computer: string | null;
  readonly userId: string | null;
}

/** A value of EventData or UserData with its own type. */
export interface EvtxTypedDatum {
  /** Null for `<Data>` without a name. */
  readonly name: string | null;
  readonly value: EvtxValue;
}

/** An event as values, not as text. */
export interface EvtxTypedEvent {
  /** Null when the record has no header that can be read. */
  readonly system: EvtxTypedSystem | null;
  /** In the order of the record; elements that hold more than one value give their text. */
  readonly data: readonly EvtxTypedDatum[];
}

/** Reads a record as typed values. What cannot be followed is left out and told by `damageOf(record)`. */
export function toTyped(record: EvtxRecord): EvtxTypedEvent {
  const rendering = startRendering(record, WINDOWS_STYLE);
  const data = namedElements(record, rendering).map(({ name, found }) => ({
    name,
    value: valueOf(found, rendering),
  }));
  return { system: typedSystem(record), data };
}

function valueOf(found: Found, rendering: Rendering): EvtxValue {
  const slot = soleSlot(found.element);
  if (slot !== null && typeOf(found.fragment, slot) !== BINXML)
    return typedValue(found.fragment, slot, rendering);
  return { type: "string", value: elementText(found, rendering) };
}

function typedSystem(record: EvtxRecord): EvtxTypedSystem | null {
  const system = systemOf(record, { ...WINDOWS_STYLE, guidBraces: false });
  if (system === null) return null;
  return {
    provider: textOf(system.provider),
    providerGuid: guidOf(system.providerGuid),
    eventId: numberOf(system.eventId),
    qualifiers: numberOf(system.qualifiers),
    version: numberOf(system.version),
    level: numberOf(system.level),
    task: numberOf(system.task),
    opcode: numberOf(system.opcode),
    keywords: longOf(system.keywords),
    timeCreated: parseFiletime(system.timeCreated),
    recordId: longOf(system.recordId),
    activityId: guidOf(system.activityId),
    relatedActivityId: guidOf(system.relatedActivityId),
    processId: numberOf(system.processId),
    threadId: numberOf(system.threadId),
    channel: textOf(system.channel),
    computer: textOf(system.computer),
    userId: textOf(system.userId),
  };
}

function textOf(text: string): string | null {
  return text === "" ? null : text;
}

/** Some providers store GUIDs as text with braces. */
function guidOf(text: string): string | null {
  return textOf(text.replace(/^\{|\}$/g, "").toUpperCase());
}

function numberOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

function longOf(text: string): bigint | null {
  return /^(?:\d{1,20}|0x[\da-f]{1,16})$/i.test(text) ? BigInt(text) : null;
}
