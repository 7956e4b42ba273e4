import { dayOf } from "../../core/index.ts";
import {
  ALL_MAILBOXES,
  isServerIdentity,
  localPart,
  nameKey,
  readName,
  type MailPivot,
} from "../../detect/index.ts";
import type { MailFound, MailGroup } from "../../scan/index.ts";
import { abusiveForwards, forwardTargets, pageAddresses } from "./forwarding.ts";

/** Starts of times looked for at most; more are shortened to tens of seconds, minutes and so on. */
const MAX_MOMENTS = 300;
const MAX_NAMES = 60;
const MAX_ACCOUNTS = 20;
const MAX_DAYS = 5;
const MAX_IDS = 20;
/** The clocks of two servers differ by about this; the back end may log first. */
const AROUND_MS = 2_000;

/** Habits of older days are no longer habits, and reading for them costs time. */
const HABIT_MS = 45 * 86_400_000;

/** Accounts that an intruder used, as far as the first look shows, and when anything of his was first seen. */
export interface Suspects {
  /** Without domain, lower case, sorted. */
  readonly accounts: readonly string[];
  /** Milliseconds since 1970; null without a time. */
  readonly sinceMs: number | null;
}

/** Public addresses from which somebody made a rule that is abuse by its own form. */
export function abuserAddresses(found: MailFound): readonly string[] {
  const commands = [...abusiveForwards(found).keys()];
  return [...new Set(commands.flatMap((command) => pageAddresses(command, found)))].sort();
}

/**
 * What the second look shall find for the ledger: back-end records of the moments of forged requests, messages to addresses that forwards
 * name, other names of mailboxes and callers, and what accounts did that got a right over others.
 * @param isBrokenInto whether somebody got in at all: else only abuse by its own form is followed
 * @param suspects whose own habits are looked for, too
 */
export function findMailPivot(
  found: MailFound,
  isBrokenInto: boolean,
  suspects: Suspects = { accounts: [], sinceMs: null },
): MailPivot {
  const forged = found.groups.filter(({ sign }) => sign === "forged");
  const abusive = [...abusiveForwards(found).keys()];
  const commands = isBrokenInto ? found.groups.filter(({ sign }) => sign === "command") : abusive;
  const named = [...commands, ...found.groups.filter(({ sign }) => sign === "as-another")];
  const granted = isBrokenInto ? commands.filter(isReadingRight) : [];
  return {
    moments: momentsOf(forged),
    names: namesOf(named),
    days: daysOf(named),
    ids: unpairedIds(named, found),
    accounts: accountsOf(granted),
    accountsSinceMs: granted.reduce((since, { firstMs }) => Math.min(since, firstMs ?? 0), Infinity),
    targets: forwardTargets(found),
    usual: suspects.sinceMs === null ? [] : suspects.accounts,
    usualFromMs: Math.max(0, (suspects.sinceMs ?? 0) - HABIT_MS),
    usualBeforeMs: suspects.sinceMs ?? 0,
  };
}

/** Rights that open mailboxes in a session; the role for exports works by command. */
function isReadingRight({ kind, detail }: MailGroup): boolean {
  if (kind === "right-granted") return true;
  return kind === "reach-granted" && !/import export|mailbox search/iu.test(detail.scope ?? "");
}

/** True when there is nothing to follow. */
export function isEmptyMailPivot(pivot: MailPivot): boolean {
  const lists = [pivot.moments, pivot.names, pivot.ids, pivot.accounts, pivot.targets, pivot.usual];
  return lists.every((list) => list.length === 0);
}

function momentsOf(forged: readonly MailGroup[]): readonly string[] {
  const seconds = new Set<number>();
  for (const group of forged) {
    for (const { timeMs } of group.marks) {
      if (timeMs === null) continue;
      for (let at = timeMs - AROUND_MS; at <= timeMs + AROUND_MS; at += 1_000)
        seconds.add(Math.floor(at / 1_000));
    }
    addRest(seconds, group);
  }
  let texts = [...seconds].map((second) => new Date(second * 1_000).toISOString().slice(0, 19).toLowerCase());
  // Tens of seconds, minutes, tens of minutes, hours, days: a prefix names them all.
  for (const length of [18, 16, 15, 13, 10]) {
    if (texts.length <= MAX_MOMENTS) break;
    texts = [...new Set(texts.map((text) => text.slice(0, length)))];
  }
  return texts.sort().slice(0, MAX_MOMENTS);
}

/** Records beyond those kept one by one lie somewhere in the group's span: each ten minutes of it. */
function addRest(seconds: Set<number>, group: MailGroup): void {
  if (group.count <= group.marks.length || group.firstMs === null || group.lastMs === null) return;
  const step = Math.max(600_000, (group.lastMs - group.firstMs) / 5_000);
  for (let at = group.firstMs; at <= group.lastMs; at += step) seconds.add(Math.floor(at / 1_000));
}

/** Names that records hold word for word and that are rare enough to look for. */
function namesOf(groups: readonly MailGroup[]): readonly string[] {
  const keys = groups
    .flatMap(({ mailbox, actor, detail }) => [mailbox, actor, detail.callerSid])
    .filter((name) => name !== ALL_MAILBOXES && !isServerIdentity(name))
    .flatMap((name) => readName(name) ?? [])
    .filter(({ kind, value }) => kind !== "alias" && kind !== "canonical" && /^[\x20-\x7e]{6,}$/u.test(value))
    .map(nameKey);
  return [...new Set(keys)].sort().slice(0, MAX_NAMES);
}

/** Days of the acts that name them, the first ones. */
function daysOf(groups: readonly MailGroup[]): readonly string[] {
  const days = groups
    .flatMap(({ firstMs, lastMs }) => [firstMs, lastMs])
    .flatMap((time) => (time === null ? [] : [dayOf(time)]));
  return [...new Set(days)].sort().slice(0, MAX_DAYS);
}

/** Ids that stand for a mailbox or a caller, and that no pair of the first look gives a name that people know. */
function unpairedIds(groups: readonly MailGroup[], { pairs }: MailFound): readonly string[] {
  const paired = new Set(
    pairs.flatMap(({ a, b }) => (IDS.has(a.kind) && IDS.has(b.kind) ? [] : [nameKey(a), nameKey(b)])),
  );
  return namesOf(groups)
    .filter((key) => IDS.has(key.slice(0, key.indexOf(" "))) && !paired.has(key))
    .slice(0, MAX_IDS);
}

const IDS: ReadonlySet<string> = new Set(["sid", "guid", "legacy-dn"]);

/** Accounts that got a right over mailboxes of others. */
function accountsOf(commands: readonly MailGroup[]): readonly string[] {
  const names = commands
    .map(({ detail }) => localPart(detail.target))
    .filter((name) => /^[\x21-\x7e]{4,64}$/u.test(name));
  return [...new Set(names)].sort().slice(0, MAX_ACCOUNTS);
}
