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
import { writeOwassrf, writeProxynotshell, writeViewstateKey } from "./scenario-later.ts";
import { writeNoEvidence, writeTwoServers } from "./scenario-special.ts";
import { writeProxylogonMailTheft, writeProxyshellExport, writeRuleForwarding } from "./scenario-mail.ts";
import { writeCleanDelegates } from "./scenario-mail-clean.ts";
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
  | "no-evidence"
  | "proxynotshell"
  | "owassrf"
  | "viewstate-key"
  | "proxylogon-mail-theft"
  | "proxyshell-export"
  | "rule-forwarding"
  | "clean-delegates";

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
  readonly product: "2013" | "2016" | "2019";
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
const PATCHED_LATE_MARCH = { build: "15.1.2176.9", sinceUtc: "2021-03-09T22:00:00Z" };
const NEW_IN_MAY = { build: "15.1.2176.12", sinceUtc: "2021-05-10T01:10:00Z" };
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
  {
    id: "proxynotshell",
    title: "A known password and a detour",
    story:
      "A new server in October 2022. Somebody who knew a teacher's password reached PowerShell through the autodiscover address and ran commands; the update came three weeks later. Phones ask the same address every day.",
    verdict: "compromised",
    rung: "L3",
    servers: [
      laterServer(
        "2016",
        [
          { build: "15.1.2507.6", sinceUtc: "2022-10-10T01:20:00Z" },
          { build: "15.1.2507.16", sinceUtc: "2022-11-10T21:30:00Z" },
        ],
        { from: "2022-10-10", to: "2022-11-14" },
      ),
    ],
    write: writeProxynotshell,
  },
  {
    id: "owassrf",
    title: "The mitigation was not enough",
    story:
      "December 2022. The mitigation stopped the way through autodiscover, and the intruder took the one through web mail, ran commands and cleared a log of Windows. Users open shared mailboxes by their address every day.",
    verdict: "compromised",
    rung: "L3",
    servers: [
      laterServer(
        "2019",
        [
          { build: "15.2.1118.7", sinceUtc: "2022-11-14T00:40:00Z" },
          { build: "15.2.1118.20", sinceUtc: "2022-12-13T22:10:00Z" },
        ],
        { from: "2022-11-14", to: "2022-12-16" },
      ),
    ],
    write: writeOwassrf,
  },
  {
    id: "viewstate-key",
    title: "Every update, and the old key",
    story:
      "March 2025. The server had every update, but its page keys were carried over from an older one. Somebody who had them made a page run his code; somebody else tried a wrong key. Pages that were opened before a restart are refused on sound days, too.",
    verdict: "compromised",
    rung: "L3",
    servers: [
      laterServer(
        "2019",
        [
          { build: "15.2.1544.4", sinceUtc: "2025-02-20T18:00:00Z" },
          { build: "15.2.1544.14", sinceUtc: "2025-02-20T21:00:00Z" },
        ],
        { from: "2025-02-24", to: "2025-03-28" },
      ),
    ],
    write: writeViewstateKey,
  },
  {
    id: "proxylogon-mail-theft",
    title: "Two mailboxes",
    story:
      "The same flaw, used for mail: forged requests read two mailboxes, then one of them was exported to a file by command and the request removed.",
    verdict: "compromised",
    rung: "L4",
    servers: [{ ...OLD, builds: [CU19_FROM_JANUARY], logs: { from: "2021-02-25", to: "2021-03-06" } }],
    write: writeProxylogonMailTheft,
  },
  {
    id: "proxyshell-export",
    title: "August: exports by command",
    story:
      "A server that got only the update of March 2021. In August one address went through autodiscover to PowerShell, exported a draft as a page and two whole mailboxes.",
    verdict: "compromised",
    rung: "L4",
    servers: [{ ...OLD, builds: [PATCHED_LATE_MARCH], logs: { from: "2021-08-13", to: "2021-08-21" } }],
    write: writeProxyshellExport,
  },
  {
    id: "rule-forwarding",
    title: "A stolen password",
    story:
      "An up-to-date server and no flaw: somebody signed in as c.lindqvist from far away, read mail, and made a rule and a forward that send mail to an address outside.",
    verdict: "compromised",
    rung: "L4",
    servers: [{ ...OLD, builds: [NEW_IN_MAY], logs: { from: "2021-05-10", to: "2021-05-19" } }],
    write: writeRuleForwarding,
  },
  {
    id: "clean-delegates",
    title: "Mail that others may read",
    story:
      "The twin of the three: an assistant, a backup, a migration, a search for a court, an export for a leaver, monitoring, and rules of their owners. Nobody stole anything.",
    verdict: "no-trace",
    rung: null,
    servers: [{ ...OLD, builds: [NEW_IN_MAY], logs: { from: "2021-05-10", to: "2021-05-19" } }],
    write: writeCleanDelegates,
  },
];

function laterServer(
  product: TrueServer["product"],
  builds: TrueServer["builds"],
  logs: TrueServer["logs"],
): TrueServer {
  return { name: "LUSD-EX01", product, builds, logs };
}

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
