import { formatUtcOrNull, least, most } from "../../core/index.ts";
import type { LeftMessage } from "../../model/index.ts";
import type { MailFound, MailGroup, MailMark } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { serverOf } from "./access-lines.ts";
import { spanOf, type DraftLine } from "./draft-line.ts";
import { targetAddresses } from "./forwarding.ts";
import type { IdentityTable } from "./identity-table.ts";
import type { Intruders } from "./ties.ts";

/** Messages listed of each line; the rest is counted. */
const MAX_MESSAGES = 50;

/** What lines of mail flow are made from. */
export interface FlowInput {
  readonly followed: MailFound;
  readonly intruders: Intruders;
  readonly identities: IdentityTable;
  readonly servers: ServerMap;
  /** Lines of forwards that are listed: only mail to their targets counts. */
  readonly forwards: readonly DraftLine[];
}

interface Sent {
  readonly message: LeftMessage;
  readonly timeMs: number | null;
  readonly owner: string | null;
}

/** Messages that left: to targets of listed forwards, and what an intruder's address submitted. */
export function mailFlowLines(input: FlowInput): readonly DraftLine[] {
  const flow = input.followed.groups.filter(({ sign }) => sign === "mail-flow");
  return [...forwardedLines(flow, input), ...sentLines(flow, input)];
}

function forwardedLines(flow: readonly MailGroup[], input: FlowInput): readonly DraftLine[] {
  const targets = new Set(input.forwards.flatMap(({ target }) => targetAddresses(target ?? "")));
  return [...targets].sort().flatMap((target) => {
    const groups = flow.filter(({ kind, detail }) => kind === "forwarded" && detail.target === target);
    return groups.length === 0 ? [] : linesTo(target, groups, input);
  });
}

/** One line for each mailbox whose mail went to a target. A SEND names no owner: it confirms the message of the same id. */
function linesTo(target: string, groups: readonly MailGroup[], input: FlowInput): readonly DraftLine[] {
  const delivered = new Set(
    groups.flatMap(({ marks }) =>
      marks.flatMap(({ message }) => (message?.delivered === true ? [message.id] : [])),
    ),
  );
  const owners = new Map<string, MailGroup[]>();
  for (const group of groups) {
    if (group.mailbox === null) continue;
    const key = [serverOf(group, input.servers), input.identities.of(group.mailbox).key].join("\n");
    owners.set(key, [...(owners.get(key) ?? []), group]);
  }
  const named = [...owners]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => forwardedLine({ target, own, all: groups, delivered }, input));
  if (named.length > 0) return named;
  const [forward] = input.forwards.filter((line) => targetAddresses(line.target ?? "").includes(target));
  return forward === undefined
    ? []
    : [forwardedLine({ target, own: groups, all: groups, delivered, owner: forward.mailbox }, input)];
}

function forwardedLine(
  of: {
    readonly target: string;
    readonly own: readonly MailGroup[];
    readonly all: readonly MailGroup[];
    readonly delivered: ReadonlySet<string>;
    readonly owner?: string | null;
  },
  input: FlowInput,
): DraftLine {
  const messages = uniqueMessages(of.own, of.delivered);
  const ids = new Set(of.own.flatMap(({ marks }) => marks.flatMap(({ message }) => message?.id ?? [])));
  const confirming = of.all.filter(
    ({ mailbox, marks }) => mailbox === null && marks.some(({ message }) => ids.has(message?.id ?? "")),
  );
  const bytes = messages.reduce((sum, { message }) => sum + message.bytes, 0);
  const isProven = messages.some(({ message }) => message.delivered);
  const [first] = of.own;
  return {
    server: first === undefined ? "" : serverOf(first, input.servers),
    kind: "forwarded",
    mailbox: of.owner ?? first?.mailbox ?? null,
    actor: null,
    protocol: "Mail flow",
    groups: of.own,
    events: confirming.flatMap(({ events }) => events),
    requests: messages.length,
    verbs: verbsOf([...of.own, ...confirming]),
    bytesUpTo: bytes,
    addresses: [],
    how: "Message tracking shows messages of this mailbox on their way to the address that the forward names.",
    scope: "",
    target: of.target,
    confidence: isProven ? "proven" : "likely",
    messages: messages.slice(0, MAX_MESSAGES).map(({ message }) => message),
    messagesLeft: Math.max(0, messages.length - MAX_MESSAGES) + restOf(of.own),
    missing: isProven
      ? "The text of a message is never logged. Messages older than the oldest message tracking log are not listed."
      : "No record shows that the other side took the messages: the rows of the server that sent them out would. The text is never logged.",
    isTied: true,
    ...spanOf(of.own),
  };
}

