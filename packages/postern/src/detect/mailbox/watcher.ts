import { dayOf } from "../../core/index.ts";
import type { ArtifactId, Event } from "../../model/index.ts";
import type { EventMatcher, EventWish } from "../event-matcher.ts";
import { isExportAudit, mailboxAuditRows } from "./mailbox-audit.ts";
import { ewsRows, mapiHttpRows, rpcClientAccessRows } from "./back-end.ts";
import { commandRows, KNOWN_COMMANDS, MAIL_COMMANDS, MAIL_PARAMETERS } from "./commands.ts";
import { mailFlowRows } from "./mail-flow.ts";
import type { MailRow } from "./mail-row.ts";
import { isServerIdentity, localPart, nameKey } from "./names.ts";
import { owaRows } from "./owa-log.ts";
import { namePairs, type NamePair } from "./pairs.ts";
import { popImapRows } from "./pop-imap.ts";
import { requestRows } from "./requests.ts";
import { COPY_LITERALS, traceRows, WRITTEN_LITERALS } from "./traces.ts";
import { usualSight, type UsualSight } from "./usual.ts";

/** What the second look follows for the ledger. Plain data, sorted. */
export interface MailPivot {
  /** Starts of times (`2021-03-03T10:41:4`) around forged requests: back-end records of these moments are looked at. */
  readonly moments: readonly string[];
  /** Names (`nameKey`) that shall be paired with others, in records of `days`: that costs a look at some logs only. */
  readonly names: readonly string[];
  /** `YYYY-MM-DD` */
  readonly days: readonly string[];
  /** Ids that say nothing to people, and that no record seen so far pairs: looked for in all logs. */
  readonly ids: readonly string[];
  /** Accounts that got a right, by their name without domain: what they do in mailboxes of others is followed wherever they come from. */
  readonly accounts: readonly string[];
  /** Since when; milliseconds since 1970. */
  readonly accountsSinceMs: number;
  /** Addresses to which mail was forwarded. */
  readonly targets: readonly string[];
  /** Accounts of people whose own addresses and hours are looked for, by their name without domain. */
  readonly usual: readonly string[];
  /** From when, inclusive, until when, exclusive, those are looked for; milliseconds since 1970. */
  readonly usualFromMs: number;
  readonly usualBeforeMs: number;
}

/** Nothing to follow. */
export const NO_MAIL_PIVOT: MailPivot = {
  moments: [],
  names: [],
  days: [],
  ids: [],
  accounts: [],
  accountsSinceMs: 0,
  targets: [],
  usual: [],
  usualFromMs: 0,
  usualBeforeMs: 0,
};

/** Finds mail access in records. As a matcher it only says which records to parse: it matches no rule. */
export interface MailWatcher extends EventMatcher {
  /** Asked for every record that was parsed; what it gives must not depend on which other records are. */
  look(event: Event): MailSight;
}

/** What one record shows. */
export interface MailSight {
  readonly rows: readonly MailRow[];
  readonly pairs: readonly NamePair[];
  /** Left out: the record shows no wanted person's own habit. */
  readonly usual?: UsualSight;
}

const ADMIN_LITERALS = [...MAIL_COMMANDS, ...MAIL_PARAMETERS];

/**
 * What tells records that are of interest by themselves; `server~` and `serverinfo~` lead to forged requests, the tools to back-end records of them.
 * Every literal stands in a field whose raw form is the same (see literal-policy.ts).
 */
const FIRST_LITERALS: Readonly<Record<ArtifactId, readonly string[]>> = {
  "exchange-httpproxy": [
    ...["serverinfo~", "server~", "autodiscover.json"],
    ...["inboxrules.svc/newobject", "inboxrules.svc/setobject"],
    ...["ddiservice.svc/newobject", "ddiservice.svc/setobject"],
  ],
  "exchange-ews": ["go-http-client", "python-requests/", "python-urllib", "exchangeservicesclient/0.0.0.0"],
  "exchange-cmdlet": ADMIN_LITERALS,
  "exchange-audit": ADMIN_LITERALS,
  "exchange-ecp-server": ADMIN_LITERALS,
};

