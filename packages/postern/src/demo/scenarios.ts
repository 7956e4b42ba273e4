import { createBuild } from "./build.ts";
import type { Build } from "./build.ts";
import type { Oddity, PlantedRow } from "./ledger.ts";
import {
  writeClean,
  writePatchedThenAttacked,
  writeProbed,
  writeProxylogon,
  writeRolledOff,
} from "./scenario-single.ts";
import { writeLocalised } from "./scenario-localised.ts";
import { writeHybrid, writeHybridClean } from "./scenario-hybrid.ts";
import { writeTwoIntruders } from "./scenario-intruders.ts";
import { writeNoEvidence, writeTwoServers } from "./scenario-special.ts";
import type { BuiltFile } from "./tree.ts";

/** Ids of the demo scenarios. */
export type ScenarioId =
  | "clean"
  | "probed"
  | "patched-then-attacked"
  | "proxylogon"
  | "proxylogon-logs-rolled-off"
  | "two-servers"
  | "two-intruders"
  | "hybrid"
  | "hybrid-clean"
  | "localised"
  | "no-evidence";

/** A demo scenario. */
export interface Scenario {
  readonly id: ScenarioId;
  readonly title: string;
  readonly story: string;
}

/** What a correct answer to a scenario is. */
export interface ScenarioTruth {
  readonly id: ScenarioId;
  readonly verdict: "compromised" | "cannot-tell" | "attempted" | "no-trace";
  /** Highest rung of the ladder that the evidence proves, or null. */
  readonly rung: "L0" | "L1" | "L2" | "L3" | "L4" | null;
  readonly servers: readonly TrueServer[];
  readonly planted: readonly PlantedRow[];
  readonly oddities: readonly Oddity[];
}

/** A server of a scenario and the builds that it ran. */
export interface TrueServer {
  readonly name: string;
  readonly product: "2013" | "2016";
  readonly builds: readonly { readonly build: string; readonly sinceUtc: string }[];
  /** First and last day (UTC, `YYYY-MM-DD`) of the text logs. */
  readonly logs: { readonly from: string; readonly to: string };
}

/** How to vary a scenario. */
export interface ScenarioOptions {
  /** Default 1. The same seed gives the same bytes. */
  readonly seed?: number;
  /** Multiplies ordinary traffic; default 1 (about 5 to 12 MB). */
  readonly trafficScale?: number;
}

interface Recipe extends Scenario {
  readonly verdict: ScenarioTruth["verdict"];
  readonly rung: ScenarioTruth["rung"];
  readonly servers: readonly TrueServer[];
  readonly write: (build: Build) => void;
}

const CU19_FROM_FEBRUARY = { build: "15.1.2176.2", sinceUtc: "2021-02-08T01:10:00Z" };
const CU19_FROM_MARCH = { build: "15.1.2176.2", sinceUtc: "2021-03-01T01:10:00Z" };
const CU19_FROM_JANUARY = { build: "15.1.2176.2", sinceUtc: "2021-01-16T19:02:00Z" };
const PATCHED_EARLY = { build: "15.1.2176.9", sinceUtc: "2021-03-03T22:10:00Z" };
const PATCHED_LATE = { build: "15.1.2176.9", sinceUtc: "2021-03-09T22:00:00Z" };
const PATCHED_IN_APRIL = { build: "15.1.2176.12", sinceUtc: "2021-04-15T22:00:00Z" };
const MONTH_DAYS = { from: "2021-02-08", to: "2021-03-12" };

const HYBRID_DAYS = { from: "2021-03-01", to: "2021-03-06" };

const FRESH: TrueServer = {
  name: "LUSD-EX01",
  product: "2016",
  builds: [CU19_FROM_FEBRUARY, PATCHED_EARLY],
  logs: MONTH_DAYS,
};
const OLD: TrueServer = {
  name: "LUSD-EX01",
  product: "2016",
  builds: [CU19_FROM_JANUARY, PATCHED_LATE],
  logs: MONTH_DAYS,
};

