import type { RoutedRule } from "../pipeline/fit-rule.ts";
import { ADDED } from "../pipeline/apply-pipeline.ts";
import { EventSlots } from "./event-slots.ts";
import { type Clauses, type FieldLiteral, necessaryFields, necessaryLiterals } from "./necessary.ts";
import { compileSlotRule, type SlotPredicate } from "./slot-rule.ts";
import { buildScanner, type TextScanner } from "./text-scanner.ts";

/** More clauses of a rule are not looked at: each one costs a counter for every hit. */
const MAX_CLAUSES = 8;

/** The literals that rules look for in one slot; each stands for the clauses that it satisfies. */
interface SlotScan {
  readonly slot: number;
  readonly scanner: TextScanner;
}

/**
 * Rules that are for the same records. One pass over each field finds the literals of all of them; a rule is evaluated only
 * when each of its clauses has a literal in the event.
 */
export class RuleGroup {
  readonly #slots: EventSlots;
  readonly #rules: readonly RoutedRule[];
  readonly #predicates: readonly SlotPredicate[];
  readonly #scans: readonly SlotScan[];
  /** Rules without clauses: always evaluated. */
  readonly #always: readonly number[];
  readonly #clauseRule: Int32Array;
  readonly #clauseStamp: Int32Array;
  readonly #missing: Int32Array;
  readonly #wanted: Int32Array;
  readonly #ruleStamp: Int32Array;
  readonly #cutSeen: Uint8Array;
  readonly #fieldSlots: readonly (readonly (readonly number[])[])[];
  readonly #allSlots: readonly number[];
  #stamp = 0;
  #events = 0;
  #guessed = 0;
  #candidates: number[] = [];

  constructor(rules: readonly RoutedRule[], maxCharacters: number) {
    this.#rules = rules;
    this.#slots = new EventSlots(maxCharacters);
    this.#predicates = rules.map(({ rule, fields }) => compileSlotRule(rule, fields, this.#slots));
    const clauses = rules.map(({ rule }) => pick(necessaryLiterals(rule)));
    this.#always = rules.map((_, index) => index).filter((index) => clauses[index]?.length === 0);
    this.#wanted = Int32Array.from(clauses, ({ length }) => length);
    this.#missing = new Int32Array(rules.length);
    this.#ruleStamp = new Int32Array(rules.length);
    this.#cutSeen = new Uint8Array(rules.length);
    const clauseRule = clauses.flatMap((list, rule) => list.map(() => rule));
    this.#clauseRule = Int32Array.from(clauseRule);
    this.#clauseStamp = new Int32Array(clauseRule.length);
    this.#scans = this.#buildScans(clauses);
    this.#fieldSlots = rules.map(({ rule, fields }) =>
      necessaryFields(rule).map((clause) => clause.map((field) => this.#slots.slotOf(field, fields))),
    );
    this.#allSlots = [...new Set(this.#fieldSlots.flat(2))];
  }

  /** Events that the group was shown. */
  get events(): number {
    return this.#events;
  }

  /** Those of them whose channel or number is not known, so that they may be none of a rule's. */
  get guessed(): number {
    return this.#guessed;
  }

  /** Calls `onMatch` with the number of each rule that the event matches, in the order of the rules. */
  match(event: Parameters<EventSlots["start"]>, isGuessed: boolean, onMatch: (rule: number) => void): void {
    this.#events++;
    if (isGuessed) this.#guessed++;
    const slots = this.#slots;
    slots.start(...event);
    for (const slot of this.#allSlots) slots.look(slot);
    this.#stamp++;
    this.#candidates.length = 0;
    for (const scan of this.#scans) this.#scan(scan);
    const order = this.#ordered();
    for (const rule of order) if (this.#predicates[rule]?.() === true) onMatch(rule);
    if (slots.wasCut) for (const rule of order) this.#cutSeen[rule] = 1;
  }

  /** The same by evaluating every rule: what the fast way is compared with. */
  matchPlain(event: Parameters<EventSlots["start"]>, onMatch: (rule: number) => void): void {
    this.#slots.start(...event);
    this.#predicates.forEach((predicate, rule) => {
      if (predicate()) onMatch(rule);
    });
  }

  /** The rule's fields (as the rule calls them) without which it cannot match and that no event had so far. */
  neverSeen(rule: number): readonly string[] {
    const routed = this.#rules[rule];
    if (routed === undefined) return [];
    const names = necessaryFields(routed.rule);
    return (this.#fieldSlots[rule] ?? [])
      .flatMap((clause, at) => (clause.some((slot) => this.#slots.wasSeen(slot)) ? [] : (names[at] ?? [])))
      .map((name) => (name.startsWith(ADDED) ? name.slice(ADDED.length) : name))
      .filter((name, at, all) => all.indexOf(name) === at)
      .sort();
  }

  /** Whether a value was too long and the rule saw only its beginning. */
  sawCut(rule: number): boolean {
    return this.#cutSeen[rule] === 1;
  }

  #scan({ slot, scanner }: SlotScan): void {
    const folded = this.#slots.folded(slot);
    if (typeof folded === "string") scanner.scan(folded, this.#satisfy);
    else if (typeof folded === "number") scanner.scan(String(folded), this.#satisfy);
    else if (folded !== undefined && folded !== null)
      for (const text of folded) scanner.scan(text, this.#satisfy);
  }

  /** Counts a clause once for each event; a rule all of whose clauses are satisfied becomes a candidate. */
  readonly #satisfy = (clause: number): void => {
    const stamp = this.#stamp;
    if (this.#clauseStamp[clause] === stamp) return;
    this.#clauseStamp[clause] = stamp;
    const rule = this.#clauseRule[clause] ?? 0;
    if (this.#ruleStamp[rule] !== stamp) {
      this.#ruleStamp[rule] = stamp;
      this.#missing[rule] = this.#wanted[rule] ?? 0;
    }
    const missing = (this.#missing[rule] ?? 0) - 1;
    this.#missing[rule] = missing;
    if (missing === 0) this.#candidates.push(rule);
  };

  #ordered(): readonly number[] {
    if (this.#candidates.length === 0) return this.#always;
    for (const rule of this.#always) this.#candidates.push(rule);
    return this.#candidates.length === 1 ? this.#candidates : this.#candidates.sort((a, b) => a - b);
  }

  #buildScans(clauses: readonly Clauses<FieldLiteral>[]): readonly SlotScan[] {
    const bySlot = new Map<number, Map<string, number[]>>();
    let clause = 0;
    clauses.forEach((list, rule) => {
      const fields = this.#rules[rule]?.fields ?? {};
      for (const members of list) {
        for (const { field, text } of members) {
          const slot = this.#slots.slotOf(field, fields);
          const literals = bySlot.get(slot) ?? new Map<string, number[]>();
          bySlot.set(slot, literals);
          const served = literals.get(text) ?? [];
          literals.set(text, served);
          if (served.at(-1) !== clause) served.push(clause);
        }
        clause++;
      }
    });
    return [...bySlot].map(([slot, literals]) => ({ slot, scanner: buildScanner(literals) }));
  }
}

/** The clauses worth looking for: those with the longest literals. */
function pick(clauses: Clauses<FieldLiteral>): Clauses<FieldLiteral> {
  if (clauses.length <= MAX_CLAUSES) return clauses;
  const shortest = (clause: readonly FieldLiteral[]): number =>
    Math.min(...clause.map(({ text }) => text.length));
  return [...clauses].sort((a, b) => shortest(b) - shortest(a)).slice(0, MAX_CLAUSES);
}
