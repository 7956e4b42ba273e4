import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { once, PosternError } from "../core/index.ts";
import {
  choosePacks,
  compilePackRules,
  createGenuineFiles,
  createKnownSettings,
  createIndicators,
  createLibyaraWasm,
  datedIndicators,
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
  type TipGiven,
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
import { WHOLE_RECORD, type Problem } from "../model/index.ts";
import { readGivenLists, type GivenLists } from "./given-lists.ts";

/** Everything that judges evidence, loaded once. */
export interface Detection {
  /** The packs in scope. */
  readonly packs: readonly Pack[];
  readonly knowledge: Knowledge;
  readonly indicators: Indicators;
  /** What Microsoft shipped, read when first asked. */
  readonly lists: () => GenuineLists;
  /** SHA-256 of each list that was added to those that come with Postern, in order of build. */
  readonly addedLists: readonly string[];
  readonly matcher: EventMatcher;
  /** Lists of indicators that were given for this run; null when there are none. */
  readonly given: GivenLists | null;
  /** SHA-256 over all packs, and which of them are in scope. */
  readonly rulesHash: string;
  /** Compiles the file rules when first asked: those of all packs, because a back door on the disk belongs to no scope. */
  readonly files: () => Promise<FileContext>;
  /** What belongs into a server's configuration, read when first asked. */
  readonly settings: () => KnownSettings;
  readonly close: () => Promise<void>;
}

/** What is loaded besides what comes with Postern. */
export interface DetectionOptions {
  /** Folder of lists of genuine files, as `postern baseline add` writes them; null or left out: none. */
  readonly baseline?: string | null;
  /** Files and folders with indicators to look for. */
  readonly indicators?: readonly string[];
  /** What others said of the servers. */
  readonly tips?: readonly TipGiven[];
  /** Ids of the campaigns in scope; none or left out: all. */
  readonly campaigns?: readonly string[];
}

/** Loads packs and knowledge. @throws PosternError PACK_INVALID with all problems when a pack has errors, KNOWLEDGE_INVALID, INDICATORS_INVALID, USAGE */
export function loadDetection(options: DetectionOptions = {}): Detection {
  const { packs: all, problems } = loadPacks(findDataFolder("packs"));
  refuseErrors(problems);
  const packs = choosePacks(all, options.campaigns ?? []);
  const knowledge = loadKnowledge();
  const genuine = knowledge.webFiles.folders.flatMap((folder) =>
    (folder.genuine ?? []).map((name) => ({ folder: folder.id, name })),
  );
  const indicators = createIndicators(
    packs.flatMap((pack) => datedIndicators(pack) ?? []),
    { genuine },
  );
  const rules = compilePackRules(packs);
  refuseErrors(rules.problems);
  const added = typeof options.baseline === "string" ? readListFolder(options.baseline) : [];
  // Five megabytes that a worker without files to judge never needs.
  const lists = once(() => joinLists([knowledge.genuineFiles, ...added.map(({ list }) => list)]));
  const given = readGivenLists(options.indicators ?? [], options.tips);
  let context: Promise<FileContext> | null = null;
  return {
    packs,
    knowledge,
    indicators,
    lists,
    addedLists: added.map(({ sha256 }) => sha256),
    matcher: joinMatchers([
      rules,
      addressMatcher(packs, indicators),
      hybridSignMatcher(),
      ...(given === null ? [] : [given.matcher]),
    ]),
    given,
    rulesHash: createHash("sha256")
      .update(
        all.map((pack) => `${pack.id} ${pack.hash}${packs.includes(pack) ? "" : " files only"}\n`).join(""),
      )
      .digest("hex"),
    files: () => (context ??= loadFileContext(all, { knowledge, indicators, lists: lists() })),
    settings: once(() => createKnownSettings(loadConfigurationFacts())),
    close: async () => {
      (await context)?.scanner?.close();
    },
  };
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

/** True when one of the addresses stands in the text. Most runs of digits and dots are a time or a version and are looked up as a whole. */
function holdsAddress(text: string, addresses: ReadonlySet<string>): boolean {
  for (const [run] of text.matchAll(/[\d.]{7,}/gu)) {
    if (addresses.has(run)) return true;
    if (!PLAIN_ADDRESS.test(run) && [...addresses].some((address) => run.includes(address))) return true;
  }
  return [...addresses].some((address) => !PLAIN_ADDRESS.test(address) && text.includes(address));
}

/** Requests from published addresses, inside the campaign's time: an attempt, never more. */
function addressMatcher(packs: readonly Pack[], indicators: Indicators): EventMatcher {
  const addresses = packs.flatMap((pack) => pack.indicators?.addresses.map((row) => row.value) ?? []);
  const literals = addresses.filter((address) => address.length >= 7).map((address) => address.toLowerCase());
  const published = new Set(literals);
  // The forms of other addresses are too many to look for.
  const inEvents = literals.every((address) => PLAIN_ADDRESS.test(address)) ? literals : "always";
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
    clients: literals.filter((address) => PLAIN_ADDRESS.test(address)),
    parseAll: new Set(),
    mayMatch: (_artifact, glimpse) => {
      const address = glimpse.get("c-ip");
      if (address !== null) return published.has(address) || holdsAddress(address, published);
      const record = glimpse.get(WHOLE_RECORD);
      return record === null || holdsAddress(record, published);
    },
    wishFor: () => inEvents,
    eventLiterals: () => (inEvents === "always" ? [] : inEvents),
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
