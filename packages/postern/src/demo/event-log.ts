import { eventBody, eventDataTemplate, wide, wideList, writeLog } from "@postern/evtx/testing";
import type { Instance, NewRecord, XmlElement } from "@postern/evtx/testing";
import type { Server } from "./district.ts";
import { numbered } from "./event-export.ts";
import type { WindowsEvent } from "./windows-record.ts";

/** 1601-01-01 in milliseconds before 1970: the start of FILETIME. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n;

/** The events of one channel as the log that Windows keeps of it (`.evtx`): values only, no rendered sentence. */
export function toEventLog(server: Server, events: readonly WindowsEvent[]): Uint8Array {
  const templates = new Map<string, XmlElement>();
  const records = numbered(events).map(([record, event]): NewRecord => {
    const filetime = (BigInt(Math.round(event.timeMs)) + FILETIME_EPOCH_MS) * 10_000n;
    const id = BigInt(record);
    const body = eventBody({
      provider: event.provider,
      eventId: event.id,
      channel: event.channel,
      computer: server.fqdn.toUpperCase(),
      recordId: id,
      timeCreated: filetime,
      level: event.level,
      data: { nested: eventData(templates, event) },
    });
    return { id, filetime, body };
  });
  return writeLog(records);
}

/** Names become a template, once for each list of names; values without a name are one list, as classic providers write them. */
function eventData(templates: Map<string, XmlElement>, { values }: WindowsEvent): Instance {
  const isNamed = values.some(([name]) => name !== "");
  const names = isNamed ? values.map(([name]) => name) : [null];
  const key = JSON.stringify(names);
  const template = templates.get(key) ?? eventDataTemplate(names);
  templates.set(key, template);
  const texts = values.map(([, value]) => value);
  return { template, values: isNamed ? texts.map(wide) : [wideList(texts)] };
}
