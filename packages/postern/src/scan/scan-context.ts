import type { BlockKernel } from "../core/index.ts";
import type { EventMatcher, FileContext, KnownSettings, MailWatcher } from "../detect/index.ts";
import type { LiteralFilters } from "./literal-filters.ts";

/** Which look at the evidence this is. In the second one nothing is counted or hashed again. */
export type ScanStage = "reading" | "following";

/** Where events are put aside while evidence is read, and which. */
export interface SpoolOptions {
  readonly folder: string;
  /** True: all events; false: those that a rule matches. */
  readonly all: boolean;
  /** Place of the part of an item that is read by itself; none for a whole item. */
  readonly part?: number;
  /** Place of the piece of an item that is read by itself, and of which the whole is made up again by {@link EventSpool.addPiece}. */
  readonly piece?: number;
}

/** What the scan of every item shares. Nothing in it depends on items read before: the same item gives the same, wherever it is read. */
export interface ScanContext {
  readonly matcher: EventMatcher;
  /** Finds mail access; null: nobody asks for it. */
  readonly mail: MailWatcher | null;
  readonly filters: LiteralFilters;
  /** Items are read one after the other, so one serves all; null where it is missing or not wanted. */
  readonly kernel: BlockKernel | null;
  /** How files are judged; asked for only when the first file needs it, because compiling rules takes time. Null: files are not judged. */
  readonly files: (() => Promise<FileContext>) | null;
  /** What belongs into a server's configuration; null: settings are not judged. */
  readonly settings: (() => KnownSettings) | null;
  /** Where events are put aside; null: nowhere. */
  readonly spool: SpoolOptions | null;
  readonly stage: ScanStage;
  /** False where another reader of the item takes its hash. Default true. */
  readonly hash?: boolean;
  /** Offset of the part of an item that is read, for progress; not 0 only without hash. Default 0. */
  readonly fromBytes?: number;
  /** False: every record is parsed in full, for comparison with the fast road. */
  readonly fast: boolean;
  /** True when somebody asked to stop. */
  readonly isStopped: () => boolean;
  /** Told after each block: bytes of this item read so far. */
  readonly onBytes: (itemBytes: number) => void;
}
