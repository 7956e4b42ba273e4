import { localPart } from "../../detect/index.ts";
import type { MailConfidence } from "../../model/index.ts";
import type { MailFound, MailGroup } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { spanOf, type DraftLine } from "./draft-line.ts";
import type { IdentityTable } from "./identity-table.ts";
import { compareWithUsual, type UsualCompared } from "./own-usual.ts";
import type { Intruders } from "./ties.ts";

/** Folders named in a line; the citations have the rest. */
const MAX_FOLDERS = 12;

/** What lines of access are made from. */
export interface AccessInput {
  readonly mail: { readonly first: MailFound; readonly followed: MailFound };
  readonly intruders: Intruders;
  readonly identities: IdentityTable;
  readonly servers: ServerMap;
  /** Accounts that got a right over others from an intruder, without domain. */
  readonly granted: ReadonlySet<string>;
}

/** The server of a group. */
export function serverOf(group: MailGroup, servers: ServerMap): string {
  return servers.of(group.serverKey, group.events[0]?.at.item ?? 0).id;
}

/** Mailboxes that an intruder opened with somebody's account: from his address, or with an account that he had given a right. */
export function accessLines(input: AccessInput): readonly DraftLine[] {
  const lines = new Map<string, MailGroup[]>();
  for (const group of input.mail.followed.groups) {
    if (group.sign !== "plain" && group.sign !== "as-another") continue;
    if (!isIntruders(group, input)) continue;
    const owner = input.identities.of(group.mailbox ?? "").key;
    const actor = input.identities.of(group.actor ?? "").key;
    const key = [serverOf(group, input.servers), owner, actor, group.protocol].join("\n");
    lines.set(key, [...(lines.get(key) ?? []), group]);
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, groups]) => toLine(groups, input));
}

function isIntruders(group: MailGroup, { intruders, granted }: AccessInput): boolean {
  if (group.address !== null && intruders.addresses.has(group.address)) return true;
  return granted.has(localPart(group.actor)) && localPart(group.actor) !== localPart(group.mailbox);
}

function toLine(groups: readonly MailGroup[], input: AccessInput): DraftLine {
  const { mailbox = null, actor = null } = bestNamed(groups);
  const front = groups.filter(({ source }) => source === "httpproxy");
  const web = groups.filter(({ source }) => source === "iis");
  const back = groups.filter(({ source }) => source !== "httpproxy" && source !== "iis");
  const counted = front.length > 0 ? front : web.length > 0 ? web : back;
  const addresses = groups
    .flatMap(({ address }) => address ?? [])
    .filter((one) => input.intruders.addresses.has(one));
  const isOwner = input.identities.of(mailbox ?? "").key === input.identities.of(actor ?? "").key;
  const isAudited = back.some(({ source }) => source === "mailbox-audit");
  const verbs = verbsOf(back, counted);
  const usual = isOwner ? usualOf({ actor, addresses, groups }, input) : NOTHING_USUAL;
  const crowd = Math.max(0, ...addresses.map((one) => input.intruders.crowded.get(one) ?? 0));
  return {
    server: serverOf(groups[0] ?? counted[0] ?? failNoGroup(), input.servers),
    kind: null,
    mailbox,
    actor,
    protocol: groups[0]?.protocol ?? "",
    groups,
    events: [],
    requests: sum(counted, (group) => group.count),
    verbs,
    bytesUpTo: Math.max(...[front, web, back].map((list) => sum(list, (group) => group.bytes))),
    addresses,
    how: [howText({ isOwner, addresses, actor }), usual.text].filter((text) => text !== "").join(" "),
    scope: [...new Set(groups.flatMap(({ detail }) => detail.scope ?? []))]
      .sort()
      .slice(0, MAX_FOLDERS)
      .join(", "),
    target: null,
    confidence: confidenceOf({
      isOwner,
      crowd,
      isUsual: usual.isOwnAddress,
      verbs,
      protocol: groups[0]?.protocol ?? "",
      isAudited,
    }),
    messages: [],
    messagesLeft: 0,
    missing: missingText({
      isOwner,
      crowd,
      isAudited,
      hasBackEnd: back.length > 0,
      protocol: groups[0]?.protocol ?? "",
    }),
    isTied: true,
    ...spanOf(counted),
  };
}

