import { LABEL_LIMIT, cutText, visibleText } from "./visible-text.ts";

/** Characters that take two columns: CJK, Hangul, full-width forms, emoji. https://www.unicode.org/reports/tr11/ */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;
const MARK = /\p{M}/u;

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : MARK.test(character) ? 0 : 1;
  return width;
}

/**
 * Untrusted text for one line of a terminal: no control character, escape sequence or direction override is left; each is written as
 * `\uXXXX`, so that what the evidence tried stays visible. Cut at `limit` UTF-16 units.
 */
export function terminalLine(text: string, limit: number = LABEL_LIMIT): string {
  const cut = cutText(text, limit);
  return visibleText(cut.text).replaceAll("\t", " ").replaceAll("\n", " ") + (cut.left === 0 ? "" : "...");
}

/** The same for text of several lines: line ends stay. */
export function terminalBlock(text: string, limit: number): readonly string[] {
  const cut = cutText(text, limit);
  const lines = visibleText(cut.text).replaceAll("\t", "    ").split("\n");
  return cut.left === 0 ? lines : [...lines, `... (${cut.left} more characters)`];
}

function splitWord(word: string, columns: number): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let width = 0;
  for (const character of word) {
    const wide = textWidth(character);
    if (width + wide > columns && part !== "") {
      parts.push(part);
      part = "";
      width = 0;
    }
    part += character;
    width += wide;
  }
  return [...parts, part];
}

/** Breaks text into lines of at most `columns` (at least 1) columns, at blanks where possible; longer words are split. */
export function wrapText(text: string, columns: number): readonly string[] {
  if (!Number.isFinite(columns)) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((long) => splitWord(long, Math.max(1, columns)))) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(joined) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = joined;
    }
  }
  return [...lines, line];
}

/** Splits hard at the edge and keeps every blank: for raw lines. */
export function foldText(text: string, columns: number): readonly string[] {
  return Number.isFinite(columns) ? splitWord(text, Math.max(1, columns)) : [text];
}
