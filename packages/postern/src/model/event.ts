import type { Place } from "./damage.ts";

/** Id of an artifact, e.g. `iis-w3c`, `exchange-httpproxy`. The list lives with the parsers in `artifacts/`. */
export type ArtifactId = string;

/**
 * One entry exactly as the artifact has it: vendor field names kept, values as found, no meaning given.
 * `names[i]` belongs to `values[i]`; values beyond the known names are kept in `surplus`.
 */
export interface ArtifactRecord {
  readonly artifact: ArtifactId;
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly surplus: readonly string[];
  readonly at: Place;
  /** The raw text of the record, or null where the artifact is binary. Untrusted. */
  readonly raw: string | null;
  /** What the parser had to mend to read it (e.g. "unclosed quote", "blank in cs-uri-query"); empty when it was well formed. */
  readonly repairs: readonly string[];
}

/** Normalized names that all events share, after the Elastic Common Schema 9. A missing key means that the record does not say. */
export interface EcsFields {
  readonly "source.ip"?: string;
  /** An address that the client itself claims (X-Forwarded-For): never proof. */
  readonly "source.forwarded"?: string;
  readonly "user.name"?: string;
  readonly "host.name"?: string;
  readonly "host.ip"?: string;
  readonly "url.path"?: string;
  /** Query text without the leading question mark. */
  readonly "url.query"?: string;
  readonly "http.request.method"?: string;
  readonly "http.response.status_code"?: number;
  readonly "http.response.bytes"?: number;
  readonly "user_agent.original"?: string;
  /** Request id that joins a front-end IIS line with its HttpProxy line (cafeReqId = RequestId), lower case. */
  readonly "http.request.id"?: string;
  readonly "process.name"?: string;
  readonly "process.command_line"?: string;
  readonly "process.parent.name"?: string;
  readonly "file.path"?: string;
  readonly "event.code"?: string;
  readonly "event.provider"?: string;
  readonly "winlog.channel"?: string;
}

/** A normalized record: time in UTC, vendor fields kept, ECS fields beside them, and the place that proves it. */
export interface Event {
  readonly artifact: ArtifactId;
  /** Milliseconds since 1970 UTC, or null when the record has no usable time. */
  readonly timeMs: number | null;
  /** The server that wrote the record as the record itself says, lower case and without domain; null when it does not say. */
  readonly server: string | null;
  /** Vendor field name to value, as found. */
  readonly fields: Readonly<Record<string, string>>;
  readonly ecs: EcsFields;
  readonly at: Place;
  readonly raw: string | null;
  readonly repairs: readonly string[];
}

/** What can be told of a record before it is parsed. */
export interface Glimpse {
  /** The value of a column as the parsed record would have it; null when the column is not there or cannot be told yet. */
  get(column: string): string | null;
  /**
   * A number for the values of some columns together: `get` says the same for records with the same number. Null when there is none to be had.
   * @param columns the same list each time, not an equal one
   */
  numberOf(columns: readonly string[]): number | null;
  /**
   * False when none of these texts (small letters, at least four) stands anywhere in the record, letters in any case. Null when that is not known.
   * @param texts the same list each time, not an equal one
   */
  holdsAny(texts: readonly string[]): boolean | null;
}

/** Two lists of columns. */
export type SameIn = readonly [readonly string[], readonly string[]];

/** Said of a record that cannot matter, as none can that has the same values in these columns and holds the same of the texts looked for. */
export interface NoSuchMatch {
  /** Always the same lists for a kind of records. */
  readonly sameIn: SameIn;
  /** One that holds any of these further texts (as {@link Glimpse.holdsAny} takes them) may matter all the same. Null: none may. */
  readonly unless: readonly string[] | null;
}

/** Asked of a {@link Glimpse}: the whole record as its bytes are, with ASCII letters in lower case. No column has an empty name. */
export const WHOLE_RECORD = "";
