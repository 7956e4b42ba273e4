export { EVTX_IDENTIFY_BYTES, identify } from "./identify.ts";
export { parseEvtx } from "./parse.ts";
export type { EvtxBatch, EvtxWhole } from "./parse.ts";
export type { RecordGap } from "./record-ids.ts";
