import { addressKind } from "../core/index.ts";
import type { Actor, Assessment, Confidence, Finding, Rung, UtcTime } from "../model/index.ts";
import { atLeast, CONFIDENCES } from "../model/index.ts";
import { generalPath } from "./general-path.ts";
import type { VictimData } from "./victim-data.ts";

/** What kind of value an indicator is. */
export type SharedKind = "address" | "user-agent" | "page" | "file" | "hash";

/** Something of the intruder that others can look for. */
export interface SharedIndicator {
  readonly kind: SharedKind;
  /** Address, user agent, URL path, file name or SHA-256 (lower case). */
  readonly value: string;
  /** Of a file: the folder with variables for what differs between servers, or null. */
  readonly folder: string | null;
  /** Of a hash: the name of the file; of a user agent: null. */
  readonly name: string | null;
  readonly confidence: Confidence;
  readonly rung: Rung | null;
  readonly firstSeen: UtcTime | null;
  readonly lastSeen: UtcTime | null;
  readonly count: number;
  /** Findings that it stands in, in the order of the case. */
  readonly findings: readonly string[];
  readonly attack: readonly string[];
  /** Addresses that were seen with it. */
  readonly addresses: readonly string[];
  /** What it is and how far it can be trusted; one or two sentences of our own. */
  readonly note: string;
}

/** What is shared, and what was not because it would name the victim. */
export interface SharedIndicators {
  readonly indicators: readonly SharedIndicator[];
  readonly withheld: number;
}

/** How indicators are chosen. */
export interface SharingOptions {
  /** True: nothing is withheld or generalised. */
  readonly includeVictim: boolean;
  /** Names of pages that Exchange ships, lower case: a changed one is no indicator by its name. */
  readonly genuineNames: ReadonlySet<string>;
}

const EMPTY_FILE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/** Findings whose files are the intruder's own, and whose URLs are those of back doors. */
const BACK_DOOR = /^(?:web-shell|page-compiled$)/u;
const NOTES: Readonly<Record<SharedKind, string>> = {
  address:
    "Requests of the attack came from this address. Addresses are rented and stolen and change hands: match it only near its days.",
  "user-agent":
    "The intruder's program called itself so. Honest programs may do the same: never act on it alone.",
  page: "Address (path) of a back door on the server.",
  file: "Name and place of a file of the intruder.",
  hash: "SHA-256 of a file of the intruder.",
};

/** Chooses what others can use, in a fixed order: kind, then value. */
export function sharedIndicators(
  assessment: Assessment,
  victim: VictimData,
  options: SharingOptions,
): SharedIndicators {
  const byId = new Map(assessment.findings.map((finding) => [finding.id, finding] as const));
  const found = [
    ...assessment.actors.flatMap((actor) => fromActor(actor, assessment, byId, options)),
    ...assessment.findings.flatMap((finding) => fromFinding(finding, options)),
  ];
  const merged = mergeSame(found);
  const told = options.includeVictim ? merged : merged.filter((one) => !namesVictim(one, victim));
  return { indicators: told, withheld: merged.length - told.length };
}

function namesVictim({ value, folder, name }: SharedIndicator, victim: VictimData): boolean {
  return victim.isIn(value) || victim.isIn(name ?? "") || victim.isIn(folder ?? "");
}

