export type { SureLine, TextBatch, TextLogOptions } from "./text-batch.ts";
export { identifyTextLog, readOpening } from "./opening.ts";
export { parseTextLog } from "./text-log.ts";
export { LOG_KINDS, OTHER_LOG_KIND, findLogKind, type LogKind } from "./kinds.ts";
export { RAW_TEXT } from "./data-line.ts";
export type { Header } from "./header.ts";
export type { LineCounts } from "./line-tally.ts";
