export {
  EVTX_IDENTIFY_BYTES,
  identify as identifyEvtx,
  joinEvtxParts,
  parseEvtx,
  type EvtxPart,
  type EvtxReading,
  type EvtxWish,
  type RecordGap,
} from "./evtx/index.ts";
export * from "./exchange-build/index.ts";
export {
  findTraceReader,
  foldersOf,
  TRACE_READER_IDS,
  settingOfTrace,
  type FileTrace,
  type TraceReader,
} from "./file-history/index.ts";
export {
  describeWebFile,
  identifyWebFile,
  webFolderOf,
  type WebFileFacts,
  type WebFileKind,
} from "./web-file/index.ts";
export * from "./text-log/index.ts";
export {
  identify as identifyWindowsEvents,
  parseWindowsEvents,
  type WindowsEventBatch,
} from "./windows-event/index.ts";
export {
  findSettingReader,
  SETTING_READERS,
  type Setting,
  type SettingKind,
  type SettingReader,
  type SettingReading,
  type StateSource,
} from "./configuration/index.ts";
export {
  STATE_READER_IDS,
  findStateReader,
  type StateEntry,
  type StateKind,
  type StateReader,
} from "./exchange-state/index.ts";
