import { detectEncoding } from "../../core/index.ts";
import type { Problem } from "../../model/index.ts";
import { type Build, parseBuild } from "../build.ts";
import type { ListedFile } from "./encode-list.ts";
import { listedPathOf } from "./install-path.ts";
import { MAX_PATH_BYTES } from "./layout.ts";

/** Longest line of a table: a hash, a build, and a path of Windows. */
const MAX_LINE = 2_400;
/** Mistakes that are told; a file of another kind has one in every line. */
const MAX_PROBLEMS = 20;

/** Every way in which a table of hashes can be wrong. `docs/errors.md` explains each code; a test compares the two. */
export const BASELINE_PROBLEM_CODES = ["BASELINE_ROW"] as const;

/** A table as it was read: rows only when nothing is wrong. */
export interface HashTable {
  readonly files: readonly ListedFile[];
  readonly problems: readonly Problem[];
}

/**
 * Reads a table of hashes in the form in which Microsoft published them: `SHA-256,build,path below the install folder`, a line each, no
 * header. Any of UTF-8 and UTF-16, line ends of both kinds, quotes around fields, and one line of titles are understood.
 * Source: Security/src/Baselines of github.com/microsoft/CSS-Exchange, until April 2021.
 * @param name names the file in problems.
 */
export function parseHashTable(bytes: Uint8Array, name: string): HashTable {
  const { encoding } = detectEncoding(bytes);
  const text = new TextDecoder(encoding).decode(bytes).replace(/^\uFEFF/u, "");
  const files: ListedFile[] = [];
  const problems: Problem[] = [];
  let line = 0;
  for (const row of linesOf(text)) {
    line++;
    const isTitle = line === 1 && /^"?(?:file)?hash"?[,;]/iu.test(row);
    if (row.trim() === "" || isTitle) continue;
    const read = readRow(row);
    if (typeof read !== "string") files.push(read);
    else
      problems.push({
        code: "BASELINE_ROW",
        severity: "error",
        at: { file: name, line, column: 1 },
        message: read,
      });
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (files.length === 0 && problems.length === 0)
    problems.push({
      code: "BASELINE_ROW",
      severity: "error",
      at: { file: name, line: 1, column: 1 },
      message: "the table holds no row",
    });
  return problems.length > 0 ? { files: [], problems } : { files, problems };
}

function* linesOf(text: string): Iterable<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at);
    const stop = end < 0 ? text.length : end;
    yield text.slice(at, text[stop - 1] === "\r" ? stop - 1 : stop);
    at = stop + 1;
  }
}

/** The row, or what is wrong with it. */
function readRow(row: string): ListedFile | string {
  if (row.length > MAX_LINE) return `the line has more than ${String(MAX_LINE)} characters`;
  const first = row.indexOf(",");
  const second = row.indexOf(",", first + 1);
  if (first < 0 || second < 0) return "a row is a hash, a build and a path, with commas between them";
  const [hash, build, path] = [row.slice(0, first), row.slice(first + 1, second), row.slice(second + 1)].map(
    unquote,
  );
  if (!/^[0-9a-f]{64}$/iu.test(hash ?? "")) return "the first field is no SHA-256 (64 hex digits)";
  const parsed = listedBuildOf(build ?? "");
  if (parsed === null) return "the second field is no build of Exchange, such as 15.1.2176.9";
  return fileOf(parsed, hash ?? "", path ?? "");
}

function fileOf(build: Build, sha256: string, path: string): ListedFile | string {
  // A control character in a name is not possible in Windows, and would travel into every output.
  if (/\p{Cc}/u.test(path)) return "the path holds a control character";
  const place = listedPathOf(path);
  if (place === null || Buffer.byteLength(place.key) > MAX_PATH_BYTES)
    return "the third field is no path below the install folder of Exchange";
  return { build, key: place.key, sha256: sha256.toLowerCase() };
}

function unquote(field: string): string {
  const text = field.trim();
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text;
}

/** A build that a list may name, or null. */
export function listedBuildOf(text: string): Build | null {
  const build = parseBuild(text);
  return build?.parts[0] === 15 ? build : null;
}
