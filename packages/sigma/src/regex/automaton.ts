import type { Assertion, RegexNode } from "./syntax.ts";

/** One state: reads a character of `ranges`, forks without reading, checks the place, or accepts. */
export type State =
  | { readonly kind: "read"; readonly ranges: readonly number[]; next: number }
  | { readonly kind: "fork"; readonly next: number[] }
  | { readonly kind: "check"; readonly what: Assertion; next: number }
  | { readonly kind: "accept" };

/** A non-deterministic automaton; `start` is where to begin. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
  readonly checks: boolean;
}

/** Counted repetitions are written out; an expression that needs more states than this is refused. */
export const MAX_STATES = 4000;

/** @returns the automaton, or null when it would have more than MAX_STATES states. */
export function buildAutomaton(node: RegexNode): Automaton | null {
  const builder = new Builder();
  const accept = builder.add({ kind: "accept" });
  const start = builder.build(node, accept);
  if (start === null) return null;
  return { states: builder.states, start, checks: builder.states.some((state) => state.kind === "check") };
}

class Builder {
  readonly states: State[] = [];

  add(state: State): number {
    return this.states.push(state) - 1;
  }

  /** Builds backwards: the entry of `node` when `next` follows. */
  build(node: RegexNode, next: number): number | null {
    if (this.states.length > MAX_STATES) return null;
    switch (node.kind) {
      case "set":
        return this.add({ kind: "read", ranges: node.ranges, next });
      case "assert":
        return this.add({ kind: "check", what: node.what, next });
      case "sequence":
        return node.parts.reduceRight<number | null>(
          (after, part) => (after === null ? null : this.build(part, after)),
          next,
        );
      case "choice": {
        const entries = node.parts.map((part) => this.build(part, next));
        const known = entries.filter((entry) => entry !== null);
        return known.length < entries.length ? null : this.add({ kind: "fork", next: known });
      }
      case "repeat":
        return this.repeat(node.part, node.min, node.max, next);
    }
  }

  private repeat(part: RegexNode, min: number, max: number | null, next: number): number | null {
    let entry: number | null = next;
    if (max === null) entry = this.loop(part, next);
    else {
      for (let i = min; i < max && entry !== null; i++) {
        const inner = this.build(part, entry);
        entry = inner === null ? null : this.add({ kind: "fork", next: [inner, next] });
      }
    }
    for (let i = 0; i < min && entry !== null; i++) entry = this.build(part, entry);
    return entry;
  }

  private loop(part: RegexNode, next: number): number | null {
    const targets: number[] = [];
    const fork = this.add({ kind: "fork", next: targets });
    const inner = this.build(part, fork);
    if (inner === null) return null;
    targets.push(inner, next);
    return fork;
  }
}
