import { escapeHtml, escapeHtmlMarked } from "./escape-html.ts";
import { LABEL_LIMIT, TEXT_LIMIT } from "./visible-text.ts";

const SAFE: unique symbol = Symbol("safe html");

/** HTML that is safe to place. Only this file can make it: the mark is a symbol, which no JSON can carry. */
export interface Html {
  readonly [SAFE]: string;
}

/** What may stand in a template: text is escaped, `Html` is placed as it is, lists are joined, null is nothing. */
export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

function isHtml(value: Html | readonly HtmlValue[]): value is Html {
  return SAFE in value;
}

function toText(value: HtmlValue): string {
  if (value === null) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return isHtml(value) ? value[SAFE] : value.map(toText).join("");
}

/**
 * A template whose values are escaped unless they are `Html` already. Values may stand in text and in quoted attributes, never
 * in a tag name, an unquoted attribute, a URL or a style.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return {
    [SAFE]: parts.map((part, i) => part + (i < values.length ? toText(values[i] ?? null) : "")).join(""),
  };
}

/** The text of finished HTML. */
export function htmlText(page: Html): string {
  return page[SAFE];
}

/** Markup that we wrote ourselves and that holds nothing from evidence: the style sheet. */
export function ownMarkup(text: string): Html {
  return { [SAFE]: text };
}

/** Text from evidence, hidden characters marked so that they can be told from a real backslash; cut at `limit`. */
export function evidenceText(text: string, limit: number = TEXT_LIMIT): Html {
  return { [SAFE]: escapeHtmlMarked(text, limit) };
}

/** Names up to this length (an address, a build, a code) are not broken over lines. */
const UNBROKEN = 20;

/** A short untrusted name (path, account, address) in code type, kept apart from the direction of the text around it. */
export function code(text: string, limit: number = TEXT_LIMIT): Html {
  const size = text.length <= UNBROKEN ? "short" : "long";
  return html`<code dir="ltr" class="${size}">${evidenceText(text, limit)}</code>`;
}

/** A short untrusted name in running text. */
export function label(text: string): Html {
  return html`<bdi>${evidenceText(text, LABEL_LIMIT)}</bdi>`;
}
