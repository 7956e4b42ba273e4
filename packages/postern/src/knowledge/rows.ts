import type { UtcDay } from "../model/index.ts";
import type { CustomisedFiles, FileList } from "./baseline/index.ts";
import type { Collection } from "./collection.ts";
import type { Build, Product } from "./build.ts";
import type { ExchangeStateFacts } from "./exchange-state.ts";
import type { AttackFacts, Cluster } from "./intrusion-facts.ts";

/** One released build. */
export interface BuildRow {
  readonly build: Build;
  readonly product: Product;
  /** `RTM`, `CU1` ... */
  readonly cu: string;
  /** CU and RTM are whole products; SU (security) and HU (hotfix) are updates of one CU. */
  readonly kind: "RTM" | "CU" | "SU" | "HU";
  /** Name of the update, e.g. `Mar21SU`; null for a CU as shipped. */
  readonly su: string | null;
  readonly released: UtcDay;
  readonly kb: string | null;
  readonly note: string | null;
  readonly sources: readonly string[];
}

/** One flaw and the builds that fix it. */
export interface CveRow {
  readonly cve: string;
  readonly alias: string | null;
  readonly kind: string;
  /** 1 exploited or part of a named campaign, 2 code execution or more rights, 3 other. */
  readonly tier: 1 | 2 | 3;
  /** Base score; null unless it was read at its source. */
  readonly cvss: number | null;
  /** In the catalogue of known exploited vulnerabilities of CISA; null when that was not checked. */
  readonly kev: boolean | null;
  readonly fixedBy: string;
  /** Branch (`2016 CU18`) to the first build of it that has the fix. */
  readonly fixedIn: readonly { readonly product: Product; readonly cu: string; readonly build: Build }[];
  /** Branches that the affected list leaves out although the product is affected. */
  readonly notListed: readonly string[];
  /** False when a build alone never proves the fix. */
  readonly buildProves: boolean;
  /** True when only products older than 2013 are affected. */
  readonly onlyOlderProducts: boolean;
  /** What the fix needs besides the update. */
  readonly needsMore: string | null;
  readonly note: string | null;
  readonly sources: readonly string[];
}

/** How long a product gets updates. Days are included. */
export interface ProductRow {
  readonly product: Product;
  readonly released: UtcDay;
  readonly mainstreamEnd: UtcDay | null;
  /** Null for a product without a fixed end. */
  readonly endOfSupport: UtcDay | null;
  readonly lastCu: string;
  /** Periods of paid extended updates. */
  readonly esu: readonly { readonly period: number; readonly from: UtcDay; readonly to: UtcDay }[];
  readonly sources: readonly string[];
}

/** A fact about updates or mitigations that texts rest on. */
export interface Fact {
  readonly id: string;
  readonly fact: string;
  /** False when it was recalled and not read again. */
  readonly checked: boolean;
  readonly sources: readonly string[];
}

/** What Microsoft ships in one web folder. */
export interface WebFolder {
  readonly id: string;
  /** Windows path with `%ExchangeInstallPath%` (ends in a backslash) and `*` for one part. */
  readonly path: string;
  /** Whether the row also speaks for the folders below. */
  readonly subfolders: boolean;
  /** Names of genuine pages, as Microsoft writes them; null when they are too many to name. Compare without case. */
  readonly genuine: readonly string[] | null;
  readonly note: string | null;
  readonly sources: readonly string[];
}

/** A genuine name and names of back doors made to look like it. */
export interface LookAlike {
  readonly genuine: string;
  readonly imitations: readonly string[];
}

/** The SHA-256 of a genuine page. */
export interface GenuineHash {
  readonly sha256: string;
  /** Id of the WebFolder. */
  readonly folder: string;
  /** Lower case. */
  readonly name: string;
  readonly firstBuild: Build;
  readonly lastBuild: Build;
}

/** Genuine web files. */
export interface WebFiles {
  readonly folders: readonly WebFolder[];
  readonly lookAlikes: readonly LookAlike[];
  readonly hashes: readonly GenuineHash[];
}

/** Everything that Postern knows about Exchange apart from campaigns. Each part is read when it is first asked for. */
export interface Knowledge {
  readonly folder: string;
  /** The oldest day for which one of the parts is current. */
  readonly asOf: UtcDay;
  /** Oldest build first. */
  readonly builds: readonly BuildRow[];
  readonly cves: readonly CveRow[];
  readonly products: readonly ProductRow[];
  readonly facts: readonly Fact[];
  readonly webFiles: WebFiles;
  readonly attack: AttackFacts;
  /** Groups that were seen on Exchange servers. */
  readonly clusters: readonly Cluster[];
  /** What Exchange sets up by itself in its own state. */
  readonly exchangeState: ExchangeStateFacts;
  /** Hashes of what Microsoft shipped, as they come with Postern. */
  readonly genuineFiles: FileList;
  /** Which of these files are changed on sound servers, too. */
  readonly customised: readonly CustomisedFiles[];
  /** What to take from a server, and for which question. */
  readonly collection: Collection;
}
