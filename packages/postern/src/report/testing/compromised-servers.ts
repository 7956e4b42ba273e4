import { noHybrid } from "../../model/testing/index.ts";
import type { ServerAssessment } from "../../model/index.ts";
import { coverageOf, cveOf, patchOf, serverOf, sourceOf } from "./build.ts";

const DAYS = { from: "2021-02-05", states: "" };

function sources(front: boolean): ServerAssessment["coverage"]["sources"] {
  const days = (states: string): { readonly from: string; readonly states: string } => ({ ...DAYS, states });
  return [
    sourceOf(
      "httpproxy/Ecp",
      "HttpProxy logs of ECP",
      days(front ? "mmmmmmmmmmpppppppppppppptppppppppppp" : "m".repeat(36)),
      {
        retention: "Exchange keeps these about 30 days. Nothing here could show January.",
        ...(front ? { damaged: 2 } : {}),
      },
    ),
    sourceOf("iis-front-end", "IIS logs of the front end", days("pppppppppppppppppppppttppppppppppppp")),
    sourceOf(
      "ecp-server",
      "ECP server logs",
      days(front ? "m".repeat(36) : "mmmmmmmmmmmmmmmmppppppppmmmmpppppppp"),
      { retention: "Exchange keeps these about 30 days." },
    ),
    sourceOf("windows-events/Security", "Windows events: Security", days("m".repeat(31) + "ppppp"), {
      retention: "This log is a ring: it held five days.",
    }),
    sourceOf("web-folders", "Web folders", null, { items: front ? 0 : 1204, records: front ? 0 : 1204 }),
  ];
}

/** A front end that was passed through and a server that was changed. */
export const SERVERS: readonly ServerAssessment[] = [
  serverOf({
    id: "S1",
    name: "MX01",
    verdict: "compromised",
    addresses: ["10.20.0.11"],
    build: "15.1.2106.2",
    builds: [
      {
        build: "15.1.2106.2",
        name: "Exchange 2016 CU18",
        first: "2021-02-15T00:00:02.000Z",
        last: "2021-03-09T21:10:00.000Z",
        source: "#Version header of HttpProxy logs",
      },
      {
        build: "15.1.2106.13",
        name: "Exchange 2016 CU18 Mar21SU",
        first: "2021-03-09T22:31:00.000Z",
        last: "2021-03-12T17:40:00.000Z",
        source: "#Version header of HttpProxy logs",
      },
    ],
    patch: patchOf({
      level: "fixed",
      build: "15.1.2106.13",
      support: "out",
      mitigations: [],
      configurationNeeded: ["Extended Protection"],
      lacks: ["CVE-2021-34473", "CVE-2021-34523", "CVE-2021-31207"],
      next: "Exchange 2016 gets no more updates: move to Exchange SE.",
      summary:
        "The server was on 15.1.2106.2 until 9 March 2021 and was exploited on the 3rd, six days before the update.",
    }),
    hybrid: noHybrid({ state: "no", note: "No hybrid endpoint was called." }),
    summary:
      "Requests from 198.51.100.27 were passed to the back end of MX02 with an administrator's session.",
    cves: {
      "CVE-2021-26855": cveOf({
        verdict: "compromised",
        rung: "L1",
        findings: ["F7", "F8", "F9"],
        why: "The server passed a stranger's requests to the back end and a session was opened. Access was possible; nothing is proven to be left behind on this server.",
      }),
      "CVE-2021-26857": cveOf({
        verdict: "cannot-tell",
        why: "The Application log is missing for the days on which this flaw was used.",
        missing: [
          "Windows events: Application, 26 February to 9 March 2021",
          "A memory dump or the crash reports under C:\\ProgramData\\Microsoft\\Windows\\WER could still answer.",
        ],
      }),
      "CVE-2021-26858": cveOf({
        verdict: "no-trace",
        why: "The address-book logs of all days show only ordinary paths.",
      }),
      "CVE-2021-27065": cveOf({
        verdict: "attempted",
        rung: "L0",
        findings: ["F6"],
        why: "The reset was sent through this server; the file was written on MX02.",
      }),
    },
    coverage: coverageOf({
      first: "2021-02-05T00:00:02.000Z",
      last: "2021-03-12T17:40:00.000Z",
      sources: sources(true),
      gaps: [
        {
          source: "iis-front-end",
          from: "2021-02-26T04:00:00.000Z",
          to: "2021-02-27T19:00:00.000Z",
          note: "Other logs of the server go on: the log was cleared or logging was off.",
        },
      ],
      notSeen: [
        "The Application log from 26 February to 9 March is missing: a break-in through Unified Messaging could not be seen.",
        "HttpProxy logs before 15 February are gone: what was done in January cannot be seen.",
      ],
    }),
  }),
  serverOf({
    id: "S2",
    name: "MX02",
    verdict: "compromised",
    addresses: ["10.20.0.12", "fd00:20::12"],
    builds: [
      {
        build: "15.1.2106.2",
        name: "Exchange 2016 CU18",
        first: "2021-02-21T00:00:02.000Z",
        last: "2021-03-12T17:40:00.000Z",
        source: "ECP server logs",
      },
    ],
    patch: patchOf({
      level: "not-fixed",
      build: "15.1.2106.2",
      support: "out",
      lacks: ["CVE-2021-26855", "CVE-2021-27065"],
      next: "Install the newest update, from an elevated prompt.",
      summary: "The server is still on 15.1.2106.2, which is open to all four flaws.",
    }),
    summary:
      "Two back doors were placed on 3 March, one was used until 5 March, and passwords left the server.",
    cves: {
      "CVE-2021-27065": cveOf({
        verdict: "compromised",
        rung: "L2",
        findings: ["F3", "F5", "F6"],
        why: "A script was planted and written to a page that can be called.",
      }),
    },
    coverage: coverageOf({
      first: "2021-02-05T00:00:02.000Z",
      last: "2021-03-12T17:40:00.000Z",
      sources: sources(false),
      notSeen: [
        "HttpProxy logs are missing altogether: which requests came in on this server itself cannot be seen.",
      ],
    }),
  }),
];
