import type { RegexFlags } from "../rule/search.ts";
import {
  caseWidened,
  invertedRanges,
  LAST_UNIT,
  normalRanges,
  POSIX,
  type RegexNode,
  SETS,
} from "./syntax.ts";

/** Why an expression is refused. */
export class RegexRefused extends Error {
  readonly reason: "syntax" | "unsupported";

  constructor(reason: "syntax" | "unsupported", message: string) {
    super(message);
    this.reason = reason;
  }
}

const MAX_GROUP_DEPTH = 100;

/**
 * Parses the part of PCRE that describes regular languages: what the Sigma appendix names, and common extras (escapes,
 * lazy quantifiers, named and non-capturing groups, inline flags, `\b`).
 * @throws RegexRefused for look-around, back references, atomic groups and whatever else has no automaton.
 */
export function parseRegex(source: string, flags: RegexFlags): RegexNode {
  const parser = new Parser(source, flags);
  return parser.whole();
}

const EMPTY: RegexNode = Object.freeze({ kind: "sequence", parts: Object.freeze([]) });
const CONTROL: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, e: 27, a: 7, "0": 0 };

class Parser {
  private at = 0;
  private depth = 0;
  private readonly source: string;
  private flags: RegexFlags;

  constructor(source: string, flags: RegexFlags) {
    this.source = source;
    this.flags = flags;
  }

  whole(): RegexNode {
    const node = this.choice();
    if (this.at < this.source.length)
      throw new RegexRefused("syntax", `unmatched ")" at character ${this.at + 1}`);
    return node;
  }

  private choice(): RegexNode {
    const before = this.flags;
    const first = this.sequence();
    const parts = [first];
    while (this.take("|")) parts.push(this.sequence());
    this.flags = before;
    return parts.length === 1 ? first : { kind: "choice", parts };
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (;;) {
      const next = this.source.charAt(this.at);
      if (next === "" || next === "|" || next === ")") break;
      parts.push(this.quantified(this.atom()));
    }
    const [only] = parts;
    return only !== undefined && parts.length === 1 ? only : { kind: "sequence", parts };
  }

  private quantified(part: RegexNode): RegexNode {
    let node = part;
    for (;;) {
      const bounds = this.quantifier();
      if (bounds === null) return node;
      if (node.kind === "assert") throw new RegexRefused("unsupported", "a repeated anchor");
      node = { kind: "repeat", part: node, min: bounds.min, max: bounds.max };
      if (this.take("+")) throw new RegexRefused("unsupported", "a possessive quantifier such as a++");
      this.take("?");
    }
  }

