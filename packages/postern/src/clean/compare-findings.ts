import type {
  Assessment,
  EvidenceEntry,
  Finding,
  FindingState,
  NewFinding,
  VerifiedFinding,
} from "../model/index.ts";
import { atLeast } from "../model/index.ts";

/** Two assessments, and from when on a record counts as new. */
export interface Comparison {
  readonly before: Assessment;
  readonly now: Assessment;
  /** Milliseconds since 1970; null: nothing in the old case had a time. */
  readonly sinceMs: number | null;
}

/** What is known of both cases, made once. */
interface Lookups extends Comparison {
  /** New server id by old server id. */
  readonly serverNow: ReadonlyMap<string, string>;
  readonly nameNow: ReadonlyMap<string, string>;
}

/** What became of each finding of the old case, and what the new one has besides. */
export function compareFindings(comparison: Comparison): {
  readonly findings: readonly VerifiedFinding[];
  readonly added: readonly NewFinding[];
} {
  const lookups = lookUp(comparison);
  const used = new Set<string>();
  const findings = comparison.before.findings.map((finding) => {
    const verified = verify(finding, lookups);
    if (verified.now !== null) used.add(verified.now);
    return verified;
  });
  const added = comparison.now.findings
    .filter((finding) => !used.has(finding.id) && isNew(finding, lookups))
    .map((finding) => describeNew(finding, lookups));
  return { findings, added };
}

function lookUp(comparison: Comparison): Lookups {
  const idOf = new Map(comparison.now.servers.map(({ name, id }) => [name.toLowerCase(), id] as const));
  const nameNow = new Map(comparison.now.servers.map(({ id, name }) => [id, name] as const));
  const only = comparison.before.servers.length === 1 ? comparison.now.servers : [];
  const serverNow = new Map(
    comparison.before.servers.flatMap(({ id, name }) => {
      const found = idOf.get(name.toLowerCase()) ?? (only.length === 1 ? only[0]?.id : undefined);
      return found === undefined ? [] : [[id, found] as const];
    }),
  );
  return { ...comparison, serverNow, nameNow };
}

/** A finding about how something is (a file, a setting) speaks of now; one about records speaks of a time. */
function isAboutState(finding: Finding, evidence: readonly EvidenceEntry[]): boolean {
  if (finding.firstSeen !== null && finding.citations.some(({ record }) => record !== null)) return false;
  return placesOf(finding, evidence).length > 0;
}

/** Files or configuration files that a finding is about. */
function placesOf(finding: Finding, evidence: readonly EvidenceEntry[]): readonly EvidenceEntry[] {
  const cited = new Set(
    finding.citations.flatMap(({ record, evidence: sha256, path }) =>
      record === null ? [`${sha256}\n${path}`] : [],
    ),
  );
  const named = new Set(finding.entities.files ?? []);
  const hashes = new Set(finding.entities.hashes ?? []);
  return evidence.filter(
    ({ sha256, path }) => cited.has(`${sha256}\n${path}`) || (named.has(path) && hashes.has(sha256)),
  );
}

function verify(finding: Finding, lookups: Lookups): VerifiedFinding {
  const { id, server, kind, title } = finding;
  const told = (state: FindingState, why: string, now: string | null = null): VerifiedFinding => ({
    finding: id,
    server,
    kind,
    title,
    state: finding.acknowledged === undefined ? state : "acknowledged",
    why:
      finding.acknowledged === undefined
        ? why
        : `${finding.acknowledged.by} explained it: ${finding.acknowledged.reason} (until ${finding.acknowledged.until}). Without that: ${state}. ${why}`,
    now,
  });
  const serverNow = lookups.serverNow.get(server);
  if (serverNow === undefined) return told("cannot tell", "The new evidence holds nothing of this server.");
  return isAboutState(finding, lookups.before.evidence)
    ? verifyState(finding, serverNow, lookups, told)
    : verifyRecords(finding, serverNow, lookups, told);
}

type Tell = (state: FindingState, why: string, now?: string | null) => VerifiedFinding;

