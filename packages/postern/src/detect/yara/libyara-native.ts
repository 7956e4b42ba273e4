import { createRequire } from "node:module";
import { PosternError, messageOf } from "../../core/index.ts";
import { YARA_STRINGS_LIMIT, type YaraMatch, type YaraString } from "./engine.ts";

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
/** A fault of the rules as the engine tells it; line 0 means the end of the text. */
export interface NativeError {
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

/** Starts an engine of its own. @throws PosternError PACK_INVALID when the package is broken */
export async function loadLibyara(): Promise<LibyaraRun> {
  return createRun(await loadNative());
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
export interface LibyaraAnswer {
  readonly errors: readonly NativeError[];
  readonly matches: readonly Omit<YaraMatch, "file">[];
}

/** The engine with its memory under control. */
export interface LibyaraRun {
  /** Compiles the rules and runs them. @throws PosternError LIMIT_EXCEEDED when the engine gives up */
  run(bytes: Uint8Array, rules: string): LibyaraAnswer;
  /** Bytes of memory that the engine holds: every run takes time for all of it, and it never shrinks. */
  memoryBytes(): number;
}

/**
 * The package frees nothing between two runs, some 12 MB each, and ends at 2 GB with "not enough memory". So its memory is
 * put back after every run to what it was when it started; beyond that it is zeroed, since its allocator takes
 * memory that it has not handed out yet for zero.
 */
function createRun(native: NativeYara): LibyaraRun {
  let end = native.HEAPU8.length;
  while (end > 0 && native.HEAPU8[end - 1] === 0) end--;
  const start = native.HEAPU8.slice(0, end);
  return {
    memoryBytes: () => native.HEAPU8.length,
    run: (bytes, rules) => {
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
    },
  };
}

function copyResult(result: NativeResult): LibyaraAnswer {
  const errors = readList(result.compileErrors, Number.POSITIVE_INFINITY);
  const matches = readList(result.matchedRules, Number.POSITIVE_INFINITY).map(toMatch);
  result.delete();
  return { errors, matches };
}

function toMatch(rule: NativeRule): LibyaraAnswer["matches"][number] {
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
