/**
 * Makes `knowledge/exchange-files.bin` from tables of hashes: the same tables give the same bytes, in whatever order they are named.
 *
 *   npx tsx scripts/build-baseline.ts --as-of 2021-04-22 --source <text> [--out <file>] <table or folder>...
 *
 * A table is `SHA-256,build,path` (.csv, as Microsoft published them) or `path<TAB>SHA-256<TAB>build indexes` under a first line
 * `# builds<TAB>build build ...` (.tsv, one table for many builds). Layout of what it makes: packages/postern/src/knowledge/baseline/layout.ts.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  listedBuildOf,
  listedPathOf,
  ListWriter,
  openFileList,
  parseHashTable,
  type ListedFile,
} from "../packages/postern/src/knowledge/index.ts";

function tablesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.(?:csv|tsv)$/iu.test(name))
    .sort()
    .map((name) => join(path, name));
}

function* filesOf(table: string): Iterable<ListedFile> {
  if (/\.tsv$/iu.test(table)) {
    yield* readWide(readFileSync(table, "utf8"), table);
    return;
  }
  const { files, problems } = parseHashTable(readFileSync(table), table);
  if (problems.length > 0)
    throw new Error(
      problems.map(({ at, message }) => `${at.file}:${String(at.line)}: ${message}`).join("\n"),
    );
  yield* files;
}

/** The table with many builds; a build index is a number or a range `a-b`, counted from 0. */
function* readWide(text: string, table: string): Iterable<ListedFile> {
  const lines = text.split("\n").filter((line) => line !== "");
  const builds = (lines[0] ?? "")
    .replace(/^# builds\t/u, "")
    .split(" ")
    .map((name) => listedBuildOf(name));
  for (const line of lines.slice(1)) {
    if (line.startsWith("#")) continue;
    const [path = "", sha256 = "", indexes = ""] = line.split("\t");
    const place = listedPathOf(path);
    if (place === null || !/^[0-9a-f]{64}$/u.test(sha256))
      throw new Error(`${table}: not understood: ${line}`);
    for (const part of indexes.split(",")) {
      const [first = 0, last = first] = part.split("-").map(Number);
      for (let index = first; index <= last; index++) {
        const build = builds[index] ?? null;
        if (build === null) throw new Error(`${table}: no build has the index ${String(index)}`);
        yield { build, key: place.key, sha256 };
      }
    }
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "as-of": { type: "string" },
    source: { type: "string", multiple: true, default: [] },
    out: { type: "string", default: join(import.meta.dirname, "..", "knowledge", "exchange-files.bin") },
  },
});
const asOf = values["as-of"] ?? "";
if (positionals.length === 0 || !/^\d{4}-\d{2}-\d{2}$/u.test(asOf) || values.source.length === 0)
  throw new Error(
    "usage: build-baseline.ts --as-of YYYY-MM-DD --source <text> [--out <file>] <table or folder>...",
  );

const writer = new ListWriter();
for (const table of positionals.flatMap(tablesOf)) for (const file of filesOf(table)) writer.add(file);
const bytes = writer.finish({ asOf, sources: values.source });
const list = openFileList(bytes, values.out);
writeFileSync(values.out, bytes);
console.log(
  `${values.out}: ${String(list.builds.length)} builds, ${String(list.hashCount)} hashes, ${String(list.pathCount)} places, ${String(bytes.length)} bytes`,
);
