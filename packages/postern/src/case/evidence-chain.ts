import { createHash } from "node:crypto";
import type { EvidenceEntry } from "../model/index.ts";

/** What the first line of a chain carries in place of the line before it. */
export const CHAIN_START: string = "0".repeat(64);

/** SHA-256 of a line's UTF-8 text without its end, lower-case hex. */
function hashOfLine(line: string): string {
  return createHash("sha256").update(line, "utf8").digest("hex");
}

/**
 * The text of `evidence.jsonl`: one item a line, each with the SHA-256 of the line before it (`previous`), so that no line can be
 * changed, removed or put in without changing all that follow.
 */
export function chainEvidence(entries: readonly EvidenceEntry[]): string {
  let previous = CHAIN_START;
  let text = "";
  for (const entry of entries) {
    const line = JSON.stringify({ ...entry, previous });
    previous = hashOfLine(line);
    text += `${line}\n`;
  }
  return text;
}

/** A list of evidence as it was read back. */
export interface ReadChain {
  readonly entries: readonly ChainedEntry[];
  /** 1-based numbers of lines that do not follow from the line before them, or are no entry at all. */
  readonly breaks: readonly number[];
  /** Hash of the last line; CHAIN_START for an empty list. */
  readonly last: string;
}

/** What a check needs of an item of the list. All of it is untrusted. */
export interface ChainedEntry {
  readonly path: string;
  readonly origin: string;
  /** Empty for an item that could not be read when the case was made. */
  readonly sha256: string;
}

/** Reads `evidence.jsonl` and follows its chain. */
export function readChain(text: string): ReadChain {
  const lines = text.split("\n");
  // What stands behind the last line end is no line, or a line that was cut.
  const cut = lines.pop() ?? "";
  const entries: ChainedEntry[] = [];
  const breaks: number[] = [];
  let previous = CHAIN_START;
  for (const [index, line] of lines.entries()) {
    const entry = parseEntry(line);
    if (entry === null || entry.previous !== previous) breaks.push(index + 1);
    if (entry !== null) entries.push({ path: entry.path, origin: entry.origin, sha256: entry.sha256 });
    previous = hashOfLine(line);
  }
  if (cut !== "") breaks.push(lines.length + 1);
  return { entries, breaks, last: previous };
}

function parseEntry(line: string): (ChainedEntry & { readonly previous: string }) | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const [path, origin, sha256, previous] = ["path", "origin", "sha256", "previous"].map((name) =>
    fields.get(name),
  );
  if (typeof path !== "string" || typeof origin !== "string") return null;
  if (typeof sha256 !== "string" || typeof previous !== "string") return null;
  return { path, origin, sha256, previous };
}
