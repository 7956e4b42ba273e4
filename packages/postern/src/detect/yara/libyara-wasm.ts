import { PosternError } from "../../core/index.ts";
import type { Problem } from "../../model/index.ts";
import {
  NO_EXTERNALS,
  YARA_SCAN_LIMIT_BYTES,
  type YaraEngine,
  type YaraScanner,
  type YaraSource,
} from "./engine.ts";
import { findRunawayLoop } from "./loop-bounds.ts";
import { type LibyaraRun, loadLibyara } from "./libyara-native.ts";
import { type ReadSource, createRuleSet, readSource } from "./rule-set.ts";
import { checkSources } from "./source-check.ts";

/** An engine that holds more after compiling is left for a fresh one: its memory is put back after every scan, which takes time. */
const KEPT_MEMORY_BYTES: number = 24 * 1024 * 1024;

/**
 * YARA as WebAssembly (npm `libyara-wasm`): works wherever Node works. The package compiles the rules again for every scan, so a filter
 * over their literals decides first which rules a file may fulfil: most files reach the engine with few rules or not at all.
 * The module loads with the first call to `compile`.
 * @param options `everyRule`: run all rules on every file, the slow road that the other one is compared with
 */
export function createLibyaraWasm(options: { readonly everyRule?: boolean } = {}): YaraEngine {
  return {
    id: "libyara-wasm",
    lacks: [
      "The YARA modules magic, string and cuckoo are missing: rules that import them are refused.",
      "External variables are written into the rule text before each scan.",
      "A scan cannot be stopped once it runs: rules whose loops could run for hours are refused, and the size of what is looked at bounds the rest.",
    ],
    compile: async (sources) => {
      const engine = await loadLibyara();
      const { good, owners, problems } = selectGood(engine, sources);
      const fresh = engine.memoryBytes() > KEPT_MEMORY_BYTES ? await loadLibyara() : engine;
      return {
        scanner: createScanner(fresh, { good, owners, everyRule: options.everyRule ?? false }),
        problems,
      };
    },
  };
}

interface Selected {
  readonly good: readonly ReadSource[];
  /** The file of each rule. */
  readonly owners: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

function selectGood(engine: LibyaraRun, sources: readonly YaraSource[]): Selected {
  const given = sources.map(readSource);
  const runaways = new Map(given.map((one) => [one, findRunaways(one)] as const));
  const problems: Problem[] = [...runaways.values()].flat();
  // Compiling runs the rules once, so that one without an end must not get there.
  const all = given.filter((one) => (runaways.get(one)?.length ?? 0) === 0);
  const check = checkSources(engine, all);
  const owners = new Map<string, string>();
  const good: ReadSource[] = [];
  for (const read of all) {
    const found = [...findConflicts(read, owners), ...(read.text.includes ? [] : check.problemsOf(read))];
    problems.push(...found);
    if (found.some((problem) => problem.severity === "error")) continue;
    for (const rule of read.text.rules) owners.set(rule.name, read.source.file);
    good.push(read);
  }
  return { good, owners, problems };
}

/** One name may stand for one rule only; `include` would read files that nobody named. */
function findConflicts({ source, text }: ReadSource, owners: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  if (text.includes) {
    problems.push(errorAt(source, 1, "`include` is not supported: give each file by itself."));
  }
  for (const rule of text.rules) {
    const owner = owners.get(rule.name);
    if (owner === undefined) continue;
    problems.push(errorAt(source, rule.line, `The rule ${rule.name} stands in ${owner} already.`));
  }
  return problems;
}

/** Rules that the engine could not be made to end. */
function findRunaways({ source, parts }: ReadSource): Problem[] {
  return (parts?.rules ?? []).flatMap(({ name, condition }) => {
    const loop = findRunawayLoop(condition);
    if (loop === null) return [];
    const line = source.text.slice(0, loop.start).split("\n").length;
    return errorAt(
      source,
      line,
      `The loops inside each other of the rule ${name} could run for hours; give them an end.`,
    );
  });
}

function errorAt(source: YaraSource, line: number, message: string): Problem {
  return { code: "YARA_RULE", severity: "error", at: { file: source.file, line, column: 1 }, message };
}

function createScanner(
  engine: LibyaraRun,
  { good, owners, everyRule }: Omit<Selected, "problems"> & { readonly everyRule: boolean },
): YaraScanner {
  const rules = good.flatMap(({ text }) => text.rules.map((rule) => rule.name));
  const set = createRuleSet(good);
  return {
    rules,
    scan: (bytes, externals = NO_EXTERNALS) => {
      if (bytes.length > YARA_SCAN_LIMIT_BYTES) {
        throw new PosternError("LIMIT_EXCEEDED", "Too many bytes for one YARA scan.", {
          bytes: bytes.length,
        });
      }
      if (rules.length === 0) return [];
      const text = everyRule ? set.wholeText(externals) : set.textFor(bytes, externals);
      return text === null ? [] : runRules(engine, bytes, text, owners);
    },
    close: () => undefined,
  };
}

function runRules(
  engine: LibyaraRun,
  bytes: Uint8Array,
  text: string,
  owners: ReadonlyMap<string, string>,
): ReturnType<YaraScanner["scan"]> {
  const { errors, matches } = engine.run(bytes, text);
  const failed = errors.find((error) => !error.warning);
  if (failed !== undefined) {
    // Each source compiled alone; a silent miss here would look like a clean file.
    throw new PosternError("LIMIT_EXCEEDED", `The YARA engine gave up: ${failed.message}`, {
      bytes: bytes.length,
    });
  }
  return matches.map((match) => ({ ...match, file: owners.get(match.rule) ?? "" }));
}
