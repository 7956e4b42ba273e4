import { TEXT_LIMIT, cutText, visibleText } from "./visible-text.ts";
import { groupedNumber } from "./numbers.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

function withEntities(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "");
}

/** How a cut is told to the reader. */
function cutNote(left: number): string {
  return left === 0 ? "" : ` … (${groupedNumber(left)} more characters)`;
}

/**
 * Untrusted text as HTML text or as the value of a quoted attribute. Hidden characters become `\uXXXX`, text beyond
 * `limit` (UTF-16 units) is cut and the cut is told.
 */
export function escapeHtml(text: string, limit: number = TEXT_LIMIT): string {
  const cut = cutText(text, limit);
  return withEntities(visibleText(cut.text)) + cutNote(cut.left);
}

/**
 * The same for text content only, with each escaped character inside `<span class="esc">`, so that a reader can tell it from
 * evidence that really holds a backslash and letters. Not for attributes.
 */
export function escapeHtmlMarked(text: string, limit: number = TEXT_LIMIT): string {
  const cut = cutText(text, limit);
  // Entities first: the spans must stay markup, and entities hold no hidden characters.
  const shown = visibleText(withEntities(cut.text), (escaped) => `<span class="esc">${escaped}</span>`);
  return shown + (cut.left === 0 ? "" : `<span class="cut">${cutNote(cut.left)}</span>`);
}
