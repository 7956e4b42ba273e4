import type { FileJudgement, RuleInfo } from "../../detect/index.ts";
import type { Event, Finding } from "../../model/index.ts";
import type { ItemResult, JudgedFile, MatchGroup, SourceTally } from "../../scan/index.ts";

const HOUR_MS = 3_600_000;

/** Milliseconds of a UTC time, `2021-03-03T10:15`. */
export function ms(time: string): number {
  return Date.parse(`${time}Z`);
}

/** An item of evidence that was read without trouble. */
export function anItem(index: number, more: Partial<ItemResult> = {}): ItemResult {
  return {
    index,
    origin: `evidence/${String(index)}.log`,
    path: `evidence/${String(index)}.log`,
    name: `${String(index)}.log`,
    collection: "evidence",
    standing: "live",
    serverHint: null,
    sha256: String(index).padStart(64, "0"),
    sizeBytes: 100,
    modified: null,
    timeSource: "none",
    artifact: "iis-w3c",
    state: "read",
    note: "",
    records: 1,
    damaged: 0,
    tallies: [],
    builds: [],
    observations: [],
    mitigations: [],
    file: null,
    settings: null,
    collected: null,
    exported: null,
    clocks: [],
    logs: { signs: [], gaps: [] },
    clients: null,
    ...more,
  };
}

/** Records of a source: `perHour` in each of the hours from `from` on, one hour every `step` hours until `to`. */
export function aTally(
  serverKey: string,
  source: string,
  span: { readonly from: string; readonly to: string; readonly step?: number; readonly perHour?: number },
): SourceTally {
  const hours = new Map<number, number>();
  for (let at = ms(span.from); at <= ms(span.to); at += (span.step ?? 1) * HOUR_MS)
    hours.set(Math.floor(at / HOUR_MS), span.perHour ?? 1);
  const records = [...hours.values()].reduce((sum, count) => sum + count, 0);
  return { serverKey, source, records, firstMs: ms(span.from), lastMs: ms(span.to), hours };
}

/** A record of a front-end web server. */
export function anEvent(more: Partial<Event> = {}): Event {
  return {
    artifact: "iis-w3c",
    timeMs: ms("2021-03-03T10:15"),
    server: null,
    fields: {},
    ecs: {},
    at: { item: 0, offsetBytes: 0, lengthBytes: 10, record: 1 },
    raw: "a line",
    repairs: [],
    ...more,
  };
}

/** A rule of an invented pack. */
function aRule(more: Partial<RuleInfo> = {}): RuleInfo {
  return {
    id: "test/rule",
    title: "A rule",
    pack: "test",
    rung: "L1",
    kind: "ssrf-session",
    confidence: "medium",
    cves: [],
    attack: [],
    ...more,
  };
}

/** What a rule matched; times, count and address follow from the events. */
export function aGroup(
  rule: Partial<RuleInfo>,
  events: readonly Event[],
  serverKey = "name:ex01",
): MatchGroup {
  const times = events.flatMap((event) => event.timeMs ?? []);
  return {
    rule: aRule(rule),
    serverKey,
    address: events[0]?.ecs["source.ip"] ?? null,
    count: events.length,
    firstMs: times.length === 0 ? null : Math.min(...times),
    lastMs: times.length === 0 ? null : Math.max(...times),
    events,
  };
}

/** A back door in the folder of the sign-in page. */
export function aFile(folder: string | null, more: Partial<FileJudgement> = {}): JudgedFile {
  return {
    facts: {
      name: "x.aspx",
      path: "x.aspx",
      kind: "page",
      folder,
      inFolder: null,
      placeKnown: folder !== null,
      compiled: null,
    },
    judgement: {
      verdict: "webshell",
      score: 1,
      reasons: [
        { id: "content/test", text: "It runs what it is sent.", excerpt: "", offsetBytes: 0, weight: 1 },
      ],
      origin: "unknown",
      kind: "web-shell-file",
      title: "",
      rung: "L2",
      confidence: "high",
      cves: [],
      entities: {},
      doubt: "",
      dump: null,
      partly: false,
      ...more,
    },
  };
}

/** A finished finding. */
export function aFinding(more: Partial<Finding> = {}): Finding {
  return {
    id: "F1",
    server: "S1",
    kind: "ssrf-session",
    title: "Something",
    severity: "high",
    confidence: "high",
    rung: "L1",
    firstSeen: "2021-03-03T10:15:00.000Z",
    lastSeen: "2021-03-03T10:15:00.000Z",
    count: 1,
    attack: [],
    cves: [],
    rules: [],
    entities: {},
    citations: [],
    why: "",
    doubt: "",
    next: "",
    ...more,
  };
}
