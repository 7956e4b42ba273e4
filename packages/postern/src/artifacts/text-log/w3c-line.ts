import { findAddress } from "../../core/index.ts";

/** Values aligned to their columns, and what had to be mended for it. */
export interface Aligned {
  readonly values: readonly string[];
  readonly surplus: readonly string[];
  readonly repairs: readonly string[];
}

/** Columns in which a blank was seen in real logs, most likely first: Exchange writes its notes into the query with blanks. */
const BLANK_COLUMNS = [
  "cs-uri-query",
  "cs(User-Agent)",
  "cs(Referer)",
  "cs(Cookie)",
  "cs-uri-stem",
  "cs-username",
];

const INTEGER = /^\d+$/u;

/** What values of a W3C column look like; columns not named here may hold anything. `-` always means "empty". */
const CHECKS: Readonly<Record<string, (value: string) => boolean>> = {
  date: (value) => /^\d{4}-\d\d-\d\d$/u.test(value),
  time: (value) => /^\d\d:\d\d:\d\d(\.\d+)?$/u.test(value),
  "s-ip": (value) => findAddress(value) !== null,
  "c-ip": (value) => findAddress(value) !== null,
  "s-port": (value) => INTEGER.test(value),
  "sc-status": (value) => INTEGER.test(value),
  "sc-substatus": (value) => INTEGER.test(value),
  "sc-win32-status": (value) => INTEGER.test(value),
  "time-taken": (value) => /^[\d.]+$/u.test(value),
  "sc-bytes": (value) => INTEGER.test(value),
  "cs-bytes": (value) => INTEGER.test(value),
  "cs-method": (value) => /^[A-Za-z_-]{2,24}$/u.test(value),
};

/** True when every value looks as its column demands. */
function fits(names: readonly string[], values: readonly string[]): boolean {
  return names.every((name, index) => {
    const value = values[index];
    const check = CHECKS[name];
    return value !== undefined && (check === undefined || value === "-" || check(value));
  });
}

/**
 * Aligns the blank-separated tokens of a W3C line to its columns.
 * @returns null when no way of reading the line fits; the caller reports damage and keeps the raw text.
 */
export function alignW3c(names: readonly string[], line: string): Aligned | null {
  const other = alignOtherSeparators(names, line.trimEnd());
  if (other !== null) return other;
  const tokens = line.trimEnd().split(" ");
  if (tokens.length === names.length && fits(names, tokens))
    return { values: tokens, surplus: [], repairs: [] };
  const dense = tokens.filter((token) => token !== "");
  if (dense.length === names.length && fits(names, dense)) {
    return { values: dense, surplus: [], repairs: ["two blanks between values"] };
  }
  if (tokens.length > names.length) return joinBlanks(names, tokens) ?? cutSurplus(names, tokens);
  if (tokens.length === names.length) return { values: tokens, surplus: [], repairs: ["unexpected values"] };
  return null;
}

const QUOTED_TOKEN = /"[^"]*"|\S+/gu;

/** Tab-separated W3C (content delivery networks) and quoted values (IIS Advanced Logging, other vendors). */
function alignOtherSeparators(names: readonly string[], line: string): Aligned | null {
  if (line.includes("\t")) {
    const values = line.split("\t");
    if (values.length === names.length && fits(names, values)) return { values, surplus: [], repairs: [] };
  }
  if (!/(^| )"/u.test(line)) return null;
  const quoted = (line.match(QUOTED_TOKEN) ?? []).map((token) => token.replace(/^"(.*)"$/u, "$1"));
  if (quoted.length !== names.length || !fits(names, quoted)) return null;
  return { values: quoted, surplus: [], repairs: [] };
}

/** More tokens than columns: one column holds blanks. Its neighbours are aligned from both ends and checked. */
function joinBlanks(names: readonly string[], tokens: readonly string[]): Aligned | null {
  const extra = tokens.length - names.length;
  for (const column of BLANK_COLUMNS) {
    const at = names.indexOf(column);
    if (at < 0) continue;
    const joined = tokens.slice(at, at + extra + 1).join(" ");
    const values = [...tokens.slice(0, at), joined, ...tokens.slice(at + extra + 1)];
    if (fits(names, values)) return { values, surplus: [], repairs: [`blank inside ${column}`] };
  }
  return null;
}

/** More values than the header names, but the named ones fit: a column was added without a new header. */
function cutSurplus(names: readonly string[], tokens: readonly string[]): Aligned | null {
  const values = tokens.slice(0, names.length);
  if (!fits(names, values)) return null;
  return { values, surplus: tokens.slice(names.length), repairs: ["more values than columns"] };
}

/** As much of a cut line as can be aligned from the left: columns from the first misfit on are left out. Null when nothing fits. */
export function alignCutW3c(names: readonly string[], line: string): Aligned | null {
  const tokens = line.trimEnd().split(" ");
  const values: string[] = [];
  for (const [index, name] of names.entries()) {
    const token = tokens[index];
    const check = CHECKS[name];
    if (token === undefined || (check !== undefined && token !== "-" && !check(token))) break;
    values.push(token);
  }
  return values.length < 3 ? null : { values, surplus: tokens.slice(values.length), repairs: ["cut line"] };
}
