export { createGenuineFiles } from "./genuine.ts";
export type { GenuineFiles } from "./genuine.ts";
export { judgeFile } from "./judge-file.ts";
export type {
  FileContext,
  FileFacts,
  FileFindingKind,
  FileInput,
  FileJudgement,
  FileReason,
} from "./judgement.ts";
export { findOabDump, parseListedTime } from "./oab-dump.ts";
export type { OabDump } from "./oab-dump.ts";
export { FILE_WINDOW_BYTES, readFileWindow, windowOf } from "./window.ts";
export type { FileWindow } from "./window.ts";
