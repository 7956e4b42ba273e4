import { decodeText, encodingOf, toUnits } from "./encoding.ts";
import { findDelimiter, readHeader } from "./csv-row.ts";
import { createJsonFramer } from "./json-framer.ts";
import { isKeyValueEvent } from "./key-value-line.ts";
import { parseObject } from "./mend-json.ts";
import { readExportedObject } from "./read-object.ts";

/** The outer form of an export, as its beginning shows it. */
export type ExportForm =
  | {
      readonly kind: "json";
      /** Code units before the list inside an outer object (`{"value":[`), 0 when the objects stand at the top. */
      readonly skipUnits: number;
    }
  | { readonly kind: "xml" }
  | { readonly kind: "csv"; readonly delimiter: string; readonly names: readonly string[] }
  | { readonly kind: "key-value" };

/** Outer objects around a list of events: Windows PowerShell's `value`, Elasticsearch's `hits`, and plain names of lists. */
const WRAPPER =
  /^\s*\{(?:\s*"[\w@]{1,40}"\s*:\s*(?:"[^"]{0,200}"|[\d.]+|true|false|null|\{[^{}]{0,500}\})\s*,){0,8}\s*"(?:value|events?|records|results|rows|hits)"\s*:\s*(?:\{[^[\]]{0,500}"hits"\s*:\s*)?\[/i;

/** Signs of an event in JSON whose first object is longer than the beginning at hand: all of one line must be there. */
const MARKS: readonly (readonly RegExp[])[] = [
  [/"System"\s*:\s*\{/, /"EventID"\s*:/],
  [/"winlog"\s*:\s*\{|"winlog\.[a-z_]+"\s*:/],
  [/"EventID"\s*:/, /"(?:Channel|SourceName|Provider)"\s*:/],
  [/"(?:PayloadData1|MapDescription)"\s*:/, /"EventId"\s*:|"Payload"\s*:/],
  [/"ProviderName"\s*:/, /"LogName"\s*:/],
];

/** Finds the form of an export of Windows events by its content, or null when it is something else. */
export function findExportForm(head: Uint8Array): ExportForm | null {
  const encoding = encodingOf(head);
  const { text } = decodeText(withoutTornCharacter(head.subarray(encoding.markBytes)), encoding);
  const start = text.trimStart();
  if (/^<(?:\?xml|!--|Events?[\s>])/.test(start)) return isEventXml(start) ? { kind: "xml" } : null;
  if (start.startsWith("{") || start.startsWith("[") || /^<?[^\n{]{1,200}\{"/.test(start)) {
    const form = findJsonForm(head, text);
    if (form !== null) return form;
  }
  return findLineForm(start);
}

/** The beginning of a file may end inside a character of UTF-8, which would make all of it look like another encoding. */
function withoutTornCharacter(head: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, head.length); back++) {
    const byte = head[head.length - back] ?? 0;
    if (byte >= 0xc0) return head.subarray(0, head.length - back);
    if (byte < 0x80) return head;
  }
  return head;
}

function isEventXml(text: string): boolean {
  return (
    /<Event[\s>]/.test(text) &&
    (/schemas\.microsoft\.com\/win\/2004\/08\/events/.test(text) || /<System>/.test(text))
  );
}

function findJsonForm(head: Uint8Array, text: string): ExportForm | null {
  const encoding = encodingOf(head);
  const prefix = WRAPPER.exec(text)?.[0] ?? "";
  const skipUnits = encoding.unitBytes === 1 ? Buffer.byteLength(prefix) : prefix.length;
  const bytes = head.subarray(encoding.markBytes + skipUnits * encoding.unitBytes);
  const framer = createJsonFramer({ maxUnits: bytes.length, maxDepth: 64 }, skipUnits > 0);
  const frames = [...framer.feed(toUnits(bytes, encoding)), ...framer.end()].filter(
    ({ fault }) => fault === null,
  );
  for (const { start, end } of frames.slice(0, 20)) {
    const object = parseObject(
      decodeText(bytes.subarray(start * encoding.unitBytes, end * encoding.unitBytes), encoding).text,
    );
    if (object !== null && readExportedObject(object.object) !== null) return { kind: "json", skipUnits };
  }
  return frames.length === 0 && MARKS.some((marks) => marks.every((mark) => mark.test(text)))
    ? { kind: "json", skipUnits }
    : null;
}

function findLineForm(text: string): ExportForm | null {
  const lines = text.split("\n", 6);
  const first = (lines[0] ?? "").startsWith("#TYPE") ? (lines[1] ?? "") : (lines[0] ?? "");
  const delimiter = findDelimiter(first);
  const names = readHeader(first.trimEnd(), delimiter);
  if (names !== null) return { kind: "csv", delimiter, names };
  return lines.some(isKeyValueEvent) ? { kind: "key-value" } : null;
}
