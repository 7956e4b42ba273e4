import type { Automaton, State } from "./automaton.ts";
import { type Assertion, inRanges, LAST_UNIT, SETS } from "./syntax.ts";

/** What stands on one side of a place in the text. */
type Side = "edge" | "newline" | "word" | "other";

/** More remembered sets than this are forgotten and built anew: memory stays bounded whatever the text. */
const MAX_REMEMBERED = 1000;

interface Stop {
  readonly members: readonly number[];
  readonly before: Side;
  /** Per character class (last: end of text): index of the next stop, MATCH, or UNKNOWN. */
  readonly next: Int32Array;
}

const UNKNOWN = -1;
const MATCH = -2;
const NO_MATCH = -3;

/**
 * Compiles an automaton to a search anywhere in a text. Every character is looked at once, so the time grows with the
 * length of the text and the size of the expression only: no input makes it explode.
 */
export function compileSearch(automaton: Automaton): (text: string) => boolean {
  return new Search(automaton).test;
}

class Search {
  private readonly automaton: Automaton;
  private readonly classes: CharacterClasses;
  private stops: Stop[] = [];
  private index = new Map<string, number>();

  constructor(automaton: Automaton) {
    this.automaton = automaton;
    this.classes = new CharacterClasses(automaton.states, automaton.checks);
  }

  readonly test = (text: string): boolean => {
    let stop = this.remember([this.automaton.start], "edge");
    for (let i = 0; i < text.length; i++) {
      let point = text.charCodeAt(i);
      if (point >= 0xd800 && point <= 0xdbff) {
        point = text.codePointAt(i) ?? point;
        if (point > 0xffff) i++;
      }
      const characterClass = this.classes.of(point);
      const known = this.stops[stop]?.next[characterClass] ?? UNKNOWN;
      const next = known === UNKNOWN ? this.step(stop, characterClass) : known;
      if (next === MATCH) return true;
      stop = next;
    }
    const end = this.stops[stop]?.next[this.classes.count] ?? UNKNOWN;
    return (end === UNKNOWN ? this.step(stop, this.classes.count) : end) === MATCH;
  };

  private step(from: number, characterClass: number): number {
    const stop = this.stops[from];
    if (stop === undefined) return NO_MATCH;
    const unit = this.classes.example(characterClass);
    const reached = this.closure(stop, unit === null ? "edge" : sideOf(unit));
    let next = MATCH;
    if (reached !== null)
      next = unit === null ? NO_MATCH : this.remember(this.targets(reached, unit), sideOf(unit));
    // After forgetting, `from` may have a new tenant; only write into the stop that was asked.
    if (this.stops[from] === stop) stop.next[characterClass] = next;
    return next;
  }

  /** Reading states reachable without reading, or null when acceptance is reachable. */
  private closure(stop: Stop, after: Side): readonly number[] | null {
    const seen = new Set<number>();
    const todo = [...stop.members];
    const reading: number[] = [];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const state = this.automaton.states[at];
      if (state === undefined) continue;
      if (state.kind === "accept") return null;
      if (state.kind === "read") reading.push(at);
      else if (state.kind === "fork") todo.push(...state.next);
      else if (holds(state.what, stop.before, after)) todo.push(state.next);
    }
    return reading;
  }

  private targets(reading: readonly number[], unit: number): readonly number[] {
    const targets = new Set<number>([this.automaton.start]);
    for (const at of reading) {
      const state = this.automaton.states[at];
      if (state?.kind === "read" && inRanges(state.ranges, unit)) targets.add(state.next);
    }
    return [...targets].sort((a, b) => a - b);
  }

  private remember(members: readonly number[], side: Side): number {
    // Without checks all sides are alike: fewer sets to remember.
    const before = this.automaton.checks ? side : "other";
    const key = `${before} ${members.join(" ")}`;
    const known = this.index.get(key);
    if (known !== undefined) return known;
    if (this.stops.length >= MAX_REMEMBERED) {
      this.stops = [];
      this.index = new Map();
    }
    const next = new Int32Array(this.classes.count + 1).fill(UNKNOWN);
    this.index.set(key, this.stops.push({ members, before, next }) - 1);
    return this.stops.length - 1;
  }
}

function sideOf(unit: number): Side {
  if (unit === 0x0a) return "newline";
  return inRanges(SETS.w, unit) ? "word" : "other";
}

function holds(what: Assertion, before: Side, after: Side): boolean {
  switch (what) {
    case "text-start":
      return before === "edge";
    case "text-end":
      return after === "edge";
    case "line-start":
      return before === "edge" || before === "newline";
    case "line-end":
      return after === "edge" || after === "newline";
    case "word-edge":
      return (before === "word") !== (after === "word");
    case "no-word-edge":
      return (before === "word") === (after === "word");
  }
}

/** Groups characters that no state tells apart. */
class CharacterClasses {
  readonly count: number;
  private readonly starts: readonly number[];
  private readonly low = new Uint16Array(256);

  constructor(states: readonly State[], checks: boolean) {
    const starts = new Set<number>([0]);
    const cut = (ranges: readonly number[]): void => {
      ranges.forEach((unit, i) => starts.add(i % 2 === 0 ? unit : unit + 1));
    };
    for (const state of states) if (state.kind === "read") cut(state.ranges);
    if (checks) {
      cut(SETS.w);
      cut([0x0a, 0x0a]);
    }
    this.starts = [...starts].filter((unit) => unit <= LAST_UNIT).sort((a, b) => a - b);
    this.count = this.starts.length;
    for (let unit = 0; unit < 256; unit++) this.low[unit] = this.find(unit);
  }

  of(unit: number): number {
    return unit < 256 ? (this.low[unit] ?? 0) : this.find(unit);
  }

  /** A character of the class; null for the class "end of text". */
  example(characterClass: number): number | null {
    return this.starts[characterClass] ?? null;
  }

  private find(unit: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