function fromActor(
  actor: Actor,
  assessment: Assessment,
  byId: ReadonlyMap<string, Finding>,
  options: SharingOptions,
): readonly SharedIndicator[] {
  const findings = actor.findings.flatMap((id) => byId.get(id) ?? []);
  const worked = atLeast(actor.rung, "L1");
  const own = new Set(assessment.servers.flatMap((server) => server.addresses));
  const common = {
    ...{ folder: null, name: null, rung: actor.rung, count: actor.requests, findings: actor.findings },
    ...{ firstSeen: actor.firstSeen, lastSeen: actor.lastSeen },
    attack: [...new Set(findings.flatMap((finding) => finding.attack))].sort(),
  };
  const addresses = actor.addresses
    .filter((address) => !own.has(address))
    .filter((address) => options.includeVictim || addressKind(address) === "public")
    .map((value) =>
      indicator("address", { ...common, value, confidence: surest(findings, worked), addresses: [value] }),
    );
  // What only probed sends every browser's name there is; of those who got in, the name may tell others something.
  const agents = worked ? actor.userAgents.filter((agent) => !/^mozilla\//iu.test(agent)) : [];
  return [
    ...addresses,
    ...agents.map((value) =>
      indicator("user-agent", { ...common, value, confidence: "low", addresses: actor.addresses }),
    ),
  ];
}

/** An address that got in is as sure as the surest finding that says so; one that only tried is never more than medium. */
function surest(findings: readonly Finding[], worked: boolean): Confidence {
  const telling = findings.filter((finding) =>
    worked ? atLeast(finding.rung, "L1") : finding.rung !== null,
  );
  const index = Math.max(0, ...telling.map((finding) => CONFIDENCES.indexOf(finding.confidence)));
  return CONFIDENCES[worked ? index : Math.min(index, 1)] ?? "low";
}

function fromFinding(finding: Finding, options: SharingOptions): readonly SharedIndicator[] {
  if (!atLeast(finding.rung, "L2") || !BACK_DOOR.test(finding.kind)) return [];
  const { entities, attack, confidence, rung, firstSeen, lastSeen, count } = finding;
  const common = {
    ...{ confidence, rung, firstSeen, lastSeen, count, attack, folder: null, name: null },
    ...{ findings: [finding.id], addresses: entities.addresses ?? [] },
  };
  const isCompiled = finding.kind === "page-compiled";
  const files = isCompiled ? [] : (entities.files ?? []).filter((path) => !isGenuine(path, options));
  const hashes = isCompiled ? [] : (entities.hashes ?? []).filter((hash) => isHash(hash));
  const only = files.length === 1 && hashes.length === 1 ? files[0] : undefined;
  return [
    ...hashes.map((value) =>
      indicator("hash", {
        ...common,
        value: value.toLowerCase(),
        name: only === undefined ? null : generalPath(only).name,
      }),
    ),
    ...files.map((path) => {
      const { folder, name } = options.includeVictim ? wholePath(path) : generalPath(path);
      return indicator("file", { ...common, value: name, folder });
    }),
    ...(entities.urls ?? [])
      .map((url) => url.replace(/[?#].*$/su, ""))
      .filter((path) => /^\/[^\s]{2,}$/u.test(path) && !isGenuine(path, options))
      .map((value) => indicator("page", { ...common, value })),
  ];
}

function wholePath(path: string): { readonly folder: string; readonly name: string } {
  const cut = Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1;
  return { folder: path.slice(0, cut), name: path.slice(cut) };
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/iu.test(text) && text.toLowerCase() !== EMPTY_FILE;
}

function isGenuine(path: string, { genuineNames }: SharingOptions): boolean {
  return genuineNames.has(
    path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1).toLowerCase(),
  );
}

function indicator(kind: SharedKind, of: Omit<SharedIndicator, "kind" | "note">): SharedIndicator {
  return { kind, ...of, note: NOTES[kind] };
}

function mergeSame(found: readonly SharedIndicator[]): readonly SharedIndicator[] {
  const merged = new Map<string, SharedIndicator>();
  for (const one of found) {
    const key = `${one.kind}\n${one.value}\n${one.folder ?? ""}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? one : join(known, one));
  }
  return [...merged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function join(a: SharedIndicator, b: SharedIndicator): SharedIndicator {
  const surer = CONFIDENCES.indexOf(a.confidence) >= CONFIDENCES.indexOf(b.confidence) ? a : b;
  const times = (pick: "firstSeen" | "lastSeen"): readonly string[] =>
    [a[pick], b[pick]].filter((time) => time !== null).sort();
  const union = (pick: "findings" | "attack" | "addresses"): readonly string[] => [
    ...new Set([...a[pick], ...b[pick]]),
  ];
  return {
    ...surer,
    name: a.name ?? b.name,
    rung: atLeast(a.rung, b.rung ?? "L0") ? a.rung : b.rung,
    firstSeen: times("firstSeen")[0] ?? null,
    lastSeen: times("lastSeen").at(-1) ?? null,
    count: a.kind === "hash" || a.kind === "file" ? Math.max(a.count, b.count) : a.count + b.count,
    findings: union("findings"),
    attack: [...union("attack")].sort(),
    addresses: [...union("addresses")].sort(),
  };
}
