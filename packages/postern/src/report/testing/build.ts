import { noHybrid } from "../../model/testing/index.ts";
import type {
  Assessment,
  Citation,
  Coverage,
  CveAssessment,
  DayState,
  EvidenceEntry,
  Finding,
  PatchState,
  ServerAssessment,
  SourceCoverage,
} from "../../model/index.ts";

const DAY_MS = 86_400_000;

/** SHA-256 look-alike: the digit repeated, for samples. */
export function hashOf(digit: string): string {
  return digit.repeat(64);
}

/** A citation with everything but place and text filled in. */
export function citationOf(
  path: string,
  record: number | null,
  excerpt: string,
  time: string | null = null,
): Citation {
  return { evidence: hashOf("a"), path, offset: 4096, length: excerpt.length, record, excerpt, time };
}

/** A finding; what the sample does not say is filled with plain values. */
export function findingOf(given: Partial<Finding> & Pick<Finding, "id" | "title">): Finding {
  return {
    server: "S1",
    kind: "web-shell-file",
    severity: "high",
    confidence: "high",
    rung: null,
    firstSeen: "2021-03-03T09:12:44.000Z",
    lastSeen: "2021-03-03T09:12:44.000Z",
    count: 1,
    attack: ["T1190"],
    cves: [],
    rules: ["proxylogon/sample"],
    entities: {},
    citations: [],
    why: "The record says so.",
    doubt: "A test of your own can look the same.",
    next: "Ask whoever looks after the server.",
    ...given,
  };
}

/** A CVE answer. */
export function cveOf(given: Partial<CveAssessment> & Pick<CveAssessment, "verdict">): CveAssessment {
  return { rung: null, findings: [], why: "", missing: [], ...given };
}

/** A patch state of which nothing is known. */
export function patchOf(given: Partial<PatchState> = {}): PatchState {
  return {
    level: "unknown",
    build: null,
    support: "unknown",
    mitigations: [],
    configurationNeeded: [],
    lacks: [],
    next: "Run Get-ExchangeServer and read AdminDisplayVersion.",
    summary: "No build was seen in this evidence.",
    knowledgeAsOf: "2026-11-20",
    ...given,
  };
}

/** A source; `states` says a letter a day from `from`: p present, t thin, anything else missing. */
export function sourceOf(
  source: string,
  title: string,
  days: { readonly from: string; readonly states: string } | null,
  given: Partial<SourceCoverage> = {},
): SourceCoverage {
  const letters: Readonly<Record<string, DayState>> = { p: "present", t: "thin" };
  const records: Readonly<Record<DayState, number>> = { present: 18_432, thin: 211, missing: 0 };
  const list = Array.from(days?.states ?? "", (letter, i) => {
    const state = letters[letter] ?? "missing";
    const day = new Date(Date.parse(days?.from ?? "") + i * DAY_MS).toISOString().slice(0, 10);
    return { day, state, records: records[state] };
  });
  const seen = list.filter(({ state }) => state !== "missing");
  return {
    source,
    title,
    items: seen.length,
    records: seen.reduce((sum, day) => sum + day.records, 0),
    damaged: 0,
    first: seen[0] === undefined ? null : `${seen[0].day}T00:00:02.000Z`,
    last: seen.length === 0 ? null : `${seen.at(-1)?.day ?? ""}T23:59:51.000Z`,
    days: list,
    retention: "",
    ...given,
  };
}

/** Coverage of the given sources. */
export function coverageOf(given: Partial<Coverage> = {}): Coverage {
  return { first: null, last: null, sources: [], gaps: [], notSeen: [], ...given };
}

/** A server. */
export function serverOf(
  given: Partial<ServerAssessment> & Pick<ServerAssessment, "verdict">,
): ServerAssessment {
  return {
    id: "S1",
    name: "MX01",
    addresses: [],
    product: "2016",
    build: "15.1.2106.2",
    builds: [],
    patch: patchOf(),
    mailAccess: { text: "No record of reading in these logs.", sources: [], notVisible: [] },
    hybrid: noHybrid(),
    summary: "",
    cves: {},
    coverage: coverageOf(),
    dwell: null,
    ...given,
  };
}

/** An item of evidence. */
export function evidenceOf(given: Partial<EvidenceEntry> & Pick<EvidenceEntry, "path">): EvidenceEntry {
  return {
    sha256: hashOf("b"),
    origin: given.path,
    sizeBytes: 4_812_331,
    modified: null,
    artifact: "exchange-httpproxy",
    server: "S1",
    records: 18_432,
    damaged: 0,
    first: "2021-03-03T00:00:02.000Z",
    last: "2021-03-03T23:59:51.000Z",
    state: "read",
    note: "",
    ...given,
  };
}

/** An assessment. */
export function assessmentOf(
  given: Partial<Assessment> & Pick<Assessment, "verdict" | "summary">,
): Assessment {
  return {
    schema: "postern.assessment/1",
    tool: { name: "postern", version: "0.1.0", rules: hashOf("c"), knowledgeAsOf: "2026-11-20" },
    scope: {
      campaigns: [
        {
          id: "proxylogon",
          title: "ProxyLogon",
          cves: ["CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858", "CVE-2021-27065"],
        },
      ],
      window: { from: "2021-01-01T00:00:00.000Z", to: null },
      asOf: "2021-03-12T17:40:00.000Z",
    },
    answers: [],
    firstSteps: [],
    servers: [],
    findings: [],
    story: [],
    actors: [],
    intruders: [],
    mailboxes: [],
    indicatorLists: [],
    tips: [],
    identities: [],
    damage: { total: 0, kinds: [] },
    evidence: [],
    ...given,
  };
}
