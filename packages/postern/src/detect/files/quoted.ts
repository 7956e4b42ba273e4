import type { Signs } from "./claim.ts";
import type { OabDump } from "./oab-dump.ts";

/** Papers about back doors quote them; no web server runs a paper. */
const PAPER = /\.(?:md|markdown|rst|adoc|asciidoc|ipynb|docx?|pdf|eml|msg)$/iu;
const SETTING_LINE = /^\s{0,80}[A-Za-z][A-Za-z0-9]{1,60}\s{0,80}:/u;
/** Lines looked at. */
const LINE_LIMIT = 2000;

/** True for a text that only shows a back door: a paper, or a settings dump among other text. */
export function isQuoted(name: string, text: string, dump: OabDump | null): boolean {
  if (PAPER.test(name)) return true;
  if (dump === null) return false;
  // A saved dump is a list of settings from top to bottom.
  const lines = text.split("\n", LINE_LIMIT).filter((line) => line.trim() !== "");
  return lines.filter((line) => SETTING_LINE.test(line)).length * 3 < lines.length;
}

/** Most that a quotation weighs. */
const QUOTED_WEIGHT = 0.2;

/** What speaks for a back door in a quotation is worth a look at most, and claims nothing. */
export function asQuotation(signs: Signs): Signs {
  const told = "It stands among other text, as in a report or in notes.";
  const reasons = signs.reasons.map((reason) => ({
    ...reason,
    text: `${reason.text} ${told}`,
    weight: Math.min(reason.weight, QUOTED_WEIGHT),
  }));
  return { reasons, claims: [] };
}
