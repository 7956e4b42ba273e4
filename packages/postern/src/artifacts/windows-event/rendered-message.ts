import type { EventSystem, EventValue } from "./uniform-record.ts";

/**
 * Sysmon's and Defender's messages are `Name: value` lines under a title, in English on every system (Sysmon) or with the names of
 * the language (Defender, whose names we then do not know).
 */
const SPEAKING = /sysmon/i;

/** Values out of a rendered message, for exports that hold nothing else; empty for messages that say no names. */
export function messageValues(system: EventSystem): readonly EventValue[] {
  if (!SPEAKING.test(system.provider) && !SPEAKING.test(system.channel)) return [];
  const values: EventValue[] = [];
  for (const line of system.message.split(/\r?\n/).slice(1)) {
    const colon = /^([A-Za-z0-9]{2,40}):(?: |$)/.exec(line);
    if (colon?.[1] !== undefined) values.push({ name: colon[1], value: line.slice(colon[0].length) });
    else if (values.length > 0 && line !== "") {
      const last = values.pop();
      if (last !== undefined) values.push({ name: last.name, value: `${last.value}\n${line}` });
    }
  }
  return values;
}
