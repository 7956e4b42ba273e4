import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { once, PosternError } from "../core/index.ts";
import {
  compilePackRules,
  createGenuineFiles,
  createKnownSettings,
  createIndicators,
  createLibyaraWasm,
  hybridSignMatcher,
  joinMatchers,
  loadPacks,
  readRuleFile,
  ruleFilesOf,
  type EventMatcher,
  type FileContext,
  type KnownSettings,
  type Indicators,
  type Pack,
  type RuleInfo,
  type YaraSource,
} from "../detect/index.ts";
import {
  findDataFolder,
  joinLists,
  loadConfigurationFacts,
  loadKnowledge,
  readListFolder,
  type GenuineLists,
  type Knowledge,
} from "../knowledge/index.ts";
import type { Problem } from "../model/index.ts";

/** Everything that judges evidence, loaded once. */
export interface Detection {
  readonly packs: readonly Pack[];
  readonly knowledge: Knowledge;
  readonly indicators: Indicators;
  /** What Microsoft shipped, read when first asked. */
  readonly lists: () => GenuineLists;
  /** SHA-256 of each list that was added to those that come with Postern, in order of build. */
  readonly addedLists: readonly string[];
  readonly matcher: EventMatcher;
  /** SHA-256 over all packs. */
  readonly rulesHash: string;
  /** Compiles the file rules when first asked. */
  readonly files: () => Promise<FileContext>;
  /** What belongs into a server's configuration, read when first asked. */
  readonly settings: () => KnownSettings;
  readonly close: () => Promise<void>;
}

/** What is loaded besides what comes with Postern. */
export interface DetectionOptions {
  /** Folder of lists of genuine files, as `postern baseline add` writes them; null or left out: none. */
  readonly baseline?: string | null;
}

/** Loads packs and knowledge. @throws PosternError PACK_INVALID with all problems when a pack has errors, KNOWLEDGE_INVALID */
export function loadDetection(options: DetectionOptions = {}): Detection {
  const { packs, problems } = loadPacks(findDataFolder("packs"));
  refuseErrors(problems);
  const knowledge = loadKnowledge();
  const genuine = knowledge.webFiles.folders.flatMap((folder) =>
    (folder.genuine ?? []).map((name) => ({ folder: folder.id, name })),
  );
  const files = packs.flatMap((pack) => (pack.indicators === null ? [] : [pack.indicators]));
  const indicators = createIndicators(files, { genuine, ...windowOf(packs) });
  const rules = compilePackRules(packs);
  refuseErrors(rules.problems);
  const added = typeof options.baseline === "string" ? readListFolder(options.baseline) : [];
  // Five megabytes that a worker without files to judge never needs.
  const lists = once(() => joinLists([knowledge.genuineFiles, ...added.map(({ list }) => list)]));
  let context: Promise<FileContext> | null = null;
  return {
    packs,
    knowledge,
    indicators,
    lists,
    addedLists: added.map(({ sha256 }) => sha256),
    matcher: joinMatchers([rules, addressMatcher(packs, indicators), hybridSignMatcher()]),
    rulesHash: createHash("sha256")
      .update(packs.map((pack) => `${pack.id} ${pack.hash}\n`).join(""))
      .digest("hex"),
    files: () => (context ??= loadFileContext(packs, { knowledge, indicators, lists: lists() })),
    settings: once(() => createKnownSettings(loadConfigurationFacts())),
    close: async () => {
      (await context)?.scanner?.close();
    },
  };
}

function windowOf(packs: readonly Pack[]): { readonly window?: Pack["window"] } {
  const [only] = packs;
  return packs.length === 1 && only !== undefined ? { window: only.window } : {};
}

function refuseErrors(problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length === 0) return;
  const lines = errors.map(
    (problem) =>
      `${problem.at.file}:${String(problem.at.line)}:${String(problem.at.column)} ${problem.message}`,
  );
  throw new PosternError("PACK_INVALID", `rules cannot be used:\n${lines.join("\n")}`, { problems: errors });
}

/** Stands in a log as it does in the list of indicators; other forms (IPv6, ports, zones) are normalized first. */
const PLAIN_ADDRESS = /^\d+\.\d+\.\d+\.\d+$/u;

/** Requests from published addresses, inside the campaign's time: an attempt, never more. */
function addressMatcher(packs: readonly Pack[], indicators: Indicators): EventMatcher {
  const addresses = packs.flatMap((pack) => pack.indicators?.addresses.map((row) => row.value) ?? []);
  const literals = addresses.filter((address) => address.length >= 7).map((address) => address.toLowerCase());
  const published = new Set(literals);
  const rule: RuleInfo = {
    id: "postern/published-address",
    title: "A request from a published address",
    pack: "postern",
    rung: null,
    kind: "known-bad-address",
    confidence: "low",
    cves: [],
    attack: [],
  };
  return {
    literals,
    literalsFor: () => literals,
    parseAll: new Set(),
    mayMatch: (_artifact, glimpse) => {
      const address = glimpse("c-ip");
      return address === null || !PLAIN_ADDRESS.test(address) || published.has(address);
    },
    match: (event) => {
      const address = event.ecs["source.ip"];
      return address !== undefined && indicators.findAddress(address, event.timeMs)?.inTime === true
        ? [rule]
        : [];
    },
  };
}

async function loadFileContext(
  packs: readonly Pack[],
  loaded: { readonly knowledge: Knowledge; readonly indicators: Indicators; readonly lists: GenuineLists },
): Promise<FileContext> {
  const read = packs.flatMap((pack) =>
    ruleFilesOf(pack).map((file) => readRuleFile(file, readFileSync(file, "utf8"))),
  );
  refuseErrors(read.flatMap((one) => one.problems));
  const sources = read.flatMap((one): YaraSource[] => (one.source === null ? [] : [one.source]));
  const { scanner, problems } = await createLibyaraWasm().compile(sources);
  refuseErrors(problems);
  return {
    scanner,
    indicators: loaded.indicators,
    genuine: createGenuineFiles(loaded.knowledge.webFiles),
    lists: loaded.lists,
    customised: loaded.knowledge.customised,
    build: null,
  };
}
