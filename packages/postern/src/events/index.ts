export { lookAtDates, normalizeTextRecord, serverName } from "./text-record.ts";
export { normalizeWindowsEvent } from "./windows-event.ts";
export { parseEventTime } from "./event-time.ts";
export { parsePackedValues, type PackedValue } from "./packed-values.ts";
export { correctClock, findClockOffset, type ClockOffset } from "./clock.ts";
export { createClockEvidence, type ClockEvidence } from "./clock-evidence.ts";
export { createDayOrderSeen, type DayOrder, type DayOrderSeen } from "./local-date.ts";
export { viewStateBytes } from "./asp-net.ts";
export { findLogSign, type LogSign } from "./log-sign.ts";
