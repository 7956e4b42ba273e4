import type { Event, Identity, MailboxLine } from "../../../model/index.ts";
import type {
  MailGroup,
  MailMark,
  MatchGroup,
  PairSeen,
  ScanResult,
  UsualSeen,
} from "../../../scan/index.ts";
import { createAddressJoin } from "../../findings/address-join.ts";
import { resolveServers } from "../../servers/resolve-servers.ts";
import { aGroup, anEvent, anItem, aTally, ms } from "../../testing/index.ts";
import { collectMail, finishMail } from "../index.ts";

/** Address of somebody who got in. */
export const INTRUDER: string = "203.0.113.9";
/** When most of it happens. */
export const AT: string = "2021-03-03T10:41:23";
/** A front-end log of ten days. */
export const ITEMS: ScanResult["items"] = [
  anItem(0, {
    artifact: "exchange-httpproxy",
    tallies: [aTally("name:ex01", "httpproxy/Ecp", { from: "2021-03-01T00:00", to: "2021-03-10T00:00" })],
  }),
];

/** A record of that second. */
export function mailEvent(time: string, more: Partial<Event> = {}): Event {
  return anEvent({
    timeMs: ms(time),
    at: { item: 0, offsetBytes: ms(time) % 1_000_000_007, lengthBytes: 90, record: 1 },
    ...more,
  });
}

/** A record of a group. */
export function aMark(time: string, more: Partial<MailMark> = {}): MailMark {
  return {
    timeMs: ms(time),
    verb: "GetItem",
    bytes: 1_000,
    requestId: null,
    message: null,
    fingerprint: time,
    ...more,
  };
}

/** A group of one or more records, each as a mark. */
export function mailGroup(more: Partial<MailGroup>, marks: readonly MailMark[] = [aMark(AT)]): MailGroup {
  const verbs = new Map<string, number>();
  for (const { verb } of marks) verbs.set(verb, (verbs.get(verb) ?? 0) + 1);
  const times = marks.flatMap(({ timeMs }) => timeMs ?? []);
  return {
    serverKey: "name:ex01",
    source: "ews",
    sign: "plain",
    kind: null,
    mailbox: "a.b@school.example",
    actor: "SCHOOL\\a.b",
    address: null,
    protocol: "EWS",
    agent: "",
    detail: {},
    count: marks.length,
    bytes: marks.reduce((sum, { bytes }) => sum + bytes, 0),
    verbs: [...verbs].map(([verb, count]) => ({ verb, count })),
    firstMs: times.length === 0 ? null : Math.min(...times),
    lastMs: times.length === 0 ? null : Math.max(...times),
    marks,
    events: times.map((time) => mailEvent(new Date(time).toISOString().slice(0, 19))),
    ...more,
  };
}

/** A forged request as the front end logs it. */
export const FORGED: Partial<MailGroup> = {
  source: "httpproxy",
  sign: "forged",
  mailbox: null,
  actor: null,
  address: INTRUDER,
  agent: "python-requests/2.25",
};
/** A command of an administrator. */
export const COMMAND: Partial<MailGroup> = {
  source: "management",
  sign: "command",
  protocol: "PowerShell",
  actor: "school.example/Users/Administrator",
};

/** What a scan found of mail access, and what rules matched. */
export interface Found {
  readonly first?: readonly MailGroup[];
  readonly followed?: readonly MailGroup[];
  readonly pairs?: readonly PairSeen[];
  /** What rules matched besides. */
  readonly matches?: readonly MatchGroup[];
  readonly addresses?: readonly string[];
  readonly items?: ScanResult["items"];
  /** Habits of owners. */
  readonly usual?: readonly UsualSeen[];
}

/** The ledger of what was found. */
export function ledger(found: Found): readonly MailboxLine[] {
  return wholeLedger(found).mailboxes;
}

/** The ledger with the table of names. */
export function wholeLedger(found: Found): {
  readonly mailboxes: readonly MailboxLine[];
  readonly identities: readonly Identity[];
} {
  const items = found.items ?? ITEMS;
  const matches = found.matches ?? [];
  const scan: ScanResult = {
    items,
    matches,
    pivots: [],
    damage: { total: 0, counts: [] },
    mail: {
      first: { groups: found.first ?? [], pairs: found.pairs ?? [], left: 0 },
      followed: { groups: found.followed ?? [], pairs: [], left: 0, usual: found.usual ?? [] },
    },
  };
  const servers = resolveServers(items);
  const join = createAddressJoin(matches, new Set());
  const mail = collectMail({ scan, matches, servers, join, addresses: found.addresses ?? [INTRUDER] });
  return finishMail(mail, { findings: [], actorOf: new Map([[INTRUDER, "A1"]]) });
}

/** Mailbox, kind and confidence of each line. */
export function inShort(all: readonly MailboxLine[]): readonly string[] {
  return all.map(({ mailbox, kind, confidence }) => `${mailbox} ${kind} ${confidence}`);
}

/** Somebody got in at that time. */
export function brokenInto(time: string): readonly MatchGroup[] {
  return [
    aGroup({ rung: "L1" }, [
      mailEvent(time, { artifact: "exchange-httpproxy", ecs: { "source.ip": INTRUDER } }),
    ]),
  ];
}
