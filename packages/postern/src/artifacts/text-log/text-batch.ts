import type { BlockKernel, ByteRange, LineLimits, LiteralFilter } from "../../core/index.ts";
import type { ArtifactId, ArtifactRecord, Damage, Glimpse, NoSuchMatch, Place } from "../../model/index.ts";
import type { Header } from "./header.ts";
import type { LineCounts } from "./line-tally.ts";

/** What one block of lines gave. */
export interface TextBatch {
  /** Records of the lines that were parsed in full, in file order. */
  readonly records: readonly ArtifactRecord[];
  readonly damage: readonly Damage[];
  /** Lines so far in this item; `records + damaged + headers` is their number, unless lines were passed over. */
  readonly counts: LineCounts;
  /** Lines so far. */
  readonly lines: number;
  /** Hour since 1970 UTC -> number of lines that were only counted (records bring their own time). */
  readonly hours: ReadonlyMap<number, number>;
  /** Earliest and latest time of the lines that were only counted. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The header that the block ended with. */
  readonly header: Header;
  /** False when the client's address of a line that was only counted is not known to the kernel: see {@link TextLogOptions.clients}. */
  readonly clientsComplete: boolean;
  /**
   * Of a {@link TextLogOptions.range}: true when lines below this block are read as if they stood right behind the file's opening, and always were: no other header, no value that is still
   * open, no first lines that are yet to be parsed.
   */
  readonly asOpened: boolean;
}

/**
 * Gives the filter for a kind of log.
 * @param clientsApart true where {@link TextLogOptions.soughtClients} are found by their column: then the filter need not look for them
 */
export type FilterChoice = (
  artifact: ArtifactId | null,
  sample: Uint8Array,
  clientsApart: boolean,
) => LiteralFilter;

/** A line that is not parsed, although it means something. Valid while it is looked at. */
export interface SureLine {
  readonly glimpse: Glimpse;
  /** Milliseconds since 1970 UTC, of a whole second. */
  readonly timeMs: number;
  readonly at: Place;
  /** Its bytes; copy what must live longer. */
  readonly bytes: Uint8Array;
  /** The record that bytes like these are, which stood at a place below the same header. */
  readonly recordOf: (bytes: Uint8Array, at: Place) => ArtifactRecord | null;
}

/** How to read. */
export interface TextLogOptions {
  /**
   * Which lines to parse in full: all, or those in which the filter for their kind of log finds a literal (besides irregular
   * ones and the first few). The filter is asked for with the artifact, null before a header was seen, and a sample of the text.
   */
  readonly select: "all" | FilterChoice;
  /** Addresses (plain, lower case) that matter nowhere but as a record's client; always the same list. Default: none. */
  readonly soughtClients?: readonly string[];
  /** Kinds of which every line is parsed in full, because a rule for them has no literal. */
  readonly parseAll?: ReadonlySet<ArtifactId>;
  /**
   * False when a line of which this much is known need not be parsed although it holds the literals `found`, nor {@link NoSuchMatch}; another object when it is
   * sure what it means: then {@link onSure} is asked. Default: all are parsed.
   */
  readonly mayMatter?: (
    artifact: ArtifactId,
    glimpse: Glimpse,
    found: readonly string[],
  ) => boolean | NoSuchMatch | object;
  /** True when a line of a web server was noted by what it means, so that it need only be counted. Default: none is. */
  readonly onSure?: (meaning: object, line: SureLine) => boolean;
  /** True for a second look: lines without a literal are passed over, not even counted. Default false. */
  readonly onlyCandidates?: boolean;
  readonly limits?: LineLimits;
  /** Which lines to read, as if there were no others but the file's opening; lines are counted from 1. Only of a file with {@link readOpening}. Default: all. */
  readonly range?: ByteRange;
  /** True to have the kernel remember the client's address of lines that are only counted. Default false. */
  readonly clients?: boolean;
  /** Looks at bytes faster than JavaScript does; no other reader may use it at the same time. Default: none. */
  readonly kernel?: BlockKernel | null;
}
