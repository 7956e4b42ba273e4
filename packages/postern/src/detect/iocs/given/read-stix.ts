import type { Confidence } from "../../../model/index.ts";
import type { RawIndicator } from "./given-indicator.ts";
import { rowsOf, textOf, type Row } from "./json-rows.ts";
import type { ListBuilder } from "./list-builder.ts";
import { parseStixPattern, type Comparison, type Conjunction } from "./stix-pattern.ts";

/** Paths of comparisons that can be used, with the word under which `classify` knows them. */
const PATHS: Readonly<Record<string, string>> = {
  "ipv4-addr:value": "ip",
  "ipv6-addr:value": "ip",
  "domain-name:value": "domain",
  "url:value": "url",
  "file:name": "filename",
  "file:hashes.sha-256": "sha256",
  "file:hashes.sha256": "sha256",
  "file:hashes.md5": "md5",
  "file:hashes.sha-1": "sha1",
  "network-traffic:src_ref.value": "ip",
  "network-traffic:dst_ref.value": "ip",
  "network-traffic:extensions.http-request-ext.request_value": "uri",
  "network-traffic:extensions.http-request-ext.request_header.user-agent": "user-agent",
};
const FOLDER_PATH = "file:parent_directory_ref.path";
/** In a conjunction the first of these decides; the rest of it cannot be checked together. */
const BY_STRENGTH = ["sha256", "filename", "uri", "url", "user-agent", "domain", "ip", "md5", "sha1"];

/** Reads the indicators of a bundle, or of a list of STIX objects. */
export function readStix(objects: unknown, list: ListBuilder): void {
  rowsOf(objects).forEach((object, index) => {
    if (object["type"] === "indicator") readIndicator(object, `objects[${String(index)}]`, list);
  });
}

function readIndicator(object: Row, place: string, list: ListBuilder): void {
  const at = { line: 1, place: `${place}.pattern` };
  const pattern = textOf(object["pattern"]);
  const type = textOf(object["pattern_type"]) ?? "stix";
  if (object["revoked"] === true) {
    list.skip("revoked indicator");
    return;
  }
  if (type !== "stix") {
    list.skip(`${type} pattern`);
    return;
  }
  if (pattern === null) {
    list.fault(at, "the indicator has no pattern", "Give it one, or remove the indicator.");
    return;
  }
  const parsed = parseStixPattern(pattern);
  if ("fault" in parsed) {
    list.fault(at, parsed.fault, "Only comparisons of observables can be looked for.");
    return;
  }
  const known: Known = {
    confidence: confidenceOf(object["confidence"]),
    from: textOf(object["valid_from"]),
    to: textOf(object["valid_until"]),
    note: noteOf(object),
    qualified: parsed.qualified,
    at,
  };
  for (const conjunction of parsed.alternatives) readConjunction(conjunction, known, list);
}

interface Known {
  readonly confidence: Confidence;
  readonly from: string | null;
  readonly to: string | null;
  readonly note: string;
  readonly qualified: boolean;
  readonly at: Pick<RawIndicator, "line" | "place">;
}

function noteOf(object: Row): string {
  const labels = [object["labels"], object["indicator_types"]].flatMap((value) =>
    Array.isArray(value) ? value.filter((label) => typeof label === "string") : [],
  );
  return [textOf(object["name"]), textOf(object["description"]), ...labels]
    .filter((part) => part !== null)
    .join("; ");
}

/** STIX 2.1 appendix A: 1 to 29 low, 30 to 69 medium, 70 to 100 high; an indicator that does not say is taken as medium. */
function confidenceOf(value: unknown): Confidence {
  if (typeof value !== "number" || value <= 0) return "medium";
  return value < 30 ? "low" : value < 70 ? "medium" : "high";
}

function readConjunction(conjunction: Conjunction, known: Known, list: ListBuilder): void {
  const usable = conjunction.flatMap((comparison) => {
    const type = typeOf(comparison);
    return type === null ? [] : [{ comparison, type }];
  });
  const main = BY_STRENGTH.map((type) => usable.find((one) => one.type === type)).find(
    (one) => one !== undefined,
  );
  if (main === undefined) {
    const [first] = conjunction;
    list.skip(first === undefined ? "empty pattern" : unusableKind(first));
    return;
  }
  const folder =
    conjunction.find((one) => pathOf(one) === FOLDER_PATH && one.operator === "=")?.values[0] ?? null;
  const others = conjunction.length - 1 - (folder !== null && main.type === "filename" ? 1 : 0);
  // What else the pattern asks for cannot be checked in the same record: then the value alone says less.
  const isPart = (others > 0 && main.type !== "sha256") || known.qualified;
  for (const value of main.comparison.values)
    list.add({
      ...known.at,
      type: main.type,
      value: main.comparison.operator === "LIKE" ? value.replaceAll("%", "*") : value,
      folder: main.type === "filename" ? folder : null,
      ...{ from: known.from, to: known.to },
      confidence: isPart ? "low" : known.confidence,
      note: isPart ? `${known.note}; only this part of its pattern was looked for` : known.note,
    });
}

function pathOf({ object, path }: Comparison): string {
  return `${object}:${path.replaceAll("'", "")}`.toLowerCase();
}

/** The kind of a comparison that can be used; null for every other one. */
function typeOf(comparison: Comparison): string | null {
  const type = PATHS[pathOf(comparison)] ?? null;
  if (comparison.negated || type === null) return null;
  if (comparison.operator === "=" || comparison.operator === "IN") return type;
  if (comparison.operator === "ISSUBSET" && type === "ip") return type;
  // A pattern with wildcards in the middle of a domain or an address cannot be looked up.
  return comparison.operator === "LIKE" && (type === "filename" || type === "uri" || type === "url")
    ? type
    : null;
}

function unusableKind(comparison: Comparison): string {
  const path = pathOf(comparison);
  const isOperator = Object.hasOwn(PATHS, path);
  return isOperator ? `${path} ${comparison.operator}` : path;
}
