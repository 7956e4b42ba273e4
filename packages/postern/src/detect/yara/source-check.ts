import type { Problem } from "../../model/index.ts";
import { NO_EXTERNALS } from "./engine.ts";
import type { LibyaraRun, NativeError } from "./libyara-native.ts";
import { type ReadSource, wordsOf } from "./rule-set.ts";
import { fillExternals } from "./rule-text.ts";

/** Characters of rules that are compiled at once; more would only need more memory. */
const BATCH_LENGTH = 1024 * 1024;
const NOTHING = new Uint8Array();
/** Modules of YARA 4: https://yara.readthedocs.io/en/stable/modules.html */
const MODULES = [
  "pe",
  "elf",
  "cuckoo",
  "magic",
  "hash",
  "math",
  "dotnet",
  "time",
  "console",
  "string",
  "lnk",
];

/** Compiles sources, each as if alone, and remembers the answers. */
export interface SourceCheck {
  problemsOf(read: ReadSource): readonly Problem[];
}

/**
 * Compiling is mostly start-up, so sources that cannot influence one another are compiled together; when such a batch has an error, its
 * halves are compiled, down to the single source.
 */
export function checkSources(engine: LibyaraRun, sources: readonly ReadSource[]): SourceCheck {
  const known = new Map<ReadSource, readonly Problem[]>();
  for (const batch of batchesOf(independent(sources))) checkBatch(engine, batch, known);
  return {
    problemsOf: (read) => known.get(read) ?? problemsOfOne(engine, read),
  };
}

/** Sources of which no rule stands elsewhere, too, and that name nothing that another one defines. */
function independent(sources: readonly ReadSource[]): readonly ReadSource[] {
  const owners = new Map<string, number>();
  for (const { text } of sources) {
    for (const { name } of text.rules) owners.set(name, (owners.get(name) ?? 0) + 1);
  }
  return sources.filter(({ text, parts }) => {
    if (parts === null || text.includes) return false;
    const own = new Set(parts.rules.map(({ name }) => name));
    if (parts.rules.some(({ name, isGlobal }) => isGlobal || owners.get(name) !== 1)) return false;
    return parts.rules.every((rule) =>
      wordsOf(rule).every(
        (word) =>
          own.has(word) || parts.imports.includes(word) || !(owners.has(word) || MODULES.includes(word)),
      ),
    );
  });
}

function batchesOf(sources: readonly ReadSource[]): readonly (readonly ReadSource[])[] {
  const batches: ReadSource[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const read of sources) {
    length += read.source.text.length;
    if (length > BATCH_LENGTH) {
      batches.push([]);
      length = read.source.text.length;
    }
    batches.at(-1)?.push(read);
  }
  return batches;
}

function checkBatch(
  engine: LibyaraRun,
  batch: readonly ReadSource[],
  known: Map<ReadSource, readonly Problem[]>,
): void {
  const [only] = batch;
  if (batch.length <= 1) {
    if (only !== undefined) known.set(only, problemsOfOne(engine, only));
    return;
  }
  const texts = batch.map(({ text }) => `${fillExternals(text, NO_EXTERNALS)}\n`);
  const { errors } = engine.run(NOTHING, texts.join(""));
  if (errors.some(({ warning }) => !warning)) {
    const half = Math.ceil(batch.length / 2);
    checkBatch(engine, batch.slice(0, half), known);
    checkBatch(engine, batch.slice(half), known);
    return;
  }
  let before = 0;
  for (const [index, read] of batch.entries()) {
    const lines = linesOf(texts[index] ?? "") - 1;
    const own = errors.filter(({ lineNumber }) => lineNumber > before && lineNumber <= before + lines);
    known.set(
      read,
      own.map((error) => toProblem(read, { ...error, lineNumber: error.lineNumber - before })),
    );
    before += lines;
  }
}

function problemsOfOne(engine: LibyaraRun, read: ReadSource): readonly Problem[] {
  return engine
    .run(NOTHING, fillExternals(read.text, NO_EXTERNALS))
    .errors.map((error) => toProblem(read, error));
}

function toProblem({ source }: ReadSource, { message, lineNumber, warning }: NativeError): Problem {
  const severity = warning ? "warning" : "error";
  // Line 0 is the engine's way to say "at the end of the text".
  const line = lineNumber > 0 ? lineNumber : linesOf(source.text);
  return { code: "YARA_RULE", severity, at: { file: source.file, line, column: 1 }, message };
}

function linesOf(text: string): number {
  return text.split("\n").length;
}
