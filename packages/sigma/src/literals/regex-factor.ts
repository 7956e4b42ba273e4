import type { RegexNode } from "../regex/syntax.ts";

/**
 * Texts of which every match of an expression holds at least one (lower case), split at everything that is not fixed;
 * each inner list is a choice. Only what is plain to see is used: fixed characters side by side, groups that must occur,
 * alternatives. @returns the choices, any of which may serve.
 */
export function fixedTexts(node: RegexNode): readonly (readonly string[])[] {
  switch (node.kind) {
    case "set": {
      const character = fixedCharacter(node.ranges);
      return character === null ? [] : [[character]];
    }
    case "assert":
      return [];
    case "repeat":
      return node.min > 0 ? fixedTexts(node.part) : [];
    case "choice":
      return choiceTexts(node.parts);
    case "sequence":
      return sequenceTexts(node.parts);
  }
}

function choiceTexts(parts: readonly RegexNode[]): readonly (readonly string[])[] {
  const all: string[] = [];
  for (const part of parts) {
    const best = longestChoice(fixedTexts(part));
    if (best === undefined) return [];
    all.push(...best);
  }
  return [all];
}

function sequenceTexts(parts: readonly RegexNode[]): readonly (readonly string[])[] {
  const out: (readonly string[])[] = [];
  let runs: readonly string[] = [""];
  const flush = (): void => {
    if (!runs.includes("")) out.push(runs);
    runs = [""];
  };
  for (const part of parts) {
    const exact = exactTexts(part);
    if (exact === null) {
      flush();
      out.push(...fixedTexts(part));
      continue;
    }
    if (runs.length * exact.length > MAX_RUNS) flush();
    runs = runs.flatMap((run) => exact.map((text) => run + text));
  }
  flush();
  return out;
}

/** Ways to go on from alternative to alternative at most; more are not told as one text each. */
const MAX_RUNS = 64;

/** The texts (lower case) that a part matches and no others; null when they are many or not plain to see. */
function exactTexts(node: RegexNode): readonly string[] | null {
  switch (node.kind) {
    case "set": {
      const character = fixedCharacter(node.ranges);
      return character === null ? null : [character];
    }
    case "assert":
    case "repeat":
      return null;
    case "choice":
    case "sequence": {
      const parts = node.parts.map(exactTexts);
      let all: readonly string[] = node.kind === "choice" ? [] : [""];
      for (const texts of parts) {
        if (texts === null) return null;
        all =
          node.kind === "choice" ? [...all, ...texts] : all.flatMap((run) => texts.map((text) => run + text));
        if (all.length > MAX_RUNS) return null;
      }
      return all;
    }
  }
}

/** The choice whose shortest text is the longest; the first of several, undefined of none. */
export function longestChoice(choices: readonly (readonly string[])[]): readonly string[] | undefined {
  return [...choices].sort((a, b) => shortest(b) - shortest(a))[0];
}

/** Length of the shortest of some texts. */
export function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map((text) => text.length));
}

/** The one ASCII character that a set stands for, in lower case; null when there are several. */
function fixedCharacter(ranges: readonly number[]): string | null {
  const units: number[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const first = ranges[i] ?? 0;
    if (first !== ranges[i + 1] || first > 0x7e) return null;
    units.push(first);
  }
  const characters = new Set(units.map((unit) => String.fromCharCode(unit).toLowerCase()));
  const [only] = characters;
  return characters.size === 1 && only !== undefined ? only : null;
}
