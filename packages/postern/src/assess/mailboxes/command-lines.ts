import { ALL_MAILBOXES, isServerIdentity, localPart } from "../../detect/index.ts";
import type { MailConfidence, MailKind } from "../../model/index.ts";
import type { ItemResult, MailFound, MailGroup } from "../../scan/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { serverOf } from "./access-lines.ts";
import { spanOf, type DraftLine } from "./draft-line.ts";
import { abusiveForwards, leavesHouse, pageAddresses, targetAddresses } from "./forwarding.ts";
import type { IdentityTable } from "./identity-table.ts";
import { tieOf, type Intruders, type Tie } from "./ties.ts";

/** What lines of commands are made from. */
export interface CommandInput {
  readonly first: MailFound;
  readonly intruders: Intruders;
  readonly identities: IdentityTable;
  readonly servers: ServerMap;
  readonly join: AddressJoin;
  readonly items: readonly ItemResult[];
}

interface Act {
  readonly kind: MailKind;
  readonly groups: readonly MailGroup[];
}

/** Acts by commands (and copies of databases) that an intruder gave, or that are abuse; those of administrators are not listed. */
export function commandLines(input: CommandInput): readonly DraftLine[] {
  const acts = actsOf(input);
  const abuse = new Map([...abusiveForwards(input.first), ...formAbuse(acts)]);
  const tied = acts.flatMap((act) => {
    const tie = tieOf(act.groups, { ...input, abuse, pages: (group) => pageAddresses(group, input.first) });
    return tie === null || !counts(act, tie) ? [] : [{ act, tie }];
  });
  const all = withCompanions(acts, tied, input.identities);
  return [...all, ...coveredTracks(acts, all)].map(({ act, tie }) => toLine(act, tie, input));
}

interface TiedAct {
  readonly act: Act;
  readonly tie: Tie;
}

/** What one account does within this time of an abusive command is of one sitting. */
const SITTING_MS = 30 * 60_000;

/** Commands by the same account in the same sitting as one that is abuse by its form. */
function withCompanions(
  acts: readonly Act[],
  tied: readonly TiedAct[],
  identities: IdentityTable,
): readonly TiedAct[] {
  const abusive = tied.filter(({ tie }) => tie.by === "abuse");
  const known = new Map(tied.map(({ act, tie }) => [act, tie] as const));
  return acts.flatMap((act) => {
    const own = known.get(act);
    if (own !== undefined && own.by !== "time") return [{ act, tie: own }];
    const isCompanion = abusive.some(({ act: other }) => isOneSitting(act, other, identities));
    const tie: Tie | undefined = isCompanion ? { by: "abuse", address: null, text: COMPANION } : own;
    return tie === undefined || !counts(act, tie) ? [] : [{ act, tie }];
  });
}

const COMPANION = "the same account gave a command that is abuse by its form within half an hour";

function isOneSitting(a: Act, b: Act, identities: IdentityTable): boolean {
  const callers = (act: Act): ReadonlySet<string> =>
    new Set(act.groups.flatMap(({ actor }) => (actor === null ? [] : [identities.of(actor).key])));
  const [x, y] = [spanOf(a.groups), spanOf(b.groups)];
  if (x.firstMs === null || y.firstMs === null || x.lastMs === null || y.lastMs === null) return false;
  const isNear = x.firstMs <= y.lastMs + SITTING_MS && x.lastMs >= y.firstMs - SITTING_MS;
  const theirs = callers(b);
  return isNear && [...callers(a)].some((caller) => theirs.has(caller));
}

/** One act may stand in several logs: event log, cmdlet log, control panel, audit queue. */
function actsOf({ first, identities, servers }: CommandInput): readonly Act[] {
  const acts = new Map<string, MailGroup[]>();
  for (const group of first.groups) {
    if (group.kind === null || (group.sign !== "command" && group.source !== "process")) continue;
    const targets = targetAddresses(group.detail.target);
    const target = targets.length > 0 ? targets.join() : baseName(group.detail.target ?? "");
    const mailbox = ownerKey(group, identities);
    const key = [serverOf(group, servers), group.kind, mailbox, target].join("\n");
    acts.set(key, [...(acts.get(key) ?? []), group]);
  }
  const sorted = [...acts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, groups]) => groups);
  return joinUnnamed(sorted).map((groups) => ({ kind: groups[0]?.kind ?? "accessed", groups }));
}