/** Logons pair names with SIDs (see pairs.ts): all of them are looked at. */
const LOGON = "4624";
/** Numbers of the other Windows events that are looked at (see traces.ts, read-command.ts): command lines, scripts, written files; one of the texts must stand in them. */
const EVENT_TEXTS: ReadonlyMap<string, readonly string[]> = new Map([
  ...["1", "20", "400", "403", "600", "1121", "4103", "4688", "4697", "7045"].map(
    (code) => [code, COPY_LITERALS] as const,
  ),
  ...["800", "4104"].map((code) => [code, [...COPY_LITERALS, ...KNOWN_COMMANDS]] as const),
  ...["5145", "4663"].map((code) => [code, WRITTEN_LITERALS] as const),
  ["11", [...COPY_LITERALS, ...WRITTEN_LITERALS]] as const,
]);

function eventWish(channel: string, code: string): EventWish {
  if (channel === "" || channel === "MSExchange Management" || code === LOGON) return "always";
  return EVENT_TEXTS.get(code) ?? "never";
}

/** First look: what is suspicious by itself, and what commands changed. */
export function firstMailWatcher(): MailWatcher {
  return {
    ...literalsOf(FIRST_LITERALS),
    mayMatch: () => true,
    wishFor: eventWish,
    eventLiterals: () => [...new Set([...EVENT_TEXTS.values()].flat())].sort(),
    match: () => [],
    look: (event) => {
      const rows = firstRows(event);
      // Of Windows events every record is parsed on each road; elsewhere the second look pairs what the ledger names.
      return { rows, pairs: rows.length > 0 || event.artifact === "windows-event" ? namePairs(event) : [] };
    },
  };
}

const TOOL = /^(?:python-requests\/|python-urllib|go-http-client|exchangeservicesclient\/0\.0\.0\.0)/iu;

function firstRows(event: Event): readonly MailRow[] {
  switch (event.artifact) {
    case "exchange-httpproxy":
      return requestRows(event).filter(
        (row) => row.sign === "page" || (row.sign === "forged" && isByLiteral(event)),
      );
    case "exchange-ews":
      return ewsRows(event).filter((row) => TOOL.test(row.agent) && isServerIdentity(row.actor));
    case "exchange-mailbox-audit":
      return mailboxAuditRows(event).filter(isExportAudit);
    case "windows-event":
      return [...commandRows(event), ...traceRows(event)];
    default:
      return commandRows(event);
  }
}

/** Forged by its form, which a literal finds; a large answer to nobody is found by the intruder's address only. */
function isByLiteral({ fields, ecs }: Event): boolean {
  return (
    /^Server(?:Info)?~/iu.test(fields["AnchorMailbox"] ?? "") ||
    /^Server~/iu.test(fields["BackEndCookie"] ?? "") ||
    /autodiscover\.json/iu.test(ecs["url.path"] ?? "")
  );
}

const REQUESTS: ReadonlySet<ArtifactId> = new Set(["exchange-httpproxy", "iis-w3c"]);
const BACK_END: ReadonlySet<ArtifactId> = new Set([
  "exchange-ews",
  "exchange-mapihttp",
  "exchange-rpc-client-access",
  "exchange-mailbox-audit",
  "exchange-owa",
]);

