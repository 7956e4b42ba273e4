export { addBaseline, type AddedBaseline, type BaselineSource } from "./add-baseline.ts";
export { casePaths, checkCaseFolder, readCase, writeCase, type CasePaths } from "./case-folder.ts";
export { checkPacks, type PackCheck } from "./check-packs.ts";
export { loadDetection, type Detection } from "./detection.ts";
export { runCase, type CaseOptions } from "./run-case.ts";
export { reasonsOfSettings, type SettingsFile } from "./setting-reasons.ts";
export { scanFiles, type FileScanOptions, type FileVerdict, type FileVerdictReason } from "./scan-files.ts";
