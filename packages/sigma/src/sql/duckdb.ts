import { fold } from "../rule/glob.ts";
import { type Pattern, plainTextOf } from "../rule/pattern.ts";
import type { TimePart } from "../rule/search.ts";
import { quotedText, type SqlDialect } from "./dialect.ts";
import { networkCondition } from "./duckdb-network.ts";
import { patternToRegex, regexToText } from "./regex-text.ts";

/**
 * Two characters whose lower case is ASCII stay what they are (see `fold`): before DuckDB folds, two that are no characters at
 * all (U+FDD0, U+FDD1) take their place.
 */
const KEPT = "\u0130\u212a";
const STAND_INS = "\ufdd0\ufdd1";

/** What JavaScript trims, as a set of RE2. */
const BLANK =
  "[\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}]*";
const NUMBER = `\\A${BLANK}([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)${BLANK}\\z`;
const DATE = "\\A[ \\t\\r\\n]*((?:0[1-9]|[1-9][0-9])[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))";
const TIME = "[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?:[^0-9]|\\z)";

/** DuckDB's SQL. Nothing has to be installed or defined first. */
export const duckdbDialect: SqlDialect = Object.freeze({
  name: "duckdb",
  identifier,
  text,
  folded,
  pattern,
  timePart,
  column: (name) => `CAST(${identifier(name)} AS VARCHAR)`,
  regex: (value, test) => `regexp_matches(${value}, ${text(regexToText(test.node))})`,
  number: (value) => `TRY_CAST(replace(regexp_extract(${value}, ${text(NUMBER)}, 1), '+', '') AS DOUBLE)`,
  network: (value, _source, network) => networkCondition(value, network),
  placed: (value, other, placement) => {
    if (placement === "whole") return `${value} = ${other}`;
    const name = { start: "starts_with", end: "ends_with", anywhere: "contains" }[placement];
    return `${name}(${value}, ${other})`;
  },
  milliseconds: (value) => `epoch_ms(TRY_CAST(rtrim(${value}, 'Z') AS TIMESTAMP))`,
} satisfies SqlDialect);

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return quotedText(value, "chr");
}

function folded(value: string): string {
  return `lower(translate(${value}, '${KEPT}', '${STAND_INS}'))`;
}

function foldedText(value: string): string {
  return fold(value).replaceAll("\u0130", "\ufdd0").replaceAll("\u212a", "\ufdd1");
}

function pattern(value: string, wanted: Pattern, cased: boolean): string {
  const of = cased ? value : folded(value);
  const parts: Pattern = cased
    ? wanted
    : wanted.map((part) => (part.kind === "plain" ? { ...part, text: foldedText(part.text) } : part));
  const whole = plainTextOf(parts);
  if (whole !== null) return `${of} = ${text(whole)}`;
  const [first, second, third] = parts;
  if (parts.length === 1 && first?.kind === "many") return `${value} IS NOT NULL`;
  if (parts.length === 2 && first?.kind === "plain" && second?.kind === "many")
    return `starts_with(${of}, ${text(first.text)})`;
  if (parts.length === 2 && first?.kind === "many" && second?.kind === "plain")
    return `ends_with(${of}, ${text(second.text)})`;
  if (parts.length === 3 && first?.kind === "many" && second?.kind === "plain" && third?.kind === "many")
    return `contains(${of}, ${text(second.text)})`;
  return `regexp_matches(${of}, ${text(patternToRegex(parts))})`;
}

function timePart(value: string, part: TimePart): string {
  if (part === "hour" || part === "minute") {
    const group = part === "hour" ? 2 : 3;
    // The day must be in the calendar, else there is no date and no hour.
    const date = `try_strptime(regexp_extract(${value}, ${text(DATE + TIME)}, 1), '%Y-%m-%d')`;
    return `CASE WHEN ${date} IS NOT NULL THEN TRY_CAST(regexp_extract(${value}, ${text(DATE + TIME)}, ${group}) AS INTEGER) END`;
  }
  const date = `try_strptime(regexp_extract(${value}, ${text(`${DATE}(?:[^0-9]|\\z)`)}, 1), '%Y-%m-%d')`;
  return `${part}(${date})`;
}