/** Second look: every mail access by intruders, back-end records of the moments of forged requests, forwarded messages, names. */
export function followingMailWatcher(pivot: MailPivot, addresses: readonly string[]): MailWatcher {
  const wanted = { targets: new Set(pivot.targets), addresses: new Set(addresses) };
  const accounts = new Set(pivot.accounts);
  const { usualFromMs: fromMs, usualBeforeMs: beforeMs } = pivot;
  const habits = { accounts: new Set(pivot.usual), fromMs, beforeMs };
  const names = new Set(pivot.names);
  const ids = new Set(pivot.ids);
  const days = new Set(pivot.days);
  const sought = [...pivot.names, ...pivot.ids];
  const timed = [...BACK_END].map(
    (artifact) =>
      [artifact, [...addresses, ...pivot.moments, ...pivot.accounts, ...valuesOf(sought)]] as const,
  );
  const literals: Readonly<Record<ArtifactId, readonly string[]>> = {
    ...Object.fromEntries(timed),
    "exchange-httpproxy": [...addresses, ...pivot.accounts, ...pivot.usual, ...valuesOf(sought)],
    "iis-w3c": [...addresses, ...pivot.usual],
    "exchange-cmdlet": valuesOf(sought),
    "exchange-imap-pop": [...addresses, ...valuesOf(sought)],
    "message-tracking": [...addresses, ...pivot.targets, ...valuesOf(sought)],
  };
  const isWanted = (row: MailRow, { timeMs }: Event): boolean =>
    (row.address !== null && wanted.addresses.has(row.address)) ||
    (accounts.has(localPart(row.actor)) &&
      (timeMs ?? 0) >= pivot.accountsSinceMs &&
      localPart(row.actor) !== localPart(row.mailbox));
  const rowsOf = (event: Event): readonly MailRow[] => {
    if (event.artifact === "message-tracking") return mailFlowRows(event, wanted);
    if (event.artifact === "exchange-imap-pop")
      return popImapRows(event).filter((row) => isWanted(row, event));
    if (!REQUESTS.has(event.artifact) && !BACK_END.has(event.artifact)) return [];
    if (firstRows(event).length > 0) return []; // counted in the first look
    if (REQUESTS.has(event.artifact)) return requestRows(event).filter((row) => isWanted(row, event));
    return backEndRows(event).filter((row) => isWanted(row, event) || isOfMoment(event, pivot.moments));
  };
  // The day is asked of the record, not of its log: what is found must not depend on why a log was read again.
  const isNamed = ({ a, b }: NamePair, event: Event): boolean =>
    [a, b].some((name) => ids.has(nameKey(name)) || (names.has(nameKey(name)) && days.has(dayTextOf(event))));
  return {
    ...literalsOf(literals),
    mayMatch: () => true,
    wishFor: () => "always", // event logs are not read twice
    eventLiterals: () => [],
    match: () => [],
    look: (event) => {
      const rows = rowsOf(event);
      const pairs = namePairs(event);
      const usual = REQUESTS.has(event.artifact) ? usualSight(event, habits) : null;
      return {
        rows,
        pairs: rows.length > 0 ? pairs : pairs.filter((pair) => isNamed(pair, event)),
        ...(usual === null ? {} : { usual }),
      };
    },
  };
}

function backEndRows(event: Event): readonly MailRow[] {
  if (event.artifact === "exchange-mailbox-audit") return mailboxAuditRows(event);
  if (event.artifact === "exchange-ews") return ewsRows(event);
  if (event.artifact === "exchange-owa") return owaRows(event);
  return event.artifact === "exchange-mapihttp" ? mapiHttpRows(event) : rpcClientAccessRows(event);
}

/** Logs write their times as they are compared here: ISO, UTC. */
function isOfMoment(event: Event, moments: readonly string[]): boolean {
  const time = event.fields["DateTime"] ?? event.fields["date-time"] ?? event.fields["TimeStamp"] ?? "";
  return moments.some((moment) => time.toLowerCase().startsWith(moment));
}

function dayTextOf({ timeMs }: Event): string {
  return timeMs === null ? "" : dayOf(timeMs);
}

/** Names as they stand in records. */
function valuesOf(names: readonly string[]): readonly string[] {
  return names.map((name) => name.slice(name.indexOf(" ") + 1));
}

/** Literals shorter than the filter can search would be refused. */
const MIN_LITERAL = 4;

function literalsOf(
  byArtifact: Readonly<Record<ArtifactId, readonly string[]>>,
): Pick<EventMatcher, "literals" | "literalsFor" | "parseAll"> {
  const clean = (list: readonly string[]): readonly string[] =>
    [...new Set(list.map((text) => text.toLowerCase()))]
      .filter((text) => text.length >= MIN_LITERAL && /^[\x20-\x7e]+$/u.test(text))
      .sort();
  const lists = new Map(
    Object.entries(byArtifact).map(([artifact, list]) => [artifact, clean(list)] as const),
  );
  return {
    literals: clean([...lists.values()].flat()),
    literalsFor: (artifact) => lists.get(artifact) ?? [],
    parseAll: new Set(),
  };
}
