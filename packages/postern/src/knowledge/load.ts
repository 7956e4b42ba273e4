import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, once, PosternError } from "../core/index.ts";
import { type CustomisedFiles, openFileList } from "./baseline/index.ts";
import { compareBuilds, PRODUCTS } from "./build.ts";
import { loadCollection } from "./collection.ts";
import { findDataFolder } from "./data-folder.ts";
import { readExchangeState } from "./exchange-state.ts";
import { readAttackFacts, readClusters } from "./intrusion-facts.ts";
import { JsonPlace } from "./json-place.ts";
import type { BuildRow, CveRow, Fact, Knowledge, ProductRow, WebFiles } from "./rows.ts";

/**
 * Opens the knowledge. Each part is read and checked when it is first asked for.
 * @param folder folder with builds.json, cves.json, lifecycle.json, web-files.json and the lists of files; default: the one that comes with Postern.
 * @throws PosternError KNOWLEDGE_INVALID, at once or when a part is asked for, with the file and the place in it.
 */
export function loadKnowledge(folder: string = findDataFolder("knowledge")): Knowledge {
  const builds = once(() => readPart(folder, "builds.json", readBuilds));
  const cves = once(() => readPart(folder, "cves.json", readCves));
  const lifecycle = once(() => readPart(folder, "lifecycle.json", readLifecycle));
  const webFiles = once(() => readPart(folder, "web-files.json", readWebFiles));
  const customised = once(() => readPart(folder, "customised-files.json", readCustomised));
  const attack = once(() => readPart(folder, "attack-techniques.json", readAttackFacts));
  const clusters = once(() => readPart(folder, "clusters.json", readClusters));
  const exchangeState = once(() => readPart(folder, "exchange-state.json", readExchangeState));
  const genuineFiles = once(() => openFileList(readBytes(join(folder, LIST_FILE), LIST_FILE), LIST_FILE));
  const collection = once(() => loadCollection(folder));
  return {
    folder,
    get asOf() {
      return [builds().asOf, cves().asOf, lifecycle().asOf].reduce((oldest, day) =>
        day < oldest ? day : oldest,
      );
    },
    get builds() {
      return builds().rows;
    },
    get cves() {
      return cves().rows;
    },
    get products() {
      return lifecycle().rows.products;
    },
    get facts() {
      return lifecycle().rows.facts;
    },
    get webFiles() {
      return webFiles().rows;
    },
    get attack() {
      return attack().rows;
    },
    get clusters() {
      return clusters().rows;
    },
    get exchangeState() {
      return exchangeState().rows;
    },
    get genuineFiles() {
      return genuineFiles();
    },
    get customised() {
      return customised().rows;
    },
    get collection() {
      return collection();
    },
  };
}

/** Layout: baseline/layout.ts. Made by scripts/build-baseline.ts. */
const LIST_FILE = "exchange-files.bin";

/** One file of the knowledge. */
export interface Part<T> {
  readonly asOf: string;
  readonly rows: T;
}
/** Reads one file of the knowledge. @throws PosternError KNOWLEDGE_INVALID */
export function readPart<T>(
  folder: string,
  name: string,
  read: (root: JsonPlace, sources: ReadonlySet<string>) => T,
): Part<T> {
  const root = new JsonPlace(name, "", parseFile(join(folder, name), name));
  const sources = new Set(
    root
      .at("sources")
      .members()
      .map(({ key, value }) => (value.text(), key)),
  );
  return { asOf: root.at("asOf").day(), rows: read(root, sources) };
}

function parseFile(path: string, name: string): unknown {
  return reading(path, name, (): unknown => JSON.parse(readFileSync(path, "utf8")));
}

function readBytes(path: string, name: string): Uint8Array {
  return reading(path, name, () => readFileSync(path));
}

function reading<T>(path: string, name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const detail = { file: name, path };
    throw new PosternError("KNOWLEDGE_INVALID", `${name} cannot be read: ${messageOf(error)}`, detail, error);
  }
}

function readBuilds(root: JsonPlace, sources: ReadonlySet<string>): readonly BuildRow[] {
  const rows = root.at("builds").list();
  const read = rows.map((row): BuildRow => ({
    build: row.at("build").build(),
    product: row.at("product").oneOf(PRODUCTS),
    cu: row.at("cu").text(),
    kind: row.at("kind").oneOf(["RTM", "CU", "SU", "HU"]),
    su: row.at("su").textOrNull(),
    released: row.at("released").day(),
    kb: row.at("kb").textOrNull(),
    note: row.at("note").textOrNull(),
    sources: row.at("sources").sources(sources),
  }));
  rows.forEach((row, i) => {
    const [before, here] = [read[i - 1], read[i]];
    if (before !== undefined && here !== undefined && compareBuilds(before.build, here.build) >= 0)
      throw row.at("build").wrong("higher than the build of the row before");
  });
  return read;
}

