import type { HuntMatch } from "./hunt.ts";

/** A match as one line of JSON Lines; a public form, to which fields are only ever added. */
export function toJsonLine({ rule: { rule }, event, path }: HuntMatch): string {
  return JSON.stringify({
    rule: { id: rule.id, title: rule.title, level: rule.level },
    time: event.timeMs === null ? null : new Date(event.timeMs).toISOString(),
    path,
    record: event.at.record,
    event: event.fields,
  });
}
