import type { Confidence, Problem } from "../../model/index.ts";

/** What every indicator says about itself. */
interface Sourced {
  readonly actor: string | null;
  readonly confidence: Confidence;
  readonly source: string;
  readonly note: string | null;
}
/** An address from which was attacked, or to which a back door talks. Addresses were short-lived: `from` and `to` bound them. */
export interface AddressIndicator extends Sourced {
  readonly value: string;
  readonly role: string;
  /** Days, `YYYY-MM-DD`, both inclusive; null when no source says. */
  readonly from: string | null;
  readonly to: string | null;
}
/** The SHA-256 of a known bad file. */
export interface HashIndicator extends Sourced {
  readonly sha256: string;
  readonly name: string | null;
  readonly kind: string;
}
/** The name of a page that was planted, and where. */
export interface PageNameIndicator extends Sourced {
  readonly name: string;
  /** Windows folder, may begin with `%ExchangeInstallPath%` or `%SystemDrive%`; null when the source does not say. */
  readonly folder: string | null;
}
/** A user agent that attackers used; `context` says in which requests it means something. */
export interface UserAgentIndicator extends Sourced {
  readonly value: string;
  readonly context: string;
}
/** A domain that a back door talks to. */
export interface DomainIndicator extends Sourced {
  readonly value: string;
  readonly role: string;
}
/** A file outside of the web folders. `name` may hold `*`. */
export interface FileIndicator extends Sourced {
  readonly path: string | null;
  readonly name: string;
}
/** The name of a request parameter or cookie that a back door listens to. */
export interface ParameterIndicator extends Sourced {
  readonly value: string;
  readonly kind: string;
}

/** A pack's `indicators.json`. */
export interface IndicatorFile {
  /** Day, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly addresses: readonly AddressIndicator[];
  readonly hashes: readonly HashIndicator[];
  readonly pageNames: readonly PageNameIndicator[];
  readonly userAgents: readonly UserAgentIndicator[];
  readonly domains: readonly DomainIndicator[];
  readonly files: readonly FileIndicator[];
  readonly parameters: readonly ParameterIndicator[];
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Checks a pack's `indicators.json`.
 * @returns what is right in it, and a problem for everything else: a wrong row is left out, the others are used.
 */
export function parseIndicatorFile(
  text: string,
  file: string,
): { readonly indicators: IndicatorFile; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (message: string): void => {
    problems.push({ code: "INDICATORS", severity: "error", at: { file, line: 1, column: 1 }, message });
  };
  const root = parseRoot(text, report);
  const rows = <T>(name: string, read: (row: Row) => T | string): readonly T[] =>
    readRows(root[name], name, read, report);
  const asOf = textOf(root["asOf"]);
  if (asOf === null || !isDay(asOf)) report("`asOf` must be a day, YYYY-MM-DD.");
  const indicators: IndicatorFile = {
    asOf: asOf ?? "",
    addresses: rows("addresses", readAddress),
    hashes: rows("hashes", readHash),
    pageNames: rows("pageNames", (row) =>
      withName(row, "name", (name) => ({ ...sourced(row), name, folder: textOf(row["folder"]) })),
    ),
    userAgents: rows("userAgents", (row) =>
      withName(row, "value", (value) => ({ ...sourced(row), value, context: textOf(row["context"]) ?? "" })),
    ),
    domains: rows("domains", (row) =>
      withName(row, "value", (value) => ({ ...sourced(row), value, role: textOf(row["role"]) ?? "" })),
    ),
    files: rows("files", (row) =>
      withName(row, "name", (name) => ({ ...sourced(row), name, path: textOf(row["path"]) })),
    ),
    parameters: rows("parameters", (row) =>
      withName(row, "value", (value) => ({ ...sourced(row), value, kind: textOf(row["kind"]) ?? "" })),
    ),
  };
  return { indicators, problems };
}

function parseRoot(text: string, report: (message: string) => void): Row {
  try {
    const root: unknown = JSON.parse(text);
    if (isRow(root)) return root;
    report("The file must hold one JSON object.");
  } catch (thrown) {
    report(`The file is no JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  return {};
}

function readRows<T>(
  value: unknown,
  name: string,
  read: (row: Row) => T | string,
  report: (message: string) => void,
): readonly T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    report(`\`${name}\` must be a list.`);
    return [];
  }
  return value.flatMap((row: unknown, index): T[] => {
    const made = isRow(row) ? read(row) : "it is no object";
    if (typeof made !== "string") return [made];
    report(`${name}[${index}] is left out: ${made}.`);
    return [];
  });
}

function withName<T>(row: Row, key: string, make: (value: string) => T): T | string {
  const value = textOf(row[key]);
  return value === null || value === "" ? `\`${key}\` is missing` : make(value);
}

function readAddress(row: Row): AddressIndicator | string {
  return withName(row, "value", (value) => ({
    ...sourced(row),
    value,
    role: textOf(row["role"]) ?? "",
    from: dayOf(row["from"]),
    to: dayOf(row["to"]),
  }));
}

function readHash(row: Row): HashIndicator | string {
  const sha256 = textOf(row["sha256"])?.toLowerCase() ?? "";
  // Public lists hold digests that are a digit short or of another kind: comparing those never finds anything.
  if (!/^[0-9a-f]{64}$/u.test(sha256)) return "`sha256` is no SHA-256";
  return { ...sourced(row), sha256, name: textOf(row["name"]), kind: textOf(row["kind"]) ?? "" };
}

function sourced(row: Row): Sourced {
  const confidence = row["confidence"];
  return {
    actor: textOf(row["actor"]),
    confidence: confidence === "high" || confidence === "medium" ? confidence : "low",
    source: textOf(row["source"]) ?? "",
    note: textOf(row["note"]),
  };
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/u.test(value) && !Number.isNaN(Date.parse(value.slice(0, 10)));
}

function dayOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== null && isDay(text) ? text.slice(0, 10) : null;
}