function readCves(root: JsonPlace, sources: ReadonlySet<string>): readonly CveRow[] {
  return root
    .at("cves")
    .list()
    .map((row) => ({
      cve: row.at("cve").text(),
      alias: row.at("alias").textOrNull(),
      kind: row.at("kind").text(),
      tier: readTier(row.at("tier")),
      cvss: row.at("cvssVerified").flag(false) ? row.at("cvss").number() : null,
      kev: row.at("kev").given ? row.at("kev").flag(false) : null,
      fixedBy: row.at("fixedBy").text(),
      fixedIn: row
        .at("fixedIn")
        .members()
        .map(({ key, value }) => ({ ...readBranch(key, value), build: value.build() })),
      notListed: row.at("notListed").given ? row.at("notListed").texts() : [],
      buildProves: row.at("buildProves").flag(true),
      onlyOlderProducts: row.at("onlyOlderProducts").flag(false),
      needsMore: row.at("needsMore").textOrNull(),
      note: row.at("note").textOrNull(),
      sources: row.at("sources").sources(sources),
    }));
}

function readTier(tier: JsonPlace): CveRow["tier"] {
  const found = ([1, 2, 3] as const).find((known) => known === tier.number());
  if (found === undefined) throw tier.wrong("1, 2 or 3");
  return found;
}

function readBranch(
  key: string,
  value: JsonPlace,
): { readonly product: BuildRow["product"]; readonly cu: string } {
  const [name = "", cu = "", ...rest] = key.split(" ");
  const product = PRODUCTS.find((known) => known === name);
  if (product === undefined || cu === "" || rest.length > 0)
    throw value.wrong(`under a branch such as "2016 CU18"`);
  return { product, cu };
}

function readLifecycle(
  root: JsonPlace,
  sources: ReadonlySet<string>,
): { readonly products: readonly ProductRow[]; readonly facts: readonly Fact[] } {
  const products = root
    .at("products")
    .list()
    .map((row): ProductRow => ({
      product: row.at("product").oneOf(PRODUCTS),
      released: row.at("released").day(),
      mainstreamEnd: row.at("mainstreamEnd").given ? row.at("mainstreamEnd").day() : null,
      endOfSupport: row.at("endOfSupport").given ? row.at("endOfSupport").day() : null,
      lastCu: row.at("lastCu").text(),
      esu: row
        .at("esu")
        .list()
        .map((period) => ({
          period: period.at("period").number(),
          from: period.at("from").day(),
          to: period.at("to").day(),
        })),
      sources: row.at("sources").sources(sources),
    }));
  const facts = root
    .at("facts")
    .list()
    .map((row): Fact => {
      const checked = row.at("checked").flag(false);
      return {
        id: row.at("id").text(),
        fact: row.at("fact").text(),
        checked,
        sources: row.at("sources").sources(sources, !checked),
      };
    });
  return { products, facts };
}

function readWebFiles(root: JsonPlace, sources: ReadonlySet<string>): WebFiles {
  const folders = root
    .at("folders")
    .list()
    .map((row) => ({
      id: row.at("id").text(),
      path: row.at("path").text(),
      subfolders: row.at("subfolders").flag(false),
      genuine: row.at("genuine").given ? row.at("genuine").texts() : null,
      note: row.at("note").textOrNull(),
      sources: row.at("sources").sources(sources),
    }));
  const ids = folders.map((folder) => folder.id);
  const lookAlikes = root
    .at("lookAlikes")
    .list()
    .map((row) => ({
      genuine: row.at("genuine").text(),
      imitations: row.at("imitations").texts(),
    }));
  const hashes = root
    .at("hashes")
    .list()
    .map((row) => {
      const sha256 = row.at("sha256").text();
      if (!/^[0-9a-f]{64}$/.test(sha256)) throw row.at("sha256").wrong("64 hex digits in lower case");
      row.at("sources").sources(sources);
      return {
        sha256,
        folder: row.at("folder").oneOf(ids),
        name: row.at("name").text(),
        firstBuild: row.at("firstBuild").build(),
        lastBuild: row.at("lastBuild").build(),
      };
    });
  return { folders, lookAlikes, hashes };
}

function readCustomised(root: JsonPlace, sources: ReadonlySet<string>): readonly CustomisedFiles[] {
  return root
    .at("files")
    .list()
    .map((row) => ({
      under: row.at("under").textOrNull(),
      names: row.at("names").texts(),
      alsoNew: row.at("new").flag(false),
      what: row.at("what").text(),
      sources: row.at("sources").sources(sources),
    }));
}
