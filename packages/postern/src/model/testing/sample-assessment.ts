import type { Assessment, Citation, Finding, ServerAssessment } from "../index.ts";

const EVIDENCE = "ab".repeat(32);
const FIRST = "2021-03-03T02:11:09.123Z";
const LAST = "2021-03-03T02:15:00.000Z";

const citation: Citation = {
  evidence: EVIDENCE,
  path: "C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log",
  offset: 4096,
  length: 211,
  record: 17,
  excerpt: "2021-03-03 02:11:09 POST /ecp/y.js",
  time: FIRST,
};

const finding: Finding = {
  id: "F1",
  server: "S1",
  kind: "ssrf-session",
  title: "A stranger held an administrator's session",
  severity: "critical",
  confidence: "high",
  rung: "L1",
  firstSeen: FIRST,
  lastSeen: LAST,
  count: 2,
  attack: ["T1190", "T1505.003"],
  cves: ["CVE-2021-26855"],
  rules: ["proxylogon/ssrf-session"],
  entities: {
    addresses: ["203.0.113.9"],
    users: ["SYSTEM"],
    mailboxes: [],
    files: [],
    urls: ["/ecp/y.js"],
    userAgents: ["python-requests/2.25"],
    hashes: [],
    processes: [],
    cmdlets: [],
    sessions: [],
  },
  citations: [citation],
  why: "The back end answered as another account.",
  doubt: "A tester of your own may have done this.",
  next: "Ask who owned the address.",
};

const server: ServerAssessment = {
  id: "S1",
  name: "MAIL01",
  addresses: ["192.0.2.10"],
  product: "2016",
  build: "15.1.2106.2",
  builds: [
    { build: "15.1.2106.2", name: "Exchange 2016 CU18", first: FIRST, last: LAST, source: "#Version header" },
  ],
  patch: {
    level: "not-fixed",
    build: "15.1.2106.2",
    support: "out",
    mitigations: [],
    configurationNeeded: [],
    lacks: ["CVE-2021-26855"],
    next: "Install the newest update.",
    summary: "It was on 15.1.2106.2 all the time.",
    knowledgeAsOf: "2026-11-24",
  },
  hybrid: { state: "unknown", note: "" },
  verdict: "compromised",
  summary: "This server was broken into.",
  cves: {
    "CVE-2021-26855": { verdict: "compromised", rung: "L1", findings: ["F1"], why: "See F1.", missing: [] },
    "CVE-2021-26857": {
      verdict: "cannot-tell",
      rung: null,
      findings: [],
      why: "Nothing would show it.",
      missing: ["Application event log"],
    },
  },
  coverage: {
    first: FIRST,
    last: LAST,
    sources: [
      {
        source: "iis-front-end",
        title: "IIS, front end",
        items: 1,
        records: 200,
        damaged: 1,
        first: FIRST,
        last: LAST,
        days: [{ day: "2021-03-03", state: "thin", records: 200 }],
        retention: "",
      },
    ],
    gaps: [{ source: "iis-front-end", from: FIRST, to: LAST, note: "Four minutes without a record." }],
    notSeen: ["No ECP log was given."],
  },
  mailAccess: {
    text: "Some access is recorded.",
    sources: [{ source: "ews", title: "EWS", first: FIRST, last: LAST, missingDays: 0 }],
    notVisible: ["Which messages were opened."],
  },
};

/** An assessment with every field of the model filled, and no word from real evidence. */
export const sampleAssessment: Assessment = {
  schema: "postern.assessment/1",
  tool: { name: "postern", version: "0.1.0", rules: "cd".repeat(32), knowledgeAsOf: "2026-11-24" },
  verdict: "compromised",
  summary: "One server was broken into on 3 March 2021.",
  scope: {
    campaigns: [{ id: "proxylogon", title: "ProxyLogon", cves: ["CVE-2021-26855"] }],
    window: { from: null, to: LAST },
    asOf: LAST,
  },
  firstSteps: [{ title: "Copy the logs", detail: "To another disk.", cost: "", findings: ["F1"] }],
  servers: [server],
  findings: [finding],
  story: [{ time: FIRST, server: "S1", rung: "L1", text: "A session opened.", finding: "F1", actor: "A1" }],
  actors: [
    {
      id: "A1",
      addresses: ["203.0.113.9"],
      userAgents: ["python-requests/2.25"],
      firstSeen: FIRST,
      lastSeen: LAST,
      rung: "L1",
      requests: 2,
      findings: ["F1"],
      notes: [],
    },
  ],
  mailboxes: [
    {
      id: "M1",
      server: "S1",
      kind: "read",
      mailbox: "head@school.example",
      alsoKnownAs: ["SCHOOL\\head"],
      actedAs: "SYSTEM",
      how: "a foreign session",
      firstSeen: FIRST,
      lastSeen: LAST,
      protocol: "EWS",
      requests: 2,
      verbs: [{ verb: "GetItem", count: 2 }],
      bytesUpTo: 5120,
      scope: "folder Inbox",
      target: null,
      confidence: "possible",
      addresses: ["203.0.113.9"],
      actor: "A1",
      findings: ["F1"],
      messages: [
        {
          time: FIRST,
          recipient: "x@elsewhere.example",
          sender: "head@school.example",
          subject: "Budget",
          bytes: 512,
          delivered: true,
        },
      ],
      messagesLeft: 0,
      citations: [citation],
      missing: "EWS log of that day.",
    },
  ],
  identities: [
    {
      names: [
        { kind: "account", value: "school\\head" },
        { kind: "sid", value: "s-1-5-21-1-2-3-1104" },
      ],
      pairs: [
        {
          a: { kind: "account", value: "school\\head" },
          b: { kind: "sid", value: "s-1-5-21-1-2-3-1104" },
          firstSeen: FIRST,
          lastSeen: LAST,
          records: 2,
          citation,
        },
      ],
      note: "",
    },
  ],
  damage: {
    total: 1,
    kinds: [
      { code: "TEXT_LINE_CUT", count: 1, lost: "record", path: citation.path, note: "The last line is cut." },
    ],
  },
  evidence: [
    {
      sha256: EVIDENCE,
      path: citation.path,
      origin: "given/u_ex210303.log",
      sizeBytes: 65536,
      modified: null,
      artifact: "iis-w3c",
      server: "S1",
      records: 200,
      damaged: 1,
      first: FIRST,
      last: LAST,
      state: "read",
      note: "",
    },
  ],
};
