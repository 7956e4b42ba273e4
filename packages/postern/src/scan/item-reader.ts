import { BlockKernel } from "../core/index.ts";
import type { EventMatcher, FileContext, KnownSettings } from "../detect/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import { LiteralFilters } from "./literal-filters.ts";
import type { Pivot } from "./pivot.ts";
import type { ScanContext, ScanStage, SpoolOptions } from "./scan-context.ts";
import { scanItem, type ItemOutcome } from "./scan-item.ts";

/** What judges records and files, made anew in each worker. */
export interface ScanTools {
  readonly matcher: EventMatcher;
  /** Null when only records matter. */
  readonly files: (() => Promise<FileContext>) | null;
  /** Null when only records matter; asked for when the first configuration is met. */
  readonly settings: (() => KnownSettings) | null;
  readonly pivotMatcher: (pivot: Pivot) => EventMatcher;
  /** Where matched events are put aside; null or left out: nowhere. */
  readonly spool?: SpoolOptions | null;
}

/** One look at some items. */
export interface Look {
  readonly stage: ScanStage;
  /** What the second look follows; null in the first. */
  readonly pivot: Pivot | null;
}

/** How items are read, whoever reads them. */
export interface ReadingManner {
  /** False: every record is parsed in full. */
  readonly fast: boolean;
  readonly isStopped: () => boolean;
}

/** Reads items one after the other in this thread. */
export class ItemReader {
  readonly #tools: ScanTools;
  readonly #manner: ReadingManner;
  readonly #kernel: BlockKernel | null;
  #look: { readonly stage: ScanStage; readonly matcher: EventMatcher; readonly filters: LiteralFilters };

  constructor(tools: ScanTools, manner: ReadingManner) {
    this.#tools = tools;
    this.#manner = manner;
    this.#kernel = BlockKernel.load();
    this.#look = { stage: "reading", matcher: tools.matcher, filters: new LiteralFilters(tools.matcher) };
  }

  /** Says for what the items that follow are read. */
  startLook({ stage, pivot }: Look): void {
    const matcher = pivot === null ? this.#tools.matcher : this.#tools.pivotMatcher(pivot);
    this.#look = { stage, matcher, filters: new LiteralFilters(matcher) };
  }

  /** @throws PosternError INTERRUPTED */
  read(item: EvidenceItem, onBytes: (itemBytes: number) => void): Promise<ItemOutcome> {
    const { fast, isStopped } = this.#manner;
    const { files, settings, spool = null } = this.#tools;
    const shared = { kernel: this.#kernel, files, settings, spool, fast, isStopped, onBytes };
    const context: ScanContext = { ...this.#look, ...shared };
    return scanItem(item, context);
  }
}
