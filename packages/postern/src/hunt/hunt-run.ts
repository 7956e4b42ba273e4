import type { EventMatcher, RuleSet } from "../detect/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import type { Event } from "../model/index.ts";
import { Fingerprints } from "../scan/index.ts";
import type { HuntCorrelator } from "./correlate.ts";
import type { HuntMatch } from "./hunt-match.ts";
import { explainMatch } from "./matched-parts.ts";
import type { MatchTable } from "./match-table.ts";
import type { HuntRule } from "./rule-files.ts";

/** Matches remembered to count a record once that is in several copies (live disk, shadow copy, backup). */
const MAX_REMEMBERED = 400_000;

/** What a run is asked for; see `HuntOptions`. */
export interface RunOptions {
  readonly rules: readonly HuntRule[];
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly fast?: boolean;
  readonly onMatch?: (match: HuntMatch) => void;
}

/** Where matches go. */
export interface HuntTargets {
  readonly set: RuleSet;
  readonly table: MatchTable;
  readonly correlator: HuntCorrelator | null;
}

/** Judges the events of a scan, one item after the other. What it finds goes to the hunt, so the scan keeps nothing. */
export class HuntRun {
  readonly #options: RunOptions;
  readonly #targets: HuntTargets;
  readonly #seen = new Set<string>();
  #fingerprints = new Fingerprints();
  #path = "";
  /** Records that were left out because they have no usable time. */
  timeless = 0;

  constructor(options: RunOptions, targets: HuntTargets) {
    this.#options = options;
    this.#targets = targets;
  }

  get matcher(): EventMatcher {
    const { set } = this.#targets;
    return {
      literals: set.literals,
      literalsFor: (artifact) => set.literalsOf[artifact] ?? [],
      parseAll: set.parseAll,
      mayMatch: (artifact, glimpse, found) => {
        const said = set.mayMatch(artifact, glimpse, found);
        return typeof said === "object" && "numbers" in said ? true : said;
      },
      wishFor: () => "always", // every record is told of, matched or not
      eventLiterals: () => [],
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
    const { set, correlator } = this.#targets;
    const numbers = this.#options.fast === false ? set.matchPlain(event) : set.match(event);
    if (numbers.length === 0) return;
    const fingerprint = this.#fingerprints.of(event);
    const fresh = numbers.filter((number) => this.#isFresh(`${String(number)} ${fingerprint}`));
    for (const number of fresh) this.#tell(number, event);
    correlator?.take(event, fresh, this.#path);
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

  #isFresh(key: string): boolean {
    if (this.#seen.has(key)) return false;
    if (this.#seen.size < MAX_REMEMBERED) this.#seen.add(key);
    return true;
  }

  #tell(number: number, event: Event): void {
    const found = this.#options.rules[number];
    if (found === undefined || found.silent) return;
    const { timeMs, server, fields, repairs } = event;
    const place = { path: this.#path, record: event.at.record, timeMs };
    const match: HuntMatch = { rule: found.rule, ...place, server, fields, repairs, correlation: null };
    const { set, table } = this.#targets;
    table.add(number, match, () => explainMatch(set.ways[number] ?? [], event));
    this.#options.onMatch?.(match);
  }
}
