export { IDENTIFY_BYTES, identify } from "./identify.ts";
export { parseWindowsEvents } from "./parse.ts";
export type { WindowsEventBatch, WindowsEventOptions } from "./parse.ts";
export { EMPTY_SYSTEM, RAW_LIMIT_CHARS, WINDOWS_EVENT, toUniformRecord } from "./uniform-record.ts";
export type { EventSystem, EventValue, RecordOrigin } from "./uniform-record.ts";