function verifyState(finding: Finding, serverNow: string, lookups: Lookups, told: Tell): VerifiedFinding {
  const { before, now } = lookups;
  const old = placesOf(finding, before.evidence);
  const paths = new Set(old.map(({ path }) => path.toLowerCase()));
  const hashes = new Set(old.map(({ sha256 }) => sha256));
  const same = now.findings.find(
    (other) =>
      other.server === serverNow &&
      other.kind === finding.kind &&
      placesOf(other, now.evidence).some(({ path }) => paths.has(path.toLowerCase())),
  );
  if (same !== undefined) return sameOrChanged(finding, same, lookups, told);
  const there = now.evidence.filter(
    ({ path, state }) => paths.has(path.toLowerCase()) && state !== "duplicate",
  );
  const unread = there.find(({ state }) => state === "unreadable");
  if (unread !== undefined) return told("cannot tell", `${unread.path} could not be read.`);
  if (there.some(({ sha256 }) => hashes.has(sha256)))
    return told(
      "still there",
      "The same content is at the same place; the rules of today judge it differently.",
    );
  const [other] = there;
  if (other !== undefined)
    return told("gone", `${other.path} is there with another content, in which nothing of it was found.`);
  const seen = old.filter(({ path }) => isAreaSeen(path, lookups));
  if (seen.length < old.length)
    return told("cannot tell", "The folder in which it lay is not in the new evidence.");
  return told("gone", "It is not at its place any more, and what lies around it is in the new evidence.");
}

function sameOrChanged(finding: Finding, same: Finding, lookups: Lookups, told: Tell): VerifiedFinding {
  const textsOf = (one: Finding): string =>
    JSON.stringify([
      one.entities.hashes ?? one.citations.map(({ excerpt }) => excerpt).sort(),
      one.entities.files ?? [],
      one.rung,
    ]);
  if (textsOf(finding) === textsOf(same))
    return told("still there", "The same is at the same place.", same.id);
  const places = placesOf(same, lookups.now.evidence).map(({ path }) => path);
  return told(
    "changed",
    `Something of its kind is at the same place with another content: ${places[0] ?? ""}.`,
    same.id,
  );
}

/** Folders that a collection takes as a whole, the innermost that fits. */
const AREAS =
  /^[a-z]:\\(?:inetpub\\wwwroot|inetpub\\history|windows\\system32\\tasks|windows\\system32\\inetsrv\\config|windows\\microsoft\.net\\framework(?:64)?\\v[\d.]+\\temporary asp\.net files|.*\\frontend\\httpproxy\\[^\\]+|.*\\clientaccess\\[^\\]+|.*\\transportroles\\[^\\]+)\\/u;

/**
 * Whether the new evidence holds what lay around a place: its own folder, or the folder that a collection takes with it. An empty folder leaves
 * no item, so that a sibling of the old evidence has to speak for it.
 */
function isAreaSeen(path: string, { before, now }: Lookups): boolean {
  const lower = path.toLowerCase();
  const folder = lower.slice(0, lower.lastIndexOf("\\") + 1);
  const area = AREAS.exec(lower)?.[0] ?? folder;
  const inNow = now.evidence.map((entry) => entry.path.toLowerCase());
  if (inNow.some((one) => one.startsWith(folder))) return true;
  const siblings = new Set(
    before.evidence
      .map((entry) => entry.path.toLowerCase())
      .filter((one) => one !== lower && one.startsWith(area)),
  );
  if (inNow.some((one) => siblings.has(one))) return true;
  return /temporary asp\.net files\\$/u.test(area) && hasWebFolders(inNow);
}

/** Compiled pages alone in their folder leave it empty: then the web folders of the same collection speak for it. */
function hasWebFolders(paths: readonly string[]): boolean {
  return paths.some((path) => /\\(?:inetpub\\wwwroot|frontend\\httpproxy)\\/u.test(path));
}

