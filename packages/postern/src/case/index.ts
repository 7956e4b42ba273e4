export {
  addAcknowledgement,
  readAcknowledgements,
  readCaseAt,
  renderReportAt,
  type AcknowledgementEntry,
} from "./acknowledgements.ts";
export { addBaseline, type AddedBaseline, type BaselineSource } from "./add-baseline.ts";
export { casePaths, checkCaseFolder, readCase, writeCase, type CasePaths } from "./case-folder.ts";
export { checkCase, isIntact, type CaseCheck, type CheckOptions } from "./check-case.ts";
export type { Deviation, EvidenceCheck } from "./check-evidence.ts";
export { checkPacks, type PackCheck } from "./check-packs.ts";
export { EVENT_COLUMNS, eventsFileOf } from "./events/index.ts";
export { loadDetection, type Detection } from "./detection.ts";
export { runCase, type CaseOptions } from "./run-case.ts";
export { sealCase, type Sealed, type SealOptions } from "./seal-case.ts";
export { reasonsOfSettings, type SettingsFile } from "./setting-reasons.ts";
export { scanFiles, type FileScanOptions, type FileVerdict, type FileVerdictReason } from "./scan-files.ts";
