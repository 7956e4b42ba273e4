export type { EvidenceEntry, EvidenceItem, EvidenceTimes } from "./item.ts";
export { parseCollectionManifest, type CollectionManifest } from "./layouts/index.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export type { ArchiveLimits } from "./limits.ts";
export { openEvidence } from "./open-evidence.ts";
export type { EvidenceOptions } from "./open-evidence.ts";
