import type { RegexNode } from "../regex/syntax.ts";
import type { Pattern } from "../rule/pattern.ts";
import type { Network, Placement, RegexFlags, TimePart } from "../rule/search.ts";

/** An expression as a rule holds it. */
export interface RegexTest {
  readonly source: string;
  readonly node: RegexNode;
  readonly flags: RegexFlags;
}

/**
 * How one database says what a rule needs. Every method gives an SQL expression; those that take a `value` get one that is a text
 * or null. Tests of null give null, which the caller turns into false where it matters.
 */
export interface SqlDialect {
  readonly name: "duckdb" | "sqlite";
  /** A quoted name of a table or column. */
  identifier(name: string): string;
  /** A quoted text. */
  text(value: string): string;
  /** A column's value as text. */
  column(name: string): string;
  /** A text in the form in which texts are compared without regard to case. */
  folded(value: string): string;
  /** Whether a text fits a pattern. */
  pattern(value: string, pattern: Pattern, cased: boolean): string;
  regex(value: string, test: RegexTest): string;
  /** The number that a text is, else null. */
  number(value: string): string;
  network(value: string, source: string, network: Network): string;
  timePart(value: string, part: TimePart): string;
  /** Whether a text stands at a place of another text; both are folded already where they should be. */
  placed(value: string, other: string, placement: Placement): string;
  /** Milliseconds since 1970 of an ISO 8601 text without zone, or with Z. */
  milliseconds(value: string): string;
}

/** A text in quotes, with the quotes inside doubled; control characters go through a function that makes them. */
export function quotedText(value: string, makeCharacter: string): string {
  const parts = value.split(/(\0+)/);
  const written = parts
    .filter((part) => part !== "")
    .map((part) =>
      part.startsWith("\0")
        ? Array.from(part, () => `${makeCharacter}(0)`).join(" || ")
        : `'${part.replaceAll("'", "''")}'`,
    );
  if (written.length === 0) return "''";
  return written.length === 1 && !value.startsWith("\0") ? (written[0] ?? "''") : `(${written.join(" || ")})`;
}
