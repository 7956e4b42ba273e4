import type { Event } from "../../../model/index.ts";
import {
  firstMailWatcher,
  followingMailWatcher,
  NO_MAIL_PIVOT,
  type MailPivot,
  type MailRow,
} from "../index.ts";

/** Address that the second look follows. */
export const INTRUDER: string = "203.0.113.9";

/** A record as the normalizer gives it. */
export function anEvent(
  artifact: string,
  fields: Readonly<Record<string, string>>,
  ecs: Event["ecs"] = {},
): Event {
  return {
    artifact,
    timeMs: Date.parse("2023-01-06T16:00:06.410Z"),
    server: "mx01",
    fields,
    ecs,
    at: { item: 0, offsetBytes: 0, lengthBytes: 10, record: 1 },
    raw: "a line",
    repairs: [],
  };
}

/** An HttpProxy row in the form of real ones. */
export function proxied(more: Readonly<Record<string, string>>, ecs: Event["ecs"] = {}): Event {
  return anEvent(
    "exchange-httpproxy",
    { Protocol: "Ews", HttpStatus: "200", BackEndStatus: "200", ErrorCode: "", ...more },
    {
      "source.ip": INTRUDER,
      "http.response.status_code": 200,
      "http.response.bytes": 4_096,
      "http.request.method": "POST",
      ...ecs,
    },
  );
}

/** What the first look sees in it. */
export function first(event: Event): readonly MailRow[] {
  return firstMailWatcher().look(event).rows;
}

/** What the second look sees in it, following {@link INTRUDER} and more. */
export function followed(event: Event, pivot: Partial<MailPivot> = {}): readonly MailRow[] {
  return followingMailWatcher({ ...NO_MAIL_PIVOT, ...pivot }, [INTRUDER]).look(event).rows;
}
