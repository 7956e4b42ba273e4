import { createRequire } from "node:module";
import { PosternError, messageOf } from "../../core/index.ts";
import type { Problem } from "../../model/index.ts";
import {
  NO_EXTERNALS,
  YARA_SCAN_LIMIT_BYTES,
  YARA_STRINGS_LIMIT,
  type YaraEngine,
  type YaraExternals,
  type YaraMatch,
  type YaraScanner,
  type YaraSource,
  type YaraString,
} from "./engine.ts";
import { type RuleText, fillExternals, parseRuleText } from "./rule-text.ts";

/** Meta entries read of one rule; real rules have a dozen. */
const META_LIMIT = 100;

/** A list as the WebAssembly build hands it out. */
interface NativeList<T> {
  size(): number;
  get(index: number): T;
  delete(): void;
}
interface NativeRule {
  readonly ruleName: string;
  readonly resolvedMatches: NativeList<{
    readonly location: number;
    readonly matchLength: number;
    readonly stringIdentifier: string;
  }>;
  readonly metadata: NativeList<{ readonly identifier: string; readonly data: string }>;
}
interface NativeError {
  readonly message: string;
  readonly lineNumber: number;
  readonly warning: boolean;
}
interface NativeResult {
  readonly matchedRules: NativeList<NativeRule>;
  readonly compileErrors: NativeList<NativeError>;
  delete(): void;
}
/** What the package offers: one function that compiles and runs at once (YARA 4). Offsets count bytes. */
interface NativeYara {
  run(bytes: Uint8Array, rules: string): NativeResult;
  /** The engine's whole memory; another array after it grew. */
  readonly HEAPU8: Uint8Array;
}

/**
 * YARA as WebAssembly (npm `libyara-wasm`): works wherever Node works, and compiles the rules again for every scan,
 * which costs some milliseconds a file with a pack's rules. The module loads with the first call to `compile`.
 */
export function createLibyaraWasm(): YaraEngine {
  let loading: Promise<Engine> | null = null;
  return {
    id: "libyara-wasm",
    lacks: [
      "The YARA modules magic, string and cuckoo are missing: rules that import them are refused.",
      "External variables are written into the rule text before each scan.",
    ],
    compile: async (sources) => {
      loading ??= loadNative().then(createEngine);
      return compileSources(await loading, sources);
    },
  };
}

/** Loads the module and takes back the process-wide handlers that it installs: a failure elsewhere is not its business. */
async function loadNative(): Promise<NativeYara> {
  const exceptions = process.listeners("uncaughtException");
  const rejections = process.listeners("unhandledRejection");
  const load: unknown = createRequire(import.meta.url)("libyara-wasm");
  if (!isFactory(load)) throw new PosternError("PACK_INVALID", "The YARA engine cannot be loaded.");
  const native = await load();
  for (const listener of process.listeners("uncaughtException")) {
    if (!exceptions.includes(listener)) process.off("uncaughtException", listener);
  }
  for (const listener of process.listeners("unhandledRejection")) {
    if (!rejections.includes(listener)) process.off("unhandledRejection", listener);
  }
  if (!isNative(native)) throw new PosternError("PACK_INVALID", "The YARA engine cannot be started.");
  return native;
}

/** The package exports one function; calling it starts the engine. */
function isFactory(value: unknown): value is () => Promise<unknown> {
  return typeof value === "function";
}

function isNative(value: unknown): value is NativeYara {
  if (typeof value !== "object" || value === null || !("run" in value) || !("HEAPU8" in value)) return false;
  return typeof value.run === "function" && value.HEAPU8 instanceof Uint8Array;
}

/** One run as plain values; nothing of it lives in the engine. */
interface Run {
  readonly errors: readonly NativeError[];
  readonly matches: readonly Omit<YaraMatch, "file">[];
}

/** The engine with its memory under control. */
type Engine = (bytes: Uint8Array, rules: string) => Run;

/**
 * The package frees nothing between two runs, some 12 MB each, and ends at 2 GB with "not enough memory". So its memory is
 * put back after every run to what it was when it started; beyond that it is zeroed, since its allocator takes
 * memory that it has not handed out yet for zero.
 */
function createEngine(native: NativeYara): Engine {
  let end = native.HEAPU8.length;
  while (end > 0 && native.HEAPU8[end - 1] === 0) end--;
  const start = native.HEAPU8.slice(0, end);
  return (bytes, rules) => {
    try {
      return copyResult(native.run(bytes, rules));
    } catch (thrown) {
      // Native code under our feet: whatever it throws gets a code and keeps its cause.
      const message = `The YARA engine gave up: ${messageOf(thrown)}`;
      throw new PosternError("LIMIT_EXCEEDED", message, { bytes: bytes.length }, thrown);
    } finally {
      native.HEAPU8.set(start);
      native.HEAPU8.fill(0, end);
    }
  };
}

