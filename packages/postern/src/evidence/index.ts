export type { EvidenceEntry, EvidenceItem, EvidenceTimes } from "./item.ts";
