import type { EventMatcher, FileContext } from "../detect/index.ts";
import type { DamageLog } from "./damage-log.ts";
import type { LiteralFilters } from "./literal-filters.ts";
import type { MatchStore } from "./match-store.ts";

/** What the scan of every item shares. */
export interface ScanContext {
  readonly matcher: EventMatcher;
  readonly filters: LiteralFilters;
  readonly matches: MatchStore;
  readonly damage: DamageLog;
  /** How files are judged; asked for only when the first file needs it, because compiling rules takes time. Null: files are not judged. */
  readonly files: (() => Promise<FileContext>) | null;
  /** SHA-256 -> index of the first item with this content. */
  readonly seen: Map<string, number>;
  /** `following` is the second look: nothing is counted or hashed again. */
  readonly stage: "reading" | "following";
  /** False: every record is parsed in full, for comparison with the fast road. */
  readonly fast: boolean;
  readonly signal: AbortSignal | null;
  /** Told after each block: bytes of this item read so far. */
  readonly onBytes: (itemBytes: number) => void;
}