const RECIPES: readonly Recipe[] = [
  {
    id: "clean",
    title: "A quiet month",
    story:
      "A mail server that was new in February 2021 and got the March update a day after it came out. Only the usual noise of the internet.",
    verdict: "no-trace",
    rung: null,
    servers: [FRESH],
    write: writeClean,
  },
  {
    id: "probed",
    title: "Scanners at the door",
    story:
      "The same server. Before the update two scanners tried the flaw; one anchor was answered on autodiscover, nothing more. Others guessed names of back doors.",
    verdict: "attempted",
    rung: "L0",
    servers: [FRESH],
    write: writeProbed,
  },
  {
    id: "patched-then-attacked",
    title: "The update was faster",
    story:
      "The same server. After the update the whole chain was asked for from four addresses and refused each time.",
    verdict: "attempted",
    rung: "L0",
    servers: [FRESH],
    write: writePatchedThenAttacked,
  },
  {
    id: "proxylogon",
    title: "Broken into on 3 March",
    story:
      "A server that stayed unpatched until 9 March. One address ran the whole chain, left a web shell, used it and read a mailbox; a second address used the shell later.",
    verdict: "compromised",
    rung: "L4",
    servers: [OLD],
    write: writeProxylogon,
  },
  {
    id: "proxylogon-logs-rolled-off",
    title: "Found in May",
    story:
      "The same break-in, looked at on 20 May: the logs of March are gone, only the web shell is still on the disk.",
    verdict: "compromised",
    rung: "L2",
    servers: [
      {
        ...OLD,
        builds: [CU19_FROM_JANUARY, PATCHED_IN_APRIL],
        logs: { from: "2021-04-20", to: "2021-05-20" },
      },
    ],
    write: writeRolledOff,
  },
  {
    id: "two-servers",
    title: "Two servers, one chain",
    story:
      "A load balancer stands before two servers. The front end of LUSD-EX01 passed the chain on to LUSD-EX02, which holds the control panel log, the cmdlet events and the web shell. One IIS log lies about without a server's name.",
    verdict: "compromised",
    rung: "L4",
    servers: [
      { ...OLD, name: "LUSD-EX01" },
      { ...OLD, name: "LUSD-EX02" },
    ],
    write: writeTwoServers,
  },
  {
    id: "two-intruders",
    title: "Two intruders, one server",
    story:
      "Two days before the flaw was public somebody came from two addresses, left a back door and worked with it by hand for several nights. A week later a script came from elsewhere, left a second one, and used it once, three days on, to fetch a program.",
    verdict: "compromised",
    rung: "L3",
    servers: [OLD],
    write: writeTwoIntruders,
  },
  {
    id: "hybrid",
    title: "Half in the cloud",
    story:
      "A district that moves to Exchange Online: twelve mailboxes are there already. The server at home was broken into, and what was set there (an address, rules, a role, an export, the audit log) stands in exports of its state.",
    verdict: "compromised",
    rung: "L2",
    servers: [
      {
        ...FRESH,
        builds: [CU19_FROM_MARCH, { build: "15.1.2176.9", sinceUtc: "2021-03-05T22:10:00Z" }],
        logs: HYBRID_DAYS,
      },
    ],
    write: writeHybrid,
  },
  {
    id: "hybrid-clean",
    title: "Half in the cloud, and quiet",
    story:
      "The same district without an intruder: mailboxes are moved, a delegate and a forward inside, roles as they are from the start.",
    verdict: "no-trace",
    rung: null,
    servers: [{ ...FRESH, builds: [CU19_FROM_MARCH, PATCHED_EARLY], logs: HYBRID_DAYS }],
    write: writeHybridClean,
  },
  {
    id: "localised",
    title: "In German and French",
    story:
      "A server with a German Windows. HttpProxy rows come out of a spreadsheet (semicolons, German dates, Windows-1252), account names are German and French.",
    verdict: "compromised",
    rung: "L2",
    servers: [
      {
        name: "LUSD-EX03",
        product: "2013",
        builds: [{ build: "15.0.1497.2", sinceUtc: "2019-07-22T18:40:00Z" }],
        logs: { from: "2021-03-01", to: "2021-03-05" },
      },
    ],
    write: writeLocalised,
  },
  {
    id: "no-evidence",
    title: "The wrong folder",
    story: "A folder with a plan, a photo and an old archive. Nothing in it can answer the question.",
    verdict: "cannot-tell",
    rung: null,
    servers: [],
    write: writeNoEvidence,
  },
];

/** Every demo scenario, in the order of the README. */
export const SCENARIOS: readonly Scenario[] = RECIPES.map(({ id, title, story }) => ({ id, title, story }));

/** A scenario in memory: its files and its truth. */
export interface BuiltScenario {
  readonly files: readonly BuiltFile[];
  readonly truth: ScenarioTruth;
}

/** Builds a scenario in memory; throws RangeError for an id that does not exist. */
export function buildScenario(id: string, options: ScenarioOptions = {}): BuiltScenario {
  const recipe = RECIPES.find((candidate) => candidate.id === id);
  if (recipe === undefined) throw new RangeError(`no such demo scenario: ${id}`);
  const build = createBuild(options.seed ?? 1, options.trafficScale ?? 1);
  recipe.write(build);
  const { verdict, rung, servers } = recipe;
  const planted = build.ledger.planted();
  return {
    files: build.tree.build(),
    truth: { id: recipe.id, verdict, rung, servers, planted, oddities: build.ledger.oddities() },
  };
}