const NOTHING_USUAL: UsualCompared = { text: "", isOwnAddress: false };

function usualOf(
  of: {
    readonly actor: string | null;
    readonly addresses: readonly string[];
    readonly groups: readonly MailGroup[];
  },
  { mail }: AccessInput,
): UsualCompared {
  const times = of.groups.flatMap(({ marks }) => marks.flatMap(({ timeMs }) => timeMs ?? []));
  return compareWithUsual(
    { account: localPart(of.actor), addresses: of.addresses, times },
    mail.followed.usual ?? [],
  );
}

function failNoGroup(): never {
  throw new RangeError("a line needs a group");
}

/** The name that people know: an address before an account before an id. */
function bestNamed(groups: readonly MailGroup[]): {
  readonly mailbox?: string | null;
  readonly actor?: string | null;
} {
  const rank = ({ mailbox }: MailGroup): number =>
    mailbox === null ? 3 : mailbox.includes("@") ? 0 : mailbox.includes("\\") ? 1 : 2;
  return [...groups].sort((a, b) => rank(a) - rank(b))[0] ?? {};
}

/** Operations by the back end, which knows them; else as the front end saw them. */
function verbsOf(back: readonly MailGroup[], counted: readonly MailGroup[]): ReadonlyMap<string, number> {
  const verbs = new Map<string, number>();
  for (const group of back.length > 0 ? back : counted)
    for (const { verb, count } of group.verbs) verbs.set(verb, (verbs.get(verb) ?? 0) + count);
  return verbs;
}

function sum(groups: readonly MailGroup[], of: (group: MailGroup) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}

function confidenceOf(line: {
  readonly isOwner: boolean;
  readonly crowd: number;
  readonly isUsual: boolean;
  readonly verbs: ReadonlyMap<string, number>;
  readonly protocol: string;
  readonly isAudited: boolean;
}): MailConfidence {
  if (line.crowd > 0 || line.isUsual) return "possible";
  // Access with the owner's own password looks like the owner: never more than likely.
  if (line.isOwner) return "likely";
  // Auditing names mailbox, operation and who did it.
  if (line.isAudited) return "proven";
  const has = (verb: string): boolean => [...line.verbs.keys()].some((one) => one.toLowerCase() === verb);
  return line.protocol === "MAPI" && has("connect") && has("execute") ? "proven" : "likely";
}

function howText(line: {
  readonly isOwner: boolean;
  readonly addresses: readonly string[];
  readonly actor: string | null;
}): string {
  const [first] = [...new Set(line.addresses)].sort();
  if (first === undefined)
    return "An account that the intruder had given a right over other mailboxes opened it.";
  return line.isOwner
    ? "The intruder's address signed in as the owner: the password, or a session, is in strange hands."
    : "The intruder's address opened it with somebody else's account.";
}

function missingText(line: {
  readonly isOwner: boolean;
  readonly crowd: number;
  readonly isAudited: boolean;
  readonly hasBackEnd: boolean;
  readonly protocol: string;
}): string {
  return [
    line.isAudited
      ? "Auditing keeps what administrators opened, and of delegates one entry a folder and day: what else was opened is not recorded."
      : "Which messages were opened is not recorded.",
    line.protocol === "EWS" && !line.hasBackEnd ? "The EWS log would name the operations." : "",
    line.isOwner
      ? "The same account from other addresses is the owner, or the intruder by another way: it is not counted."
      : "",
    line.crowd > 0
      ? `${String(line.crowd)} accounts signed in from this address: it may be a gateway of many, and these their owners.`
      : "",
  ]
    .filter((text) => text !== "")
    .join(" ");
}
