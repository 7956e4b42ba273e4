/** Strings in one place of an output are cut here, so that one hostile line cannot fill a report. Counted in UTF-16 units. */
export const TEXT_LIMIT = 4000;
/** Limit for titles, names and other text that should stay on a line or two. */
export const LABEL_LIMIT = 240;

/**
 * Characters that a reader cannot see or that change how others are shown: controls, bidi and other format characters, lone
 * surrogates, private and unassigned code points, line separators, variation selectors, blank "letters" and the combining
 * grapheme joiner. Categories: https://www.unicode.org/reports/tr44/#General_Category_Values, attack: https://trojansource.codes
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu;

/** Marks stacked higher than any script needs paint over the lines above; the first three are kept. */
const STACKED_MARKS = /(\p{M}{3})(\p{M}+)/gu;

/** How a character that must not act is written: `\u202E`, or `\u{E0041}` beyond the basic plane. */
function escapeOf(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

/** Cuts without splitting a character. `left` is what was cut off, in UTF-16 units; 0 when nothing was. */
export function cutText(text: string, limit: number): { readonly text: string; readonly left: number } {
  if (text.length <= limit) return { text, left: 0 };
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  return { text: text.slice(0, end), left: text.length - end };
}

/**
 * Makes every character of untrusted text visible and harmless: what cannot be seen is handed to `write` (default: `\uXXXX`).
 * Tabs and line feeds stay; a carriage return before a line feed is part of the line end and is dropped.
 */
export function visibleText(text: string, write: (escaped: string) => string = (escaped) => escaped): string {
  const show = (character: string): string => write(escapeOf(character));
  return text
    .replaceAll("\r\n", "\n")
    .replace(HIDDEN, (character) => (character === "\n" || character === "\t" ? character : show(character)))
    .replace(STACKED_MARKS, (_, kept: string, rest: string) => kept + Array.from(rest, show).join(""));
}
