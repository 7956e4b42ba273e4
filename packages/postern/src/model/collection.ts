import type { UtcTime } from "./time.ts";

/** Name of the manifest at the top of every collection that Postern's collectors make. */
export const MANIFEST_NAME = "postern-collection.jsonl";

/** Schema of the manifest; fields are added, never renamed, within one number. */
export const MANIFEST_SCHEMA = "postern.collection/1";

/** First line of a manifest. */
export interface ManifestHead {
  readonly kind: "collection";
  readonly schema: string;
  /** `powershell` or `node`, and the version that made it. */
  readonly collector: string;
  readonly version: string;
  /** Day of the definitions. */
  readonly definitions: string;
  /** Name of the server. */
  readonly server: string;
  readonly startedUtc: UtcTime;
  /** `server`: times of files are the server's own; `copy`: the tree was copied before, so they may be those of the copying. */
  readonly times: "server" | "copy";
  readonly limits: Readonly<Record<string, number>>;
}

/** A file that was taken. */
export interface ManifestFile {
  readonly kind: "file";
  /** Id of the definition that asked for it. */
  readonly definition: string;
  /** Windows path on the server; for output of commands the command's text. */
  readonly path: string;
  /** Its place in the collection, `/` between parts. */
  readonly stored: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly modifiedUtc: UtcTime | null;
  readonly createdUtc: UtcTime | null;
  /** False when reading ended before the end of the file. */
  readonly complete: boolean;
}

/** Why something was not taken. */
export type NotTaken =
  /** Changed before the age limit. */
  | "age"
  /** Larger than the limit for one file. */
  | "size"
  /** The limit for the whole collection was reached. */
  | "total"
  /** Not enough free space was left on the disk of the collection. */
  | "space"
  /** A link or junction: not followed. */
  | "link"
  /** In use by another program, or no right to read it. */
  | "locked"
  /** Any other failure. */
  | "failed"
  /** This way of collecting cannot take it. */
  | "impossible"
  /** The command, or the folder, does not exist. */
  | "absent"
  /** The one who collected asked to leave it out. */
  | "left-out";

/** Something that was asked for and not taken. */
export interface ManifestMissing {
  readonly kind: "missing";
  readonly definition: string;
  /** Windows path, channel or command. */
  readonly path: string;
  readonly reason: NotTaken;
  /** What the system said; empty when the reason says all. */
  readonly detail: string;
  readonly sizeBytes: number | null;
  readonly modifiedUtc: UtcTime | null;
}

/** A definition is done. */
export interface ManifestDone {
  readonly kind: "done";
  readonly definition: string;
  readonly files: number;
  readonly sizeBytes: number;
  readonly missing: number;
}

/** Last line: without it the collector was ended before it was ready. */
export interface ManifestEnd {
  readonly kind: "end";
  readonly files: number;
  readonly sizeBytes: number;
  readonly finishedUtc: UtcTime;
}

/** A line of the manifest. */
export type ManifestLine = ManifestHead | ManifestFile | ManifestMissing | ManifestDone | ManifestEnd;
