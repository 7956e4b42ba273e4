import type { JsonObject } from "./json-value.ts";

/** Names begin with a capital, so that the `a=b` of a command line is not taken for one. `_time` is Splunk's. */
const PAIR = /(?:^|[\s,]\s?)([A-Z][A-Za-z0-9]{1,40}|_time|event_id|log_name|computer_name)=/g;

/**
 * Reads a line of `Name=value` pairs. A value in quotes ends at the first quote that is followed by the next pair or by the end of
 * the line, since quotes inside are not escaped; a value without quotes ends where the next pair begins. Of two equal
 * names the first counts: the second one comes from inside a value.
 */
export function parseKeyValueLine(line: string): JsonObject {
  const pairs = new Map<string, string>();
  let pair = nextPair(line, 0);
  while (pair !== null) {
    const next = nextPair(
      line,
      line[pair.valueAt] === '"' ? closingQuote(line, pair.valueAt + 1) : pair.valueAt,
    );
    const value = line.slice(pair.valueAt, next?.nameAt ?? line.length).trim();
    if (!pairs.has(pair.name)) pairs.set(pair.name, unquoted(value));
    pair = next;
  }
  return Object.fromEntries(pairs);
}

function nextPair(
  line: string,
  from: number,
): { readonly name: string; readonly nameAt: number; readonly valueAt: number } | null {
  const pattern = new RegExp(PAIR);
  pattern.lastIndex = from;
  const found = pattern.exec(line);
  if (found?.[1] === undefined) return null;
  return { name: found[1], nameAt: found.index, valueAt: found.index + found[0].length };
}

function closingQuote(line: string, from: number): number {
  for (let quote = line.indexOf('"', from); quote !== -1; quote = line.indexOf('"', quote + 1)) {
    const after = quote + 1;
    if (nextPair(line.slice(after, after + 60), 0)?.nameAt === 0) return after;
  }
  return line.length;
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** True for a line that names an event id and says when or where, in pairs. */
export function isKeyValueEvent(line: string): boolean {
  if (!/(?:^|[\s,])(?:EventCode|EventID|event_id)=["']?\d{1,5}\b/.test(line)) return false;
  return /(?:^|[\s,])(?:TimeCreated|_time|Computer|ComputerName|Hostname|LogName|Channel|SourceName)=/.test(
    line,
  );
}