/** The control panel's log does not say for whom: its row belongs to the act of the same seconds that does. */
function joinUnnamed(acts: readonly MailGroup[][]): readonly (readonly MailGroup[])[] {
  const isNamed = (groups: readonly MailGroup[]): boolean => groups.some(({ mailbox }) => mailbox !== null);
  const named = acts.filter(isNamed);
  const alone = acts
    .filter((groups) => !isNamed(groups))
    .filter((groups) => {
      const home = named.find((other) => other[0]?.kind === groups[0]?.kind && isSameMoment(other, groups));
      home?.push(...groups);
      return home === undefined;
    });
  return [...named, ...alone];
}

const SAME_MOMENT_MS = 10_000;

function isSameMoment(a: readonly MailGroup[], b: readonly MailGroup[]): boolean {
  const [x, y] = [spanOf(a).firstMs, spanOf(b).firstMs];
  return x !== null && y !== null && Math.abs(x - y) <= SAME_MOMENT_MS;
}

function ownerKey(group: MailGroup, identities: IdentityTable): string {
  if (group.mailbox !== null) return identities.of(group.mailbox).key;
  // The control panel names nobody: whoever is signed in changed his own rule.
  return group.kind === "rule-set" ? "" : "?";
}

function baseName(path: string): string {
  return path
    .toLowerCase()
    .replace(/["']/gu, "")
    .replace(/^.*[\\/]/u, "")
    .trim();
}

/** Acts whose form alone is abuse. */
function formAbuse(acts: readonly Act[]): ReadonlyMap<MailGroup, string> {
  const found = new Map<MailGroup, string>();
  for (const { kind, groups } of acts)
    for (const group of groups)
      if (group.detail.abuse !== undefined && (kind === "page-written" || kind === "database-copied"))
        found.set(group, group.detail.abuse);
  return found;
}

/** Rare enough that an administrator remembers having done it. */
const GRAVE: ReadonlySet<MailKind> = new Set([
  "exported",
  "page-written",
  "searched",
  "reach-granted",
  "database-copied",
  "covering-tracks",
]);

/** By their time alone only acts that carry mail out of the house, or open it, are laid to an intruder; never the server's own work. */
function counts({ kind, groups }: Act, tie: Tie): boolean {
  if (kind === "rule-set" && groups.every(({ detail }) => detail.target === undefined))
    return tie.by === "record";
  if (tie.by !== "time") return true;
  if (groups.some(({ detail }) => /activemonitor|healthmanager|hmworker/iu.test(detail.process ?? "")))
    return false;
  if (kind === "transport-rule-set") return groups.some(leavesHouse);
  // Rights and forwards are given every day; the server's own account gives none.
  return GRAVE.has(kind) || groups.some(({ actor }) => actor !== null && isServerIdentity(actor));
}

/** An export that was an intruder's makes the removal of its record his as well. */
function coveredTracks(acts: readonly Act[], tied: readonly TiedAct[]): readonly TiedAct[] {
  const listed = new Set(tied.map(({ act }) => act));
  const exported = tied.filter(({ act }) => act.kind === "exported" || act.kind === "page-written");
  return acts.flatMap((act) => {
    if (listed.has(act) || act.kind !== "covering-tracks") return [];
    const cause = exported.find(({ act: other }) => nameOf(other) === nameOf(act));
    return cause === undefined ? [] : [{ act, tie: cause.tie }];
  });
}

function nameOf({ groups }: Act): string {
  return localPart(groups.find(({ mailbox }) => mailbox !== null)?.mailbox);
}

function toLine(act: Act, tie: Tie, input: CommandInput): DraftLine {
  const { groups, kind } = act;
  const best = groups.find(({ mailbox }) => mailbox !== null) ?? groups[0];
  const proof = kind === "exported" ? fileProof(groups, input) : null;
  const actor = groups.find((group) => group.actor !== null)?.actor ?? null;
  return {
    server: best === undefined ? "" : serverOf(best, input.servers),
    kind,
    mailbox: best?.mailbox ?? null,
    actor,
    protocol: groups.some(({ sign }) => sign === "trace") ? "Files" : "PowerShell",
    groups,
    events: proof?.groups.flatMap(({ events }) => events) ?? [],
    requests: Math.max(...groups.map(({ count }) => count)),
    verbs: verbsOf(groups),
    bytesUpTo: proof?.bytes ?? 0,
    addresses: tie.address === null ? [] : [tie.address],
    how: `${HOW[kind] ?? "A command that concerns mail was given."} Why it is listed: ${tie.text}.`,
    scope: groups.find(({ detail }) => detail.scope !== undefined)?.detail.scope ?? "",
    target: groups.find(({ detail }) => detail.target !== undefined)?.detail.target ?? null,
    confidence: confidenceOf(act, tie, proof !== null),
    messages: [],
    messagesLeft: 0,
    missing: missingOf(act, tie, { proof: proof !== null, actor }),
    isTied: tie.by !== "time",
    ...spanOf(groups),
  };
}

/** The same operation in several logs was done once. */
function verbsOf(groups: readonly MailGroup[]): ReadonlyMap<string, number> {
  const verbs = new Map<string, number>();
  for (const group of groups)
    for (const { verb, count } of group.verbs) verbs.set(verb, Math.max(verbs.get(verb) ?? 0, count));
  return verbs;
}

/** The exported file itself: Windows recorded that it was written, or it lies in the evidence. */
function fileProof(
  groups: readonly MailGroup[],
  input: CommandInput,
): { readonly groups: readonly MailGroup[]; readonly bytes: number } | null {
  const names = new Set(
    groups.map(({ detail }) => baseName(detail.target ?? "")).filter((name) => name.endsWith(".pst")),
  );
  const written = input.first.groups.filter(
    ({ source, detail }) => source === "file" && names.has(baseName(detail.target ?? "")),
  );
  const lying = input.items.filter(
    ({ artifact, name }) => artifact === "pst" && names.has(name.toLowerCase()),
  );
  const owners = new Set(groups.map((group) => ownerKey(group, input.identities)));
  // An audited mailbox has an entry of the replication service that read it.
  const audited = input.first.groups.filter(
    (group) => group.source === "mailbox-audit" && owners.has(ownerKey(group, input.identities)),
  );
  if (written.length === 0 && lying.length === 0 && audited.length === 0) return null;
  return {
    groups: [...written, ...audited],
    bytes: lying.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0),
  };
}

const HOW: Partial<Readonly<Record<MailKind, string>>> = {
  exported: "The mailbox was told to be written to a file.",
  "page-written": "An export was told to write a web page: the aim was a back door, not the mail.",
  searched: "A search copied what it found, or made it ready to be fetched.",
  "right-granted": "Somebody was given the right to open it.",
  "reach-granted": "Somebody was given reach over all mailboxes of the organisation.",
  "forwarding-set": "New mail was told to be sent on.",
  "rule-set": "An inbox rule was made.",
  "transport-rule-set": "A rule for the mail of the whole organisation was made.",
  "device-allowed": "A phone was allowed to synchronise the mailbox.",
  "covering-tracks": "A record of what was done was removed or switched off.",
  "database-copied": "A mailbox database was copied as a file: Exchange itself records nothing of it.",
  changed: "Content was changed or deleted.",
};

/** Reference of the ledger, section 3: what a command proves, and what it only makes possible. By time alone it is one step less sure. */
function confidenceOf({ kind, groups }: Act, tie: Tie, hasFile: boolean): MailConfidence {
  const own = ownConfidence(kind, groups, hasFile);
  if (tie.by !== "time") return own;
  return own === "proven" ? "likely" : "possible";
}

function ownConfidence(kind: MailKind, groups: readonly MailGroup[], hasFile: boolean): MailConfidence {
  if (kind === "exported") return hasFile ? "proven" : "likely";
  if (kind === "searched")
    return groups.some(({ verbs }) => verbs.some(({ verb }) => verb === "Search-Mailbox"))
      ? "proven"
      : "likely";
  return ONLY_MEANS.has(kind) ? "possible" : "proven";
}

/** What gives the means to read; reading needs a record of its own. */
const ONLY_MEANS: ReadonlySet<MailKind> = new Set(["right-granted", "reach-granted", "database-copied"]);

function missingOf(
  { kind, groups }: Act,
  tie: Tie,
  of: { readonly proof: boolean; readonly actor: string | null },
): string {
  const isServer = isServerIdentity(of.actor) || of.actor === null;
  return [
    kind === "exported" && !of.proof
      ? "Whether the file was finished: Get-MailboxExportRequestStatistics, the file itself on the share, or the journal of its disk would show it."
      : "",
    kind === "exported" ? "Whether the file was fetched." : "",
    kind === "right-granted" || kind === "reach-granted"
      ? "Whether the right was used: reading with it is listed on its own where a record shows it."
      : "",
    kind === "database-copied" ? "Which databases the file held, and whether it left the server." : "",
    kind === "forwarding-set" || kind === "rule-set" || kind === "transport-rule-set"
      ? "What went out: message tracking names each message for about 30 days."
      : "",
    tie.by === "time" ? "Who gave the command: an administrator may have." : "",
    tie.by !== "time" && !isServer ? "The account that is named may itself be stolen." : "",
    groups.some(({ mailbox }) => mailbox === ALL_MAILBOXES) ? "Any mailbox may be concerned." : "",
  ]
    .filter((text) => text !== "")
    .join(" ");
}
