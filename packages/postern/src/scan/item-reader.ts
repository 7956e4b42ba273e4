import { setImmediate } from "node:timers/promises";

import { BlockKernel } from "../core/index.ts";
import {
  joinMatchers,
  type EventMatcher,
  type FileContext,
  type KnownSettings,
  type MailWatcher,
} from "../detect/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import { LinesJoin } from "./join-lines.ts";
import { LiteralFilters } from "./literal-filters.ts";
import type { Pivot } from "./pivot.ts";
import type { ScanContext, ScanStage, SpoolOptions } from "./scan-context.ts";
import { scanUnit } from "./scan-item.ts";
import type { Unit, UnitOutcome } from "./unit.ts";

/** What judges records and files, made anew in each worker. */
export interface ScanTools {
  readonly matcher: EventMatcher;
  /** Null when only records matter. */
  readonly files: (() => Promise<FileContext>) | null;
  /** Null when only records matter; asked for when the first configuration is met. */
  readonly settings: (() => KnownSettings) | null;
  readonly pivotMatcher: (pivot: Pivot) => EventMatcher;
  /** Mail access for the ledger; null when only rules matter. */
  readonly mail: { readonly first: MailWatcher; readonly following: (pivot: Pivot) => MailWatcher } | null;
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
  #look: LookTools;

  constructor(tools: ScanTools, manner: ReadingManner) {
    this.#tools = tools;
    this.#manner = manner;
    this.#kernel = BlockKernel.load();
    this.#look = lookTools("reading", tools.matcher, tools.mail?.first ?? null);
  }

  /** Says for what the items that follow are read. */
  startLook({ stage, pivot }: Look): void {
    const { matcher, pivotMatcher, mail } = this.#tools;
    this.#look =
      pivot === null
        ? lookTools(stage, matcher, mail?.first ?? null)
        : lookTools(stage, pivotMatcher(pivot), mail?.following(pivot) ?? null);
  }

  /** Lets messages, signals and progress have their turn after each unit: a small one is read without a pause. @throws PosternError INTERRUPTED */
  async read(unit: Unit, onBytes: (itemBytes: number) => void): Promise<UnitOutcome> {
    const outcome = await scanUnit(unit, this.#context(onBytes));
    await setImmediate();
    return outcome;
  }

  /** Begins to put a text log together out of pieces. */
  startJoin(item: EvidenceItem): LinesJoin {
    return new LinesJoin(
      item,
      this.#context(() => undefined),
    );
  }

  #context(onBytes: (itemBytes: number) => void): ScanContext {
    const { fast, isStopped } = this.#manner;
    const { files, settings, spool = null } = this.#tools;
    const shared = { kernel: this.#kernel, files, settings, spool, fast, isStopped, onBytes };
    return { ...this.#look, ...shared };
  }
}

type LookTools = Pick<ScanContext, "stage" | "matcher" | "mail" | "filters">;

function lookTools(stage: ScanStage, rules: EventMatcher, mail: MailWatcher | null): LookTools {
  const matcher = mail === null ? rules : joinMatchers([rules, mail]);
  return { stage, matcher, mail, filters: new LiteralFilters(matcher) };
}
