import type { EvidenceEntry } from "../model/index.ts";
import type { FileFacts, FileJudgement, Lead } from "../detect/index.ts";
import type { BuildObservation, MitigationObservation, Setting, StateSource } from "../artifacts/index.ts";
import type { CollectionFacts } from "./collection-facts.ts";
import type { BuildSeen } from "./builds-seen.ts";
import type { ItemExported } from "./item-exported.ts";
import type { LogFacts } from "./log-facts.ts";
import type { SourceTally } from "./tallies.ts";

/** A file that was judged. */
export interface JudgedFile {
  readonly facts: FileFacts;
  readonly judgement: FileJudgement;
}

/** A file that says how a server is set up, or what was removed from it. */
export interface JudgedSettings {
  readonly source: StateSource;
  /** Entries that were read. */
  readonly entries: number;
  /** Entries that do not belong there. */
  readonly leads: readonly Lead[];
  /** Files of a change journal, which knows their folders only by number: see joinJournals. Left out: none. */
  readonly loose?: readonly Setting[];
}

/** What one item of evidence gave. */
export interface ItemResult {
  readonly index: number;
  readonly origin: string;
  /** Logical path where known, else the origin. */
  readonly path: string;
  readonly name: string;
  readonly collection: string;
  readonly standing: "live" | "shadow-copy" | "history";
  /** Server as `--server` or a manifest says. */
  readonly serverHint: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly modified: string | null;
  /** Where the modified time comes from: only a collector's own listing keeps the server's times. */
  readonly timeSource: "collection" | "filesystem" | "archive" | "none";
  readonly artifact: string;
  readonly state: EvidenceEntry["state"];
  readonly note: string;
  readonly records: number;
  readonly damaged: number;
  readonly tallies: readonly SourceTally[];
  readonly builds: readonly BuildSeen[];
  readonly observations: readonly BuildObservation[];
  readonly mitigations: readonly MitigationObservation[];
  readonly file: JudgedFile | null;
  readonly settings: JudgedSettings | null;
  /** What the collector of this evidence says of itself. */
  readonly collected: CollectionFacts | null;
  /** Exported objects of Exchange's own state; null when it holds none, or is a second copy. */
  readonly exported: ItemExported | null;
  /** Corrections of the item's clock, one plain sentence each. */
  readonly clocks: readonly string[];
  /** Logs that were cleared or switched off, clocks that were set, records that are missing. */
  readonly logs: LogFacts;
  /** Hashes of the addresses that asked something in it; null when not all are known. */
  readonly clients: Uint32Array | null;
}
