import type { Actor, Assessment, EvidenceEntry, MailboxLine, Step, StoryEntry } from "../../model/index.ts";
import { assessmentOf, citationOf, evidenceOf } from "./build.ts";
import { ECP, FINDINGS, FRONT, IIS, INTRUDER, SHELL } from "./compromised-findings.ts";
import { SERVERS } from "./compromised-servers.ts";

const STEPS: readonly Step[] = [
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
];

const STORY: readonly StoryEntry[] = [
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
];

const ACTORS: readonly Actor[] = [
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
];

const MAILBOXES: readonly MailboxLine[] = [
  {
    id: "M1",
    server: "S1",
    kind: "read",
    alsoKnownAs: ["RIVERSIDE\\superintendent"],
    verbs: [
      { verb: "FindItem", count: 12 },
      { verb: "GetItem", count: 200 },
    ],
    scope: "",
    target: null,
    addresses: ["203.0.113.66"],
    actor: "A1",
    findings: ["F1"],
    messages: [],
    messagesLeft: 0,
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
];

const DAMAGE: Assessment["damage"] = {
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
};

const EVIDENCE: readonly EvidenceEntry[] = [
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
];

/** Two servers, twelve findings, the whole chain up to stolen passwords. */
export function compromised(): Assessment {
  return assessmentOf({
    verdict: "compromised",
    summary:
      "Somebody broke in on 3 March 2021 through MX01, left two back doors on MX02 and took passwords on 5 March.",
    firstSteps: STEPS,
    servers: SERVERS,
    findings: FINDINGS,
    story: STORY,
    actors: ACTORS,
    mailboxes: MAILBOXES,
    identities: [],
    damage: DAMAGE,
    evidence: EVIDENCE,
  });
}