  private quantifier(): { min: number; max: number | null } | null {
    if (this.take("*")) return { min: 0, max: null };
    if (this.take("+")) return { min: 1, max: null };
    if (this.take("?")) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,9})(,?)(\d{0,9})\}/.exec(this.source.slice(this.at, this.at + 24));
    if (counted === null) return null;
    this.at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === "" ? min : counted[3] === "" ? null : Number(counted[3]);
    if (max !== null && max < min)
      throw new RegexRefused("syntax", `the counts of ${counted[0]} are the wrong way round`);
    return { min, max };
  }

  private atom(): RegexNode {
    const character = this.source.charAt(this.at++);
    switch (character) {
      case "(":
        return this.group();
      case "[":
        return this.set(this.bracket());
      case ".":
        return { kind: "set", ranges: this.flags.dotAll ? SETS.all : SETS.dot };
      case "^":
        return { kind: "assert", what: this.flags.multiline ? "line-start" : "text-start" };
      case "$":
        return { kind: "assert", what: this.flags.multiline ? "line-end" : "text-end" };
      case "\\":
        return this.escape();
      case "*":
      case "+":
      case "?":
        throw new RegexRefused("syntax", `nothing to repeat before "${character}" at character ${this.at}`);
      default:
        this.at--;
        return this.one(this.point());
    }
  }

  /** The code point that stands here, and moves behind it. */
  private point(): number {
    const point = this.source.codePointAt(this.at) ?? 0;
    this.at += point > 0xffff ? 2 : 1;
    return point;
  }

  private one(unit: number): RegexNode {
    return this.set([unit, unit]);
  }

  private set(ranges: readonly number[]): RegexNode {
    return { kind: "set", ranges: this.flags.ignoreCase ? caseWidened(ranges) : normalRanges(ranges) };
  }

  private group(): RegexNode {
    if (++this.depth > MAX_GROUP_DEPTH)
      throw new RegexRefused("unsupported", `more than ${MAX_GROUP_DEPTH} groups deep`);
    const before = this.flags;
    if (this.take("?")) {
      const flagsOnly = this.groupHead();
      if (flagsOnly) {
        this.depth--;
        return EMPTY;
      }
    }
    const inner = this.choice();
    if (!this.take(")")) throw new RegexRefused("syntax", "a closing parenthesis is missing");
    this.flags = before;
    this.depth--;
    return inner;
  }

  /** Reads what follows `(?`. @returns true when the group only sets flags or is a comment. */
  private groupHead(): boolean {
    const rest = this.source.slice(this.at);
    const comment = /^#[^)]*\)/.exec(rest);
    const named = /^(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*'|:)/.exec(rest);
    const flags = /^([imsx]*)(?:-([imsx]+))?([:)])/.exec(rest);
    const head = comment ?? named ?? flags;
    if (head === null) throw new RegexRefused("unsupported", "look-around, atomic and conditional groups");
    this.at += head[0].length;
    if (head === comment) return true;
    if (head !== flags) return false;
    const [, on = "", off = "", end] = flags;
    if (on.includes("x")) throw new RegexRefused("unsupported", "the flag x");
    const next = (letter: string, now: boolean): boolean =>
      on.includes(letter) ? true : now && !off.includes(letter);
    this.flags = {
      ignoreCase: next("i", this.flags.ignoreCase),
      multiline: next("m", this.flags.multiline),
      dotAll: next("s", this.flags.dotAll),
    };
    return end === ")";
  }

  private escape(): RegexNode {
    const letter = this.source.charAt(this.at);
    if (letter === "b") return this.asserted("word-edge");
    if (letter === "B") return this.asserted("no-word-edge");
    if (letter === "A") return this.asserted("text-start");
    if (letter === "z" || letter === "Z") return this.asserted("text-end");
    return this.set(this.escapedSet());
  }

  private asserted(what: "word-edge" | "no-word-edge" | "text-start" | "text-end"): RegexNode {
    this.at++;
    return { kind: "assert", what };
  }

  /** An escape that stands for characters, the backslash already read. */
  private escapedSet(): readonly number[] {
    const letter = this.source.charAt(this.at++);
    if (letter === "") throw new RegexRefused("syntax", "a backslash at the end");
    const lower = letter.toLowerCase();
    if (lower === "d" || lower === "w" || lower === "s") {
      return letter === lower ? SETS[lower] : invertedRanges(SETS[lower]);
    }
    if (letter === "x" || letter === "u") return this.coded(letter);
    const control = CONTROL[letter];
    if (control !== undefined) return [control, control];
    if (/[1-9kgR]/.test(letter)) throw new RegexRefused("unsupported", `\\${letter} (a reference back)`);
    if (/[A-Za-z]/.test(letter)) throw new RegexRefused("unsupported", `\\${letter}`);
    this.at--;
    const point = this.point();
    return [point, point];
  }

  private coded(letter: "x" | "u"): readonly number[] {
    const form =
      letter === "x" ? /^(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{2}))/i : /^(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))/i;
    const hit = form.exec(this.source.slice(this.at, this.at + 8));
    if (hit === null) throw new RegexRefused("syntax", `\\${letter} without its hexadecimal digits`);
    this.at += hit[0].length;
    const unit = Number.parseInt(hit[1] ?? hit[2] ?? "0", 16);
    if (unit > LAST_UNIT) throw new RegexRefused("syntax", `\\${letter} beyond the last character`);
    return [unit, unit];
  }

  private bracket(): readonly number[] {
    const inverted = this.take("^");
    const ranges: number[] = [];
    for (let first = true; ; first = false) {
      const character = this.source.charAt(this.at);
      if (character === "") throw new RegexRefused("syntax", "a closing bracket is missing");
      if (character === "]" && !first) break;
      ranges.push(...this.bracketPart());
    }
    this.at++;
    const normal = normalRanges(ranges);
    if (!inverted) return normal;
    return invertedRanges(this.flags.ignoreCase ? caseWidened(normal) : normal);
  }

  private bracketPart(): readonly number[] {
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.source.slice(this.at, this.at + 14));
    if (posix !== null) {
      const ranges = POSIX[posix[2] ?? ""];
      if (ranges === undefined) throw new RegexRefused("syntax", `there is no class ${posix[0]}`);
      this.at += posix[0].length;
      return posix[1] === "^" ? invertedRanges(ranges) : ranges;
    }
    const from = this.bracketUnits();
    const isRange =
      this.source.charAt(this.at) === "-" && !["]", ""].includes(this.source.charAt(this.at + 1));
    if (!isRange || from.length !== 2 || from[0] !== from[1]) return from;
    this.at++;
    const to = this.bracketUnits();
    const low = from[0] ?? 0;
    const high = to[0] ?? 0;
    if (to.length !== 2 || to[0] !== to[1]) return [...from, 0x2d, 0x2d, ...to];
    if (high < low) throw new RegexRefused("syntax", "a range in brackets runs backwards");
    return [low, high];
  }

  private bracketUnits(): readonly number[] {
    if (!this.take("\\")) {
      const point = this.point();
      return [point, point];
    }
    if (this.take("b")) return [8, 8];
    return this.escapedSet();
  }

  private take(character: string): boolean {
    if (this.source.charAt(this.at) !== character) return false;
    this.at++;
    return true;
  }
}
