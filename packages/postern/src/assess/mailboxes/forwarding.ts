import { addressKind } from "../../core/index.ts";
import { localPart } from "../../detect/index.ts";
import type { MailFound, MailGroup } from "../../scan/index.ts";

/** Kinds of commands that send mail on to somebody. */
const FORWARDING: ReadonlySet<string> = new Set(["forwarding-set", "rule-set", "transport-rule-set"]);
/** A command and the request that gave it lie this close together. */
const SAME_ACT_MS = 10_000;
const MAX_TARGETS = 200;

/** Addresses in the target of a forward, lower case: `smtp:x@y.example`, `"Name" [SMTP:x@y.example]` and lists of them. */
export function targetAddresses(target: string | undefined): readonly string[] {
  const found =
    (target ?? "").toLowerCase().match(/[a-z0-9._%+'-]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24}/gu) ?? [];
  return [...new Set(found)].sort();
}

/** True when a forward leaves the domains that its own record names; true as well when the record names none. */
export function leavesHouse(group: MailGroup): boolean {
  const own = new Set([group.mailbox, group.actor].flatMap((name) => domainOf(name)));
  const targets = targetAddresses(group.detail.target).map((target) => target.replace(/^.*@/u, ""));
  return targets.some((domain) => ![...own].some((one) => domain === one || domain.endsWith(`.${one}`)));
}

function domainOf(name: string | null): readonly string[] {
  const text = (name ?? "").toLowerCase();
  if (text.includes("@")) return [text.replace(/^.*@/u, "")];
  const canonical = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)\//u.exec(text)?.[1];
  return canonical === undefined ? [] : [canonical];
}

/** Commands that send mail on, to somewhere outside. */
function isForwarding(group: MailGroup): boolean {
  return group.sign === "command" && FORWARDING.has(group.kind ?? "");
}

/**
 * Forwards that are abuse by their own form, with the reason: a rule that sends mail out of the house and hides it from its owner, and every
 * other forward to the same address.
 */
export function abusiveForwards(found: MailFound): ReadonlyMap<MailGroup, string> {
  const forwards = found.groups.filter((group) => isForwarding(group) && leavesHouse(group));
  const hidden = forwards.filter((group) => group.detail.abuse !== undefined);
  const targets = new Set(hidden.flatMap((group) => targetAddresses(group.detail.target)));
  const abusive = new Map<MailGroup, string>();
  for (const group of forwards) {
    const reason = group.detail.abuse;
    if (reason !== undefined) abusive.set(group, reason);
    else if (targetAddresses(group.detail.target).some((target) => targets.has(target)))
      abusive.set(group, "it goes to an address to which a hidden rule forwards as well");
  }
  return abusive;
}

/** Addresses of all forwards that go outside: whether mail went there is looked up. */
export function forwardTargets(found: MailFound): readonly string[] {
  const all = found.groups
    .filter((group) => isForwarding(group) && leavesHouse(group))
    .flatMap((group) => targetAddresses(group.detail.target));
  return [...new Set(all)]
    .filter((target) => /^[\x20-\x7e]{6,}$/u.test(target))
    .sort()
    .slice(0, MAX_TARGETS);
}

/** Public addresses from which a command was given, by the front end's record of the page that gave it. */
export function pageAddresses(command: MailGroup, found: MailFound): readonly string[] {
  const pages = found.groups.filter(
    ({ sign, address }) => sign === "page" && address !== null && addressKind(address) === "public",
  );
  const near = pages.filter((page) =>
    page.marks.some((mark) => command.marks.some((own) => isNear(mark.timeMs, own.timeMs))),
  );
  const same = near.filter((page) => isSamePerson(page, command));
  const chosen = same.length > 0 ? same : near.length === 1 ? near : [];
  return [...new Set(chosen.flatMap(({ address }) => address ?? []))].sort();
}

function isNear(a: number | null, b: number | null): boolean {
  return a !== null && b !== null && Math.abs(a - b) <= SAME_ACT_MS;
}

function isSamePerson(page: MailGroup, command: MailGroup): boolean {
  const sid = command.detail.callerSid;
  if (sid !== undefined && sid === page.detail.callerSid) return true;
  const names = new Set([localPart(command.actor), localPart(command.mailbox)]);
  return names.has(localPart(page.actor));
}
