import type { ByteSource } from "../core/index.ts";
import type { Damage } from "../model/index.ts";

/** Times of a file as the best source knows them; ISO 8601 UTC. Copy and restore times are never first-seen times. */
export interface EvidenceTimes {
  readonly modified: string | null;
  readonly created: string | null;
  /** Which source said so: only `collection` (a collector's own listing) can be trusted as the server's times. */
  readonly source: "collection" | "filesystem" | "archive" | "none";
}

/** One thing that we were given: a file, an entry of an archive. Opened read-only, never changed. */
export interface EvidenceItem {
  /** Position in the case's fixed order; the same input gives the same order on every machine. */
  readonly index: number;
  /** Where it was found: the path as given, containers joined by `!`. Untrusted. */
  readonly origin: string;
  /** Windows path on the server where it can be known (`C:\inetpub\logs\...`), else null. Untrusted. */
  readonly logicalPath: string | null;
  /** Last component of the path, unescaped. Untrusted. */
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly times: EvidenceTimes;
  /** Server as `--server NAME=PATH` or a collector's manifest says; null when neither does. */
  readonly server: string | null;
  /** Id of the collection it came in (evidence argument, zip, collector output): items of one collection may share a server. */
  readonly collection: string;
  /** Where in the server's life it lay: `history` is a quarantine, backup, mail or investigation folder. */
  readonly standing: "live" | "shadow-copy" | "history";
  /** True when nothing can be read from it (a link, an encrypted entry, a locked file); the damage that follows it says why. */
  readonly blocked?: boolean;
  /** SHA-256 that the manifest of its collection states; null when the manifest does not name it, absent when there is no manifest. */
  readonly promised?: string | null;
  /** True for a file of a case that Postern wrote. */
  readonly isOwnCase?: boolean;
  /** True when reading in any order costs the same: a file on disk, or an entry stored without compression. */
  readonly seekable?: boolean;
  open(): Promise<ByteSource>;
  /** Damage met so far by reading any source that `open` gave (a cut archive, a disk error). Ask after reading. */
  readDamage?(): readonly Damage[];
}

/** What an evidence argument yields, in a fixed order: each item, then the damage that listing it showed. */
export type EvidenceEntry = { readonly kind: "item"; readonly item: EvidenceItem } | Damage;
