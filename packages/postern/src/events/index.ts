export type { ClockOffset } from "./clock.ts";
export { normalizeTextRecord, serverName } from "./text-record.ts";
export { normalizeWindowsEvent } from "./windows-event.ts";
export { parseEventTime } from "./event-time.ts";
export { parsePackedValues, type PackedValue } from "./packed-values.ts";
