import { inRanges, type RegexNode } from "../regex/syntax.ts";

/** Characters that every match of an expression has at least: a shorter text need not be searched. */
export function shortestMatch(node: RegexNode): number {
  switch (node.kind) {
    case "set":
      return 1;
    case "assert":
      return 0;
    case "sequence":
      return node.parts.reduce((sum, part) => sum + shortestMatch(part), 0);
    case "choice":
      return node.parts.length === 0 ? 0 : Math.min(...node.parts.map(shortestMatch));
    case "repeat":
      return node.min === 0 ? 0 : node.min * shortestMatch(node.part);
  }
}

/**
 * The search for a bare run such as `.{1000,}`: counting does what an automaton needs a state for each character for.
 * @returns null for every other expression
 */
export function compileRun(node: RegexNode): ((text: string) => boolean) | null {
  const [only] = node.kind === "sequence" && node.parts.length === 1 ? node.parts : [node];
  if (only?.kind !== "repeat" || only.part.kind !== "set" || only.min === 0) return null;
  const { ranges } = only.part;
  const { min } = only;
  return (text) => {
    let run = 0;
    for (const character of text) {
      run = inRanges(ranges, character.codePointAt(0) ?? 0) ? run + 1 : 0;
      if (run === min) return true;
    }
    return false;
  };
}
