import { visibleText } from "../report/index.ts";

/** Longest text of one value in a ticket. */
const VALUE_LIMIT = 400;

/**
 * Evidence as a code span: nothing in it is a link, a mention, an image or HTML, and no backtick ends it early.
 * https://spec.commonmark.org/0.31.2/#code-spans
 */
export function codeSpan(text: string, limit: number = VALUE_LIMIT): string {
  const line = visibleText(text.slice(0, limit)).replace(/\s+/gu, " ").trim();
  if (line === "") return "(empty)";
  const ticks = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${ticks}${pad}${line}${pad}${ticks}${text.length > limit ? " (cut)" : ""}`;
}

/** Evidence as a block: its fence is longer than any run of backticks in it. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
export function codeBlock(text: string, limit: number): string {
  const shown = visibleText(text.slice(0, limit));
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}text\n${shown}${text.length > limit ? "\n(cut)" : ""}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
}

/** Invisible; parts what a tracker would otherwise join to a mention, a reference or a link. */
const JOINER = "\u2060";

/**
 * Prose that may hold words from evidence: its markup is escaped, and nothing in it mentions a person, names an issue or becomes
 * a link (trackers look for those in the finished text, where a backslash no longer helps).
 */
export function proseText(text: string): string {
  return visibleText(text)
    .replace(/\s+/gu, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>#+|~&]/gu, (sign) => ESCAPES[sign] ?? `\\${sign}`)
    .replace(/[@#!](?=[\p{L}\p{N}])|:(?=\/\/)|www(?=\.)/giu, (sign) => `${sign}${JOINER}`)
    .replace(/\b(?:mailto|xmpp)(?=:)/giu, (word) => `${word}${JOINER}`);
}

const ESCAPES: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };
