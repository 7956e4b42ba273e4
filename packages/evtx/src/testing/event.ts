import type { Instance, InstanceValue, Xml, XmlElement } from "./binxml-writer.ts";
import type { NewRecord } from "./log-writer.ts";
import { filetime, nothing, whole, wide } from "./values.ts";

const NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event";

const leaf = (element: string, slot: number): XmlElement => ({
  element,
  children: [{ slot, optional: true }],
});

/** The shape that Windows gives every event: `System` from values 0 to 11, the event's own XML as value 12. */
const EVENT: XmlElement = {
  element: "Event",
  attributes: [["xmlns", NAMESPACE]],
  children: [
    {
      element: "System",
      children: [
        {
          element: "Provider",
          attributes: [
            ["Name", { slot: 0 }],
            ["Guid", { slot: 1, optional: true }],
          ],
        },
        leaf("EventID", 2),
        leaf("Version", 3),
        leaf("Level", 4),
        leaf("Keywords", 5),
        { element: "TimeCreated", attributes: [["SystemTime", { slot: 6 }]] },
        leaf("EventRecordID", 7),
        { element: "Correlation", attributes: [["ActivityID", { slot: 8, optional: true }]] },
        leaf("Channel", 9),
        leaf("Computer", 10),
        { element: "Security", attributes: [["UserID", { slot: 11, optional: true }]] },
      ],
    },
    { slot: 12, optional: true },
  ],
};

/** The facts of an event to write. */
export interface NewEvent {
  readonly provider?: string;
  readonly eventId: number;
  readonly channel?: string;
  readonly computer?: string;
  readonly recordId: bigint;
  readonly timeCreated: bigint;
  readonly level?: number;
  readonly userId?: InstanceValue;
  readonly data: InstanceValue;
}

/** An event as the body of a record. */
export function eventBody(event: NewEvent): Instance {
  return {
    template: EVENT,
    values: [
      wide(event.provider ?? "Test-Provider"),
      nothing,
      whole(0x06, BigInt(event.eventId)),
      whole(0x04, 1n),
      whole(0x04, BigInt(event.level ?? 4)),
      whole(0x15, 0x8020_0000_0000_0000n),
      filetime(event.timeCreated),
      whole(0x0a, event.recordId),
      nothing,
      wide(event.channel ?? "Test"),
      wide(event.computer ?? "mail.example.org"),
      event.userId ?? nothing,
      event.data,
    ],
  };
}

/** Records with these data, numbered from 1, all of one time; the event's own number is its place in the list. */
export function numberedRecords(bodies: readonly InstanceValue[], timeCreated: bigint): readonly NewRecord[] {
  return bodies.map((data, index) => {
    const id = BigInt(index + 1);
    return {
      id,
      filetime: timeCreated,
      body: eventBody({ eventId: index, recordId: id, timeCreated, data }),
    };
  });
}

/** An `EventData` template with one slot for each name; null makes a `<Data>` without a name. */
export function eventDataTemplate(names: readonly (string | null)[]): XmlElement {
  const children = names.map((name, slot): Xml => {
    const data = { element: "Data", children: [{ slot }] };
    return name === null ? data : { ...data, attributes: [["Name", name]] };
  });
  return { element: "EventData", children };
}
