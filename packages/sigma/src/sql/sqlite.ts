import { fold } from "../rule/glob.ts";
import { type Pattern, plainTextOf } from "../rule/pattern.ts";
import { quotedText, type SqlDialect } from "./dialect.ts";

/** SQLite's SQL, with the functions of `sqliteFunctions`. */
export const sqliteDialect: SqlDialect = Object.freeze({
  name: "sqlite",
  identifier,
  text,
  folded,
  pattern,
  column: (name) => `CAST(${identifier(name)} AS TEXT)`,
  regex: (value, { source, flags }) => {
    const letters = (flags.ignoreCase ? "i" : "") + (flags.multiline ? "m" : "") + (flags.dotAll ? "s" : "");
    return `sigma_regex(${value}, ${text(`${letters}/${source}`)})`;
  },
  number: (value) => `sigma_number(${value})`,
  network: (value, source) => `sigma_network(${value}, ${text(source)})`,
  timePart: (value, part) => `sigma_time(${value}, ${text(part)})`,
  placed: (value, other, placement) => {
    if (placement === "whole") return `${value} = ${other} COLLATE BINARY`;
    if (placement === "anywhere") return `instr(${value}, ${other}) > 0`;
    const part = placement === "start" ? `1, length(${other})` : `length(${value}) - length(${other}) + 1`;
    return `(length(${value}) >= length(${other}) AND substr(${value}, ${part}) = ${other} COLLATE BINARY)`;
  },
  milliseconds: (value) => `CAST(round((julianday(${value}) - 2440587.5) * 86400000) AS INTEGER)`,
} satisfies SqlDialect);

/** Not in double quotes: SQLite takes an unknown name in those for a text. Source: https://sqlite.org/quirks.html */
function identifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

function text(value: string): string {
  return quotedText(value, "char");
}

function folded(value: string): string {
  return `sigma_fold(${value})`;
}

/** GLOB minds case, counts characters and knows sets, which is all that a pattern needs. */
function pattern(value: string, wanted: Pattern, cased: boolean): string {
  const of = cased ? value : folded(value);
  const form = (part: string): string => (cased ? part : fold(part));
  const whole = plainTextOf(wanted);
  // The collation of a column must not make it other than the evaluator: texts are folded, or case counts.
  if (whole !== null) return `${of} = ${text(form(whole))} COLLATE BINARY`;
  const glob = wanted.map((part) => {
    if (part.kind === "many") return "*";
    if (part.kind === "one") return "?";
    if (part.kind === "one-of") return `[${part.characters.replace(/^(.*)-(.*)$/s, "$1$2-")}]`;
    return form(part.text).replace(/[*?[]/g, "[$&]");
  });
  return `${of} GLOB ${text(glob.join(""))}`;
}
