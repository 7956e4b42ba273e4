import type { HuntMatch, RecordPlace } from "./hunt-match.ts";

/**
 * A match as one line of JSON Lines; a public form, to which fields are only ever added. `repairs` is there when the record was not read
 * as it stands, `correlation` when several records were joined.
 */
export function toJsonLine({ rule, timeMs, path, record, fields, repairs, correlation }: HuntMatch): string {
  return JSON.stringify({
    rule: { id: rule.id, title: rule.title, level: rule.level },
    time: timeText(timeMs),
    path,
    record,
    event: fields,
    ...(repairs.length === 0 ? {} : { repairs }),
    ...(correlation === null
      ? {}
      : {
          correlation: {
            type: correlation.type,
            from: timeText(correlation.fromMs),
            to: timeText(correlation.toMs),
            value: correlation.value,
            values: correlation.values,
            eventCount: correlation.eventCount,
            events: correlation.events.map(placeOf),
          },
        }),
  });
}

function placeOf({ path, record, timeMs }: RecordPlace): unknown {
  return { time: timeText(timeMs), path, record };
}

function timeText(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
