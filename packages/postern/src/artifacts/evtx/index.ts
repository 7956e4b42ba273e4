export { EVTX_IDENTIFY_BYTES, identify } from "./identify.ts";
export { parseEvtx } from "./parse.ts";
export type { EvtxBatch } from "./parse.ts";
