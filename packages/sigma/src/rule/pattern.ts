/** Part of a text pattern. */
export type PatternPart =
  | { readonly kind: "plain"; readonly text: string }
  /** `*`: any number of characters, also none. */
  | { readonly kind: "many" }
  /** `?`: exactly one character (a Unicode code point). */
  | { readonly kind: "one" }
  /** Exactly one of these characters; made by the `windash` modifier. */
  | { readonly kind: "one-of"; readonly characters: string };

/** A text with wildcards; two plain parts never stand side by side. */
export type Pattern = readonly PatternPart[];

/**
 * Reads a Sigma string value: `*` and `?` are wildcards unless escaped by a backslash, a double backslash is one
 * backslash, any other backslash stands for itself.
 * Source: Sigma rules specification, section Escaping.
 */
export function parsePattern(text: string): Pattern {
  const parts: PatternPart[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain !== "") parts.push(Object.freeze({ kind: "plain", text: plain }));
    plain = "";
  };
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const next = text.charAt(i + 1);
    if (character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      plain += next;
      i++;
    } else if (character === "*" || character === "?") {
      flush();
      // Two stars say no more than one.
      if (character === "?" || parts.at(-1)?.kind !== "many")
        parts.push({ kind: character === "*" ? "many" : "one" });
    } else plain += character;
  }
  flush();
  return Object.freeze(parts);
}

/** A pattern without wildcards. */
export function plainPattern(text: string): Pattern {
  return Object.freeze(text === "" ? [] : [Object.freeze({ kind: "plain" as const, text })]);
}

/** The text of a pattern without wildcards, or null when it has some. */
export function plainTextOf(pattern: Pattern): string | null {
  if (pattern.length === 0) return "";
  const [only] = pattern;
  return pattern.length === 1 && only?.kind === "plain" ? only.text : null;
}

const MANY: PatternPart = Object.freeze({ kind: "many" });

/** Lets a pattern stand anywhere, at the start or at the end of a value. */
export function placed(pattern: Pattern, placement: "whole" | "start" | "end" | "anywhere"): Pattern {
  const before = placement === "end" || placement === "anywhere";
  const after = placement === "start" || placement === "anywhere";
  const parts = [...pattern];
  if (before && parts[0]?.kind !== "many") parts.unshift(MANY);
  if (after && parts.at(-1)?.kind !== "many") parts.push(MANY);
  return Object.freeze(parts);
}

/** The characters that Windows programs take for one another at the start of a switch. Source: modifiers appendix 2.1.0. */
const DASHES = "-/\u2013\u2014\u2015";

/** Replaces each dash or slash that starts a switch (no word character before it, one after it) by "any of the dashes". */
export function withAnyDash(pattern: Pattern): Pattern {
  const parts: PatternPart[] = [];
  for (const part of pattern) {
    if (part.kind !== "plain") {
      parts.push(part);
      continue;
    }
    let from = 0;
    for (const hit of part.text.matchAll(/(?<!\w)[-/\u2013\u2014\u2015](?=\w)/g)) {
      if (hit.index > from) parts.push({ kind: "plain", text: part.text.slice(from, hit.index) });
      parts.push({ kind: "one-of", characters: DASHES });
      from = hit.index + 1;
    }
    if (from < part.text.length) parts.push({ kind: "plain", text: part.text.slice(from) });
  }
  return Object.freeze(parts);
}

/** A pattern as a rule would write it. */
export function patternToText(pattern: Pattern): string {
  return pattern
    .map((part) => {
      if (part.kind === "plain") return part.text.replace(/[*?]/g, "\\$&");
      if (part.kind === "one-of") return part.characters.charAt(0);
      return part.kind === "many" ? "*" : "?";
    })
    .join("");
}