function uniqueMessages(groups: readonly MailGroup[], delivered: ReadonlySet<string>): readonly Sent[] {
  const byId = new Map<string, Sent>();
  for (const group of groups)
    for (const mark of group.marks) {
      const { message } = mark;
      if (message === null) continue;
      const key = `${message.id}\n${message.recipient.toLowerCase()}`;
      const known = byId.get(key);
      if (known === undefined || (known.timeMs ?? Infinity) > (mark.timeMs ?? Infinity))
        byId.set(key, {
          message: leftMessage(mark, message, delivered),
          timeMs: mark.timeMs,
          owner: group.mailbox,
        });
    }
  return [...byId]
    .sort(([a, x], [b, y]) => (x.timeMs ?? 0) - (y.timeMs ?? 0) || (a < b ? -1 : 1))
    .map(([, sent]) => sent);
}

function leftMessage(
  mark: MailMark,
  message: NonNullable<MailMark["message"]>,
  delivered: ReadonlySet<string>,
): LeftMessage {
  return {
    time: formatUtcOrNull(mark.timeMs),
    recipient: message.recipient,
    sender: message.sender,
    subject: message.subject,
    bytes: mark.bytes,
    delivered: message.delivered || delivered.has(message.id),
  };
}

function restOf(groups: readonly MailGroup[]): number {
  return groups.reduce((sum, { count, marks }) => sum + Math.max(0, count - marks.length), 0);
}

function verbsOf(groups: readonly MailGroup[]): ReadonlyMap<string, number> {
  const verbs = new Map<string, number>();
  for (const group of groups)
    for (const { verb, count } of group.verbs) verbs.set(verb, (verbs.get(verb) ?? 0) + count);
  return verbs;
}

/** Mail that an intruder's address sent in somebody's name. */
function sentLines(flow: readonly MailGroup[], input: FlowInput): readonly DraftLine[] {
  const sent = flow.filter(
    ({ kind, address }) => kind === "sent" && address !== null && input.intruders.addresses.has(address),
  );
  const lines = new Map<string, MailGroup[]>();
  for (const group of sent) {
    const key = [serverOf(group, input.servers), input.identities.of(group.mailbox ?? "").key].join("\n");
    lines.set(key, [...(lines.get(key) ?? []), group]);
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, groups]) => sentLine(groups, input));
}

function sentLine(groups: readonly MailGroup[], input: FlowInput): DraftLine {
  const messages = uniqueMessages(groups, new Set());
  const [first] = groups;
  return {
    server: first === undefined ? "" : serverOf(first, input.servers),
    kind: "sent",
    mailbox: first?.mailbox ?? null,
    actor: first?.actor ?? null,
    protocol: "Mail flow",
    groups,
    events: [],
    requests: messages.length,
    verbs: verbsOf(groups),
    bytesUpTo: messages.reduce((sum, { message }) => sum + message.bytes, 0),
    addresses: groups.flatMap(({ address }) => address ?? []),
    how: "The intruder's address sent mail in the name of this mailbox.",
    scope: "",
    target: null,
    confidence: "likely",
    messages: messages.slice(0, MAX_MESSAGES).map(({ message }) => message),
    messagesLeft: Math.max(0, messages.length - MAX_MESSAGES) + restOf(groups),
    missing: "The text of a message is never logged.",
    isTied: true,
    firstMs: groups.reduce<number | null>((found, group) => least(found, group.firstMs), null),
    lastMs: groups.reduce<number | null>((found, group) => most(found, group.lastMs), null),
  };
}
