export type { BuildSeen } from "./builds-seen.ts";
export type { DamageCount } from "./damage-log.ts";
export type { ItemResult, JudgedFile } from "./item-result.ts";
export { Fingerprints, type MatchGroup } from "./match-store.ts";
export { scan, type ScanOptions, type ScanProgress, type ScanResult } from "./scan.ts";
export type { ServerKey } from "./server-key.ts";
export type { SourceTally } from "./tallies.ts";
