export { EVTX_IDENTIFY_BYTES, identify } from "./identify.ts";
export { parseEvtx } from "./parse.ts";
export type { EvtxReading, EvtxWish } from "./parse.ts";
export type { RecordGap } from "./record-ids.ts";
export { joinEvtxParts } from "./whole.ts";
export type { EvtxPart } from "./whole.ts";
