import type { Pipeline } from "@postern/sigma";

import { PosternError } from "../core/index.ts";
import { compileRuleSet, type EventMatcher, type RuleSet } from "../detect/index.ts";
import type { EvidenceItem, EvidenceOptions } from "../evidence/index.ts";
import type { Event } from "../model/index.ts";
import { Fingerprints, scan, type DamageCount, type ItemResult, type ScanProgress } from "../scan/index.ts";
import { explainMatch, type MatchedPart } from "./matched-parts.ts";
import { notApplied } from "./not-applied.ts";
import type { HuntRule, SetAside } from "./rule-files.ts";

/** One record that one rule matched. */
export interface HuntMatch {
  readonly rule: HuntRule;
  readonly event: Event;
  /** Logical path of the evidence where it is known, else where it was found. Untrusted. */
  readonly path: string;
}

/** What a rule found. */
export interface RuleMatches {
  readonly rule: HuntRule;
  readonly count: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The first ones in the order of the evidence, each with what of the rule it met. */
  readonly examples: readonly (HuntMatch & { readonly parts: readonly MatchedPart[] })[];
}

/** What a hunt found. */
export interface HuntResult {
  /** Rules that matched, in the order in which they were given. */
  readonly matches: readonly RuleMatches[];
  /** Rules that looked at records, whether they matched or not. */
  readonly applied: number;
  /** Rules that did not. */
  readonly setAside: readonly SetAside[];
  /** Rules that saw only the beginning of some value, because it was longer than the bound. */
  readonly limited: readonly HuntRule[];
  readonly records: number;
  /** Records left out because a time was asked for and they have no usable one. */
  readonly timeless: number;
  readonly items: readonly ItemResult[];
  readonly damage: { readonly total: number; readonly counts: readonly DamageCount[] };
}

/** What to hunt, where. */
export interface HuntOptions {
  readonly evidence: readonly string[];
  readonly intake?: EvidenceOptions;
  readonly rules: readonly HuntRule[];
  readonly pipelines: readonly Pipeline[];
  /** First and last moment wanted, inclusive, milliseconds since 1970; null for no bound. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Told of every match in the order of the evidence, and of the rules within a record. */
  readonly onMatch?: (match: HuntMatch) => void;
  readonly onProgress?: (progress: ScanProgress) => void;
  readonly signal?: AbortSignal | null;
  /** False parses every record and evaluates every rule: slower, same answer. Default true. */
  readonly fast?: boolean;
}

/** Examples kept of each rule. */
const EXAMPLES = 5;

/** Runs Sigma rules over evidence. @throws PosternError EVIDENCE_NOT_FOUND, INTERRUPTED, USAGE when there are no rules */
export async function hunt(options: HuntOptions): Promise<HuntResult> {
  if (options.rules.length === 0)
    throw new PosternError("USAGE", "no rule is left to run: all were set aside", {});
  const set = compileRuleSet(
    options.rules.map(({ rule }) => rule),
    options.pipelines,
  );
  const run = new HuntRun(options, set);
  const result = await scan({
    evidence: options.evidence,
    intake: options.intake ?? {},
    matcher: run.matcher,
    files: null,
    findPivot: () => null,
    pivotMatcher: () => run.matcher,
    fast: options.fast ?? true,
    signal: options.signal ?? null,
    onItem: run.startItem,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  const use = notApplied(options.rules, set);
  return {
    matches: run.list(),
    applied: options.rules.length - use.setAside.length,
    setAside: use.setAside,
    limited: use.limited,
    records: result.items.reduce((sum, item) => sum + item.records, 0),
    timeless: run.timeless,
    items: result.items,
    damage: result.damage,
  };
}

interface Growing {
  count: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly examples: RuleMatches["examples"][number][];
}

/** Matches remembered to count a record once that is in several copies (live disk, shadow copy, backup). */
const MAX_REMEMBERED = 400_000;

class HuntRun {
  readonly #options: HuntOptions;
  readonly #set: RuleSet;
  readonly #found = new Map<number, Growing>();
  readonly #seen = new Set<string>();
  #fingerprints = new Fingerprints();
  #path = "";
  timeless = 0;

  constructor(options: HuntOptions, set: RuleSet) {
    this.#options = options;
    this.#set = set;
  }

  /** Judges events for the scan; what it finds goes to the hunt, so the scan keeps nothing. */
  get matcher(): EventMatcher {
    const set = this.#set;
    return {
      literals: set.literals,
      literalsFor: (artifact) => set.literalsOf[artifact] ?? [],
      parseAll: set.parseAll,
      mayMatch: set.mayMatch,
      match: (event) => {
        this.#match(event);
        return [];
      },
    };
  }

  readonly startItem = (item: EvidenceItem): void => {
    this.#path = item.logicalPath ?? item.origin;
    this.#fingerprints = new Fingerprints();
  };

  #match(event: Event): void {
    if (!this.#isWanted(event)) return;
    const set = this.#set;
    const numbers = this.#options.fast === false ? set.matchPlain(event) : set.match(event);
    if (numbers.length === 0) return;
    const fingerprint = this.#fingerprints.of(event);
    for (const number of numbers) this.#add(number, event, fingerprint);
  }

  #isWanted({ timeMs }: Event): boolean {
    const { sinceMs, untilMs } = this.#options;
    if (sinceMs === null && untilMs === null) return true;
    if (timeMs === null) {
      this.timeless++;
      return false;
    }
    return timeMs >= (sinceMs ?? -Infinity) && timeMs <= (untilMs ?? Infinity);
  }

  #add(number: number, event: Event, fingerprint: string): void {
    const rule = this.#options.rules[number];
    const key = `${String(number)} ${fingerprint}`;
    if (rule === undefined || this.#seen.has(key)) return;
    if (this.#seen.size < MAX_REMEMBERED) this.#seen.add(key);
    const match = { rule, event, path: this.#path };
    const found = this.#found.get(number) ?? { count: 0, firstMs: null, lastMs: null, examples: [] };
    this.#found.set(number, found);
    found.count++;
    if (event.timeMs !== null) {
      found.firstMs = Math.min(found.firstMs ?? event.timeMs, event.timeMs);
      found.lastMs = Math.max(found.lastMs ?? event.timeMs, event.timeMs);
    }
    if (found.examples.length < EXAMPLES)
      found.examples.push({ ...match, parts: explainMatch(this.#set.ways[number] ?? [], event) });
    this.#options.onMatch?.(match);
  }

  list(): readonly RuleMatches[] {
    return [...this.#found]
      .sort(([a], [b]) => a - b)
      .flatMap(([number, found]) => {
        const rule = this.#options.rules[number];
        return rule === undefined ? [] : [{ rule, ...found }];
      });
  }
}
