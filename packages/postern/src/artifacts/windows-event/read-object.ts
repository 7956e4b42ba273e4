import { readEcsEvent } from "./ecs-event.ts";
import { readEventTree } from "./event-tree.ts";
import { readEvtxECmd } from "./evtxecmd-event.ts";
import type { ExportedEvent } from "./exported-event.ts";
import { nameValues } from "./field-order.ts";
import { readFlatEvent } from "./flat-event.ts";
import { readGetWinEvent } from "./get-winevent.ts";
import type { JsonObject } from "./json-value.ts";
import { messageValues } from "./rendered-message.ts";

/** The forms, the most particular first: a flat object is recognised by little. */
const READERS = [readEventTree, readEcsEvent, readEvtxECmd, readGetWinEvent, readFlatEvent] as const;

/**
 * Reads an object or a table row in whatever form it has.
 * @returns null when it is no Windows event in a known form.
 */
export function readExportedObject(object: JsonObject): ExportedEvent | null {
  for (const read of READERS) {
    const event = read(object);
    if (event !== null) return complete(event);
  }
  return null;
}

/** Gives names to values where the export lost them, and takes values out of the message when it has nothing else. */
export function complete(event: ExportedEvent): ExportedEvent {
  const filled = event.values.filter(({ name, value }) => name !== "Binary" || value !== "");
  if (filled.length > 0 && filled.some(({ name }) => name !== null)) return { ...event, values: filled };
  if (filled.length > 0) return { ...event, values: nameValues(event.system, filled) };
  const read = messageValues(event.system);
  if (read.length === 0) return { ...event, values: filled };
  return { ...event, values: read, repairs: [...event.repairs, "values taken from the rendered message"] };
}