function verifyRecords(finding: Finding, serverNow: string, lookups: Lookups, told: Tell): VerifiedFinding {
  const { now, sinceMs } = lookups;
  const alike = now.findings.filter(
    (other) => other.server === serverNow && other.kind === finding.kind && hasSameSubject(finding, other),
  );
  const again = alike.find((other) => isAfter(other.lastSeen, sinceMs));
  if (again !== undefined)
    return told("still there", `It happened again, last on ${again.lastSeen ?? ""}.`, again.id);
  const sources = sourcesOf(finding, lookups.before);
  const newer = now.evidence.filter(
    ({ artifact, last, server }) =>
      sources.has(artifact) &&
      isAfter(last, sinceMs) &&
      (server === null || server.toLowerCase() === (lookups.nameNow.get(serverNow) ?? "").toLowerCase()),
  );
  const history = alike[0]?.id ?? null;
  if (newer.length === 0)
    return told(
      "cannot tell",
      "The new evidence holds no log of this kind that is newer than the old case. What happened then stays true.",
      history,
    );
  const last =
    newer
      .map((entry) => entry.last ?? "")
      .sort()
      .at(-1) ?? "";
  return told(
    "gone",
    `It did not happen again in the logs up to ${last}. What happened then stays true.`,
    history,
  );
}

/** Artifacts that a finding rests on. */
function sourcesOf(finding: Finding, before: Assessment): ReadonlySet<string> {
  const cited = new Set(finding.citations.map(({ evidence }) => evidence));
  return new Set(before.evidence.flatMap(({ sha256, artifact }) => (cited.has(sha256) ? [artifact] : [])));
}

/** Findings of one kind are many; what they are about must overlap where both say it. */
function hasSameSubject(a: Finding, b: Finding): boolean {
  const keys = ["urls", "addresses", "users", "mailboxes", "files", "cmdlets"] as const;
  const known = keys.filter(
    (key) => (a.entities[key]?.length ?? 0) > 0 && (b.entities[key]?.length ?? 0) > 0,
  );
  return (
    known.length === 0 ||
    known.some((key) => a.entities[key]?.some((value) => b.entities[key]?.includes(value)))
  );
}

function isAfter(time: string | null, sinceMs: number | null): boolean {
  return time !== null && (sinceMs === null || Date.parse(time) > sinceMs);
}

/** What is about records of the old time was known or could have been; only files, settings and newer records are new. */
function isNew(finding: Finding, { before, now, sinceMs, serverNow }: Lookups): boolean {
  if (isAboutState(finding, now.evidence)) return true;
  if (isAfter(finding.lastSeen, sinceMs)) return true;
  const known = before.findings.some(
    (other) => other.kind === finding.kind && serverNow.get(other.server) === finding.server,
  );
  return !known && atLeast(finding.rung, "L1");
}

function describeNew(finding: Finding, lookups: Lookups): NewFinding {
  const { id, server, kind, title } = finding;
  const origin = findOrigin(finding, lookups);
  return {
    finding: id,
    server,
    kind,
    title,
    comesFrom: origin?.id ?? null,
    why: origin?.why ?? "The old case has nothing of this.",
  };
}

/** A back door under another name: the same content, or the same signs in the same kind of file. */
function findOrigin(
  finding: Finding,
  { before, now, serverNow }: Lookups,
): { readonly id: string; readonly why: string } | null {
  if (!isAboutState(finding, now.evidence)) return null;
  const places = placesOf(finding, now.evidence);
  const hashes = new Set(places.map(({ sha256 }) => sha256));
  const candidates = before.findings.filter((other) => isAboutState(other, before.evidence));
  const equal = candidates.find((other) =>
    placesOf(other, before.evidence).some(
      ({ sha256, path }) => hashes.has(sha256) && !places.some((place) => place.path === path),
    ),
  );
  if (equal !== undefined)
    return {
      id: equal.id,
      why: `The very content of ${equal.id} lies at another place now: ${places[0]?.path ?? ""}. It was planted again.`,
    };
  const alike = candidates.find(
    (other) =>
      other.kind === finding.kind &&
      atLeast(other.rung, "L2") &&
      serverNow.get(other.server) === finding.server &&
      other.rules.length > 0 &&
      other.rules.every((rule) => finding.rules.includes(rule)),
  );
  return alike === undefined
    ? null
    : {
        id: alike.id,
        why: `It shows the same signs as ${alike.id}, under another name or with another content.`,
      };
}