function copyResult(result: NativeResult): Run {
  const errors = readList(result.compileErrors, Number.POSITIVE_INFINITY);
  const matches = readList(result.matchedRules, Number.POSITIVE_INFINITY).map(toMatch);
  result.delete();
  return { errors, matches };
}

interface Compiled {
  readonly source: YaraSource;
  readonly text: RuleText;
}

function compileSources(
  engine: Engine,
  sources: readonly YaraSource[],
): { readonly scanner: YaraScanner; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  const good: Compiled[] = [];
  for (const source of sources) {
    const text = parseRuleText(source.text);
    const found = [...findConflicts(source, text, owners), ...checkSource(engine, source, text)];
    problems.push(...found);
    if (found.some((problem) => problem.severity === "error")) continue;
    for (const rule of text.rules) owners.set(rule.name, source.file);
    good.push({ source, text });
  }
  return { scanner: createScanner(engine, good, owners), problems };
}

/** One name may stand for one rule only; `include` would read files that nobody named. */
function findConflicts(source: YaraSource, text: RuleText, owners: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  if (text.includes) {
    problems.push(problemAt(source, 1, "error", "`include` is not supported: give each file by itself."));
  }
  for (const rule of text.rules) {
    const owner = owners.get(rule.name);
    if (owner === undefined) continue;
    problems.push(problemAt(source, rule.line, "error", `The rule ${rule.name} stands in ${owner} already.`));
  }
  return problems;
}

/** Compiles one source alone, so that every line number counts from the start of its own file. */
function checkSource(engine: Engine, source: YaraSource, text: RuleText): Problem[] {
  if (text.includes) return [];
  const { errors } = engine(new Uint8Array(), fillExternals(text, NO_EXTERNALS));
  return errors.map((error) =>
    // Line 0 is the engine's way to say "at the end of the text".
    problemAt(
      source,
      error.lineNumber > 0 ? error.lineNumber : source.text.split("\n").length,
      error.warning ? "warning" : "error",
      error.message,
    ),
  );
}

function problemAt(
  source: YaraSource,
  line: number,
  severity: Problem["severity"],
  message: string,
): Problem {
  return { code: "YARA_RULE", severity, at: { file: source.file, line, column: 1 }, message };
}

function createScanner(
  engine: Engine,
  compiled: readonly Compiled[],
  owners: ReadonlyMap<string, string>,
): YaraScanner {
  const rules = compiled.flatMap(({ text }) => text.rules.map((rule) => rule.name));
  const pieces = compiled.flatMap(({ text }) => [...text.pieces, "\n"]);
  const fixed = pieces.every((piece) => typeof piece === "string") ? pieces.join("") : null;
  return {
    rules,
    scan: (bytes, externals = NO_EXTERNALS) => {
      if (rules.length === 0) return [];
      return scanBytes(engine, bytes, fixed ?? fill(pieces, externals), owners);
    },
    close: () => undefined,
  };
}

function fill(pieces: RuleText["pieces"], externals: YaraExternals): string {
  return fillExternals({ pieces, rules: [], includes: false }, externals);
}

function scanBytes(
  engine: Engine,
  bytes: Uint8Array,
  rules: string,
  owners: ReadonlyMap<string, string>,
): readonly YaraMatch[] {
  if (bytes.length > YARA_SCAN_LIMIT_BYTES) {
    throw new PosternError("LIMIT_EXCEEDED", "Too many bytes for one YARA scan.", { bytes: bytes.length });
  }
  const { errors, matches } = engine(bytes, rules);
  const failed = errors.find((error) => !error.warning);
  if (failed !== undefined) {
    // Each source compiled alone; a silent miss here would look like a clean file.
    throw new PosternError("LIMIT_EXCEEDED", `The YARA engine gave up: ${failed.message}`, {
      bytes: bytes.length,
    });
  }
  return matches.map((match) => ({ ...match, file: owners.get(match.rule) ?? "" }));
}

function toMatch(rule: NativeRule): Run["matches"][number] {
  const meta = Object.fromEntries(
    readList(rule.metadata, META_LIMIT).map(({ identifier, data }) => [identifier, data]),
  );
  const strings: YaraString[] = readList(rule.resolvedMatches, YARA_STRINGS_LIMIT).map((found) => ({
    id: found.stringIdentifier,
    offsetBytes: found.location,
    lengthBytes: found.matchLength,
  }));
  strings.sort((a, b) => a.offsetBytes - b.offsetBytes || (a.id < b.id ? -1 : 1));
  return { rule: rule.ruleName, meta, strings };
}

/** Copies a native list and frees it. */
function readList<T>(list: NativeList<T>, limit: number): T[] {
  const values: T[] = [];
  const size = Math.min(list.size(), limit);
  for (let index = 0; index < size; index++) values.push(list.get(index));
  list.delete();
  return values;
}
