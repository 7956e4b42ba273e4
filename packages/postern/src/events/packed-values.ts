/** One item of a packed column: key without its type prefix, the prefix, and the value with quotes undone. */
export interface PackedValue {
  readonly key: string;
  /** `S` string, `I32` integer, `Dbl` double, `F` float; empty when the item has none. */
  readonly type: string;
  readonly value: string;
}

const ITEM = /^(?:(S|I32|I64|Dbl|F|B|Dt|Ts):)?([^=]*)=([\s\S]*)$/u;

/**
 * Decodes a packed column (`EventData`, `GenericInfo`, `custom-data`): `Key=Value` items joined by `;`. An item that holds `;`
 * or `'` is wrapped in single quotes, and single quotes inside it are doubled. A quote that is never closed runs to the end:
 * real attack rows are cut like that. Items without `=` are kept with an empty value.
 * Source: HelseCERT 2021-march-exchange and the Kinesis agent's samples.
 */
export function parsePackedValues(text: string): readonly PackedValue[] {
  const items: PackedValue[] = [];
  let at = 0;
  while (at < text.length) {
    const next = text.charAt(at) === "'" ? readQuotedItem(text, at + 1) : readPlainItem(text, at);
    at = next.end;
    if (next.item !== "") items.push(splitItem(next.item));
  }
  return items;
}

function readPlainItem(text: string, start: number): { readonly item: string; readonly end: number } {
  const end = text.indexOf(";", start);
  return end < 0
    ? { item: text.slice(start), end: text.length }
    : { item: text.slice(start, end), end: end + 1 };
}

function readQuotedItem(text: string, start: number): { readonly item: string; readonly end: number } {
  let item = "";
  let at = start;
  for (;;) {
    const quote = text.indexOf("'", at);
    if (quote < 0) return { item: item + text.slice(at), end: text.length };
    item += text.slice(at, quote);
    if (text.charAt(quote + 1) !== "'")
      return { item, end: text.charAt(quote + 1) === ";" ? quote + 2 : quote + 1 };
    item += "'";
    at = quote + 2;
  }
}

function splitItem(item: string): PackedValue {
  const match = ITEM.exec(item);
  if (match === null) return { key: item, type: "", value: "" };
  return { type: match[1] ?? "", key: match[2] ?? "", value: match[3] ?? "" };
}
