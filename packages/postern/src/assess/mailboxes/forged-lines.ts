import type { Event } from "../../model/index.ts";
import type { MailGroup, MailMark } from "../../scan/index.ts";
import { serverOf, type AccessInput } from "./access-lines.ts";
import { spanOf, type DraftLine } from "./draft-line.ts";
import { joinFront, type FrontJoin, type JoinedCall } from "./front-join.ts";

const BACK_END: ReadonlySet<string> = new Set(["ews", "mapihttp", "rca", "owa"]);

/**
 * Mailboxes that forged requests reached. The back end runs as whoever the intruder named, so that only the front end's record of the same
 * call tells it from the owner: joined it is likely, without it no more than possible; a forged request without the back end's
 * record names no mailbox at all.
 */
export function forgedLines(input: AccessInput): readonly DraftLine[] {
  const all = [...input.mail.first.groups, ...input.mail.followed.groups];
  const forged = all.filter(({ sign }) => sign === "forged");
  const backs = all.filter(({ source }) => BACK_END.has(source));
  const joined = joinFront(forged, backs, input.intruders.addresses);
  const alone = input.mail.first.groups.filter(
    ({ source, sign }) => source === "ews" && sign === "as-another",
  );
  return [
    ...joinedLines(joined.calls, input),
    ...unnamedLines(joined, input),
    ...aloneLines(alone, joined, input),
  ];
}

function joinedLines(calls: readonly JoinedCall[], input: AccessInput): readonly DraftLine[] {
  const lines = new Map<string, JoinedCall[]>();
  for (const call of calls) {
    const owner = input.identities.of(call.back.mailbox ?? "").key;
    const key = [serverOf(call.back, input.servers), owner, call.back.protocol].join("\n");
    lines.set(key, [...(lines.get(key) ?? []), call]);
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => toJoinedLine(list, input));
}

function toJoinedLine(calls: readonly JoinedCall[], input: AccessInput): DraftLine {
  const groups = [...new Set(calls.map(({ back }) => back))];
  const fronts = [...new Set(calls.map(({ front }) => front))];
  const times = calls.flatMap(({ backMark, frontMark }) => backMark.timeMs ?? frontMark.timeMs ?? []);
  const addresses = fronts.flatMap(({ address }) => address ?? []);
  const byId = calls.every(({ by }) => by === "request-id");
  const [first] = calls;
  return {
    server: first === undefined ? "" : serverOf(first.back, input.servers),
    kind: null,
    mailbox: groups[0]?.mailbox ?? null,
    actor: groups[0]?.actor ?? null,
    protocol: groups[0]?.protocol ?? "EWS",
    groups,
    events: eventsOf(fronts, calls),
    requests: calls.length,
    verbs: count(calls.map(({ backMark }) => backMark.verb)),
    bytesUpTo: calls.reduce(
      (sum, { backMark, frontMark }) => sum + Math.max(backMark.bytes, frontMark.bytes),
      0,
    ),
    addresses,
    how: `A forged request passed the sign-in and reached this mailbox: the front end's record and the back end's record of it have the same ${byId ? "request id" : "second and program"}.`,
    scope: "",
    target: null,
    confidence: "likely",
    messages: [],
    messagesLeft: 0,
    missing:
      "The requests themselves are recorded; which messages and folders they asked for is not, nor what was searched for.",
    isTied: true,
    firstMs: times.length === 0 ? null : Math.min(...times.slice(0, 50_000)),
    lastMs: times.length === 0 ? null : times.reduce((last, time) => Math.max(last, time), 0),
  };
}

/** Events of a group stand in reading order; those of joined calls come first. */
function eventsOf(fronts: readonly MailGroup[], calls: readonly JoinedCall[]): readonly Event[] {
  const times = new Set(calls.map(({ frontMark }) => frontMark.timeMs));
  const events = fronts.flatMap((front) => front.events);
  const own = events.filter(({ timeMs }) => times.has(timeMs));
  return own.length > 0 ? own : events.slice(0, 2);
}

function count(verbs: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const verb of verbs) counts.set(verb, (counts.get(verb) ?? 0) + 1);
  return counts;
}

/** Forged requests whose mailbox no record names. */
function unnamedLines({ unmatched }: FrontJoin, input: AccessInput): readonly DraftLine[] {
  const lines = new Map<string, { readonly groups: MailGroup[]; marks: readonly MailMark[]; rest: number }>();
  for (const { front, marks, rest } of unmatched) {
    const key = [
      serverOf(front, input.servers),
      front.protocol,
      front.mailbox ?? "",
      front.address ?? "",
    ].join("\n");
    const line = lines.get(key) ?? { groups: [], marks: [], rest: 0 };
    lines.set(key, line);
    line.groups.push(front);
    line.marks = [...line.marks, ...marks];
    line.rest += rest;
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => toUnnamedLine(line, input));
}

function toUnnamedLine(
  line: { readonly groups: readonly MailGroup[]; readonly marks: readonly MailMark[]; readonly rest: number },
  input: AccessInput,
): DraftLine {
  const [first] = line.groups;
  const all = line.groups.reduce((sum, { bytes }) => sum + bytes, 0);
  const kept = line.marks.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    server: first === undefined ? "" : serverOf(first, input.servers),
    kind: "accessed",
    mailbox: first?.mailbox ?? null,
    actor: first?.actor ?? null,
    protocol: first?.protocol ?? "",
    groups: line.groups,
    events: [],
    requests: line.marks.length + line.rest,
    verbs: count(line.marks.map(({ verb }) => verb)),
    bytesUpTo: line.rest > 0 ? all : kept,
    addresses: line.groups.flatMap(({ address }) => address ?? []),
    how: "A forged request passed the sign-in and reached a mail service, which answered.",
    scope: "",
    target: null,
    confidence: (first?.mailbox ?? null) === null ? "unknown" : "possible",
    messages: [],
    messagesLeft: 0,
    missing: `Whose mailbox it was: the ${first?.protocol ?? ""} log of the back end for these seconds (Logging\\Ews, Logging\\MapiHttp on the server that was asked) names it and is not in this evidence, or holds no record of them.`,
    isTied: true,
    ...spanOf(line.groups),
  };
}

/** The server's own identity in somebody's mailbox with a tool of intruders, and no front-end record that shows the forgery. */
function aloneLines(
  groups: readonly MailGroup[],
  joined: FrontJoin,
  input: AccessInput,
): readonly DraftLine[] {
  const left = groups.flatMap((group) => {
    const marks = group.marks.filter((mark) => !joined.used.has(mark));
    return marks.length === 0 ? [] : [{ group, marks }];
  });
  return left.map(({ group, marks }) => ({
    server: serverOf(group, input.servers),
    kind: null,
    mailbox: group.mailbox,
    actor: group.actor,
    protocol: group.protocol,
    groups: [group],
    events: [],
    requests: marks.length,
    verbs: count(marks.map(({ verb }) => verb)),
    bytesUpTo: marks.reduce((sum, { bytes }) => sum + bytes, 0),
    addresses: [],
    how: "The server's own identity opened it with a program that intruders use; no record of the front end shows from where.",
    scope: "",
    target: null,
    confidence: "possible" as const,
    messages: [],
    messagesLeft: 0,
    missing:
      "The front-end proxy logs of these seconds would show whether somebody outside asked. A script of your own under the server's account looks the same.",
    isTied: false,
    ...spanOf([group]),
  }));
}
