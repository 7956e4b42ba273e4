import type { Opinion } from "../configuration/lead.ts";
import { quote } from "../configuration/lead.ts";
import type { Organisation } from "./organisation.ts";
import {
  addressesIn,
  all,
  first,
  has,
  isFalse,
  isTrue,
  mailboxOf,
  type StateStatement,
} from "./statement.ts";

const FORWARDING_RULE = ["T1114.003"];
const NO_DOMAINS =
  "No export of the accepted domains (Get-AcceptedDomain) is here, so that it cannot be told whether the address is outside.";

/** Where mail goes: addresses outside, and whether the domains are known at all. */
interface Goal {
  readonly addresses: readonly string[];
  readonly doubt: string;
}

/** Null when everything stays inside the organisation. */
function goalOf(statement: StateStatement, org: Organisation, members: readonly string[]): Goal | null {
  const addresses = addressesIn(statement, ...members).filter((one) => org.isOutside(one) !== false);
  return addresses.length === 0 ? null : { addresses, doubt: org.domains.length === 0 ? NO_DOMAINS : "" };
}

/** Judges the forwarding of a mailbox. */
export function judgeForwarding(statement: StateStatement, org: Organisation): Opinion | null {
  const goal = goalOf(statement, org, ["forwardingsmtpaddress", "forwardingaddress"]);
  const named = first(statement, "forwardingaddress");
  // A recipient inside may be a contact outside: its name alone does not say.
  if (goal === null) return named === "" || named.includes("@") ? null : namedForward(statement, named);
  const mailbox = mailboxOf(statement);
  const copy = isTrue(statement, "delivertomailboxandforward")
    ? "The owner gets it too."
    : isFalse(statement, "delivertomailboxandforward")
      ? "The owner does not get it."
      : "";
  return {
    kind: "state-forwarding-outside",
    id: "exchange-state/forwarding",
    confidence: goal.doubt === "" ? "medium" : "low",
    text: `All new mail of ${quote(mailbox)} goes to ${quote(goal.addresses.join(", "))}. ${copy}`.trim(),
    doubt: goal.doubt,
    entities: { mailboxes: [mailbox], users: goal.addresses },
    attack: FORWARDING_RULE,
  };
}

function namedForward(statement: StateStatement, named: string): Opinion {
  return {
    kind: "state-forwarding-named",
    id: "exchange-state/forwarding-named",
    confidence: "low",
    text: `All new mail of ${quote(mailboxOf(statement))} goes to the recipient ${quote(named)}.`,
    entities: { mailboxes: [mailboxOf(statement)] },
    attack: FORWARDING_RULE,
  };
}

const RULE_GOALS = ["forwardto", "redirectto", "forwardasattachmentto"];

/** Judges a rule of a mailbox: forwards outside, and rules that no program shows. */
export function judgeInboxRule(statement: StateStatement, org: Organisation): Opinion | null {
  const name = first(statement, "name");
  const mailbox = mailboxOf(statement);
  const goal = goalOf(statement, org, RULE_GOALS);
  const hides = [
    isTrue(statement, "deletemessage") || isTrue(statement, "softdeletemessage") ? "deletes" : "",
    isTrue(statement, "markasread") ? "marks as read" : "",
  ].filter((word) => word !== "");
  const isHidden = isHiddenRule(statement) && !org.isKnownHiddenRule(name);
  const off = isFalse(statement, "enabled") ? " It is switched off." : "";
  if (goal !== null)
    return {
      kind: isHidden ? "state-rule-hidden" : "state-rule-outside",
      id: isHidden ? "exchange-state/rule-hidden-forward" : "exchange-state/rule-outside",
      confidence: goal.doubt === "" || isHidden ? "medium" : "low",
      text:
        `The rule ${quote(name)} of ${quote(mailbox)} sends mail to ${quote(goal.addresses.join(", "))}` +
        `${hides.length === 0 ? "" : ` and ${hides.join(" and ")} it`}.${isHidden ? " Mail programs do not show this rule." : ""}${off}`,
      doubt: goal.doubt,
      entities: { mailboxes: [mailbox], users: goal.addresses },
      attack: isHidden ? [...FORWARDING_RULE, "T1564.008"] : FORWARDING_RULE,
    };
  if (!isHidden) return null;
  const does = hides.length === 0 ? "" : ` It ${hides.join(" and ")} mail.`;
  return {
    kind: "state-rule-hidden",
    id: "exchange-state/rule-hidden",
    confidence: "low",
    text: `${quote(mailbox)} has a rule that mail programs do not show${name === "" ? "; it has no name" : `: ${quote(name)}`}.${does}${off}`,
    entities: { mailboxes: [mailbox] },
    attack: ["T1564.008"],
  };
}

/** Rules are hidden by taking their name away; an export may also say so itself. */
function isHiddenRule(statement: StateStatement): boolean {
  if (isTrue(statement, "hidden") || isTrue(statement, "ishidden")) return true;
  return has(statement, "name") && first(statement, "name") === "";
}

/** Judges a rule or journal of the whole organisation. */
export function judgeTransportRule(statement: StateStatement, org: Organisation): Opinion | null {
  const isJournal = statement.kind === "journal-rule";
  const members = isJournal
    ? ["journalemailaddress"]
    : ["blindcopyto", "redirectmessageto", "copyto", "addtorecipients", "actions"];
  const described = isJournal ? "" : copyInDescription(all(statement, "description").join("\n"));
  const goal = goalOf(statement, org, members) ?? goalIn(described, org);
  if (goal === null) return null;
  const state = first(statement, "state");
  const off = /disabled/iu.test(state) || isFalse(statement, "enabled") ? " It is switched off." : "";
  const what = isJournal ? "The journal rule" : "The transport rule";
  return {
    kind: "state-transport-rule-outside",
    id: isJournal ? "exchange-state/journal-outside" : "exchange-state/transport-rule-outside",
    confidence: goal.doubt === "" ? "medium" : "low",
    text: `${what} ${quote(first(statement, "name", "identity"))} sends mail of the organisation to ${quote(goal.addresses.join(", "))}.${off}`,
    doubt: goal.doubt,
    entities: { users: goal.addresses },
    attack: FORWARDING_RULE,
  };
}

/** A rule in words: only what stands behind its actions, because its conditions name addresses too. */
function copyInDescription(text: string): string {
  return (
    text.match(/(?:blind carbon copy|bcc|redirect|copy) (?:\(bcc\) )?(?:the message )?to[^\r\n]{0,500}/giu) ??
    []
  ).join("\n");
}

function goalIn(text: string, org: Organisation): Goal | null {
  if (text === "") return null;
  const statement = {
    kind: "",
    values: { text: [text] },
    excerpt: "",
    at: { offsetBytes: 0, lengthBytes: 0 },
  };
  return goalOf(statement, org, ["text"]);
}

/** Judges a connector that takes mail: relaying for anybody. */
export function judgeReceiveConnector(statement: StateStatement): Opinion | null {
  if (isFalse(statement, "enabled")) return null;
  const ranges = all(statement, "remoteipranges").join(", ");
  const isOpen = /(?:^|[,\s])(?:0\.0\.0\.0(?:-255\.255\.255\.255|\/0)|::\/0|::-ffff:)/iu.test(ranges);
  if (!isOpen || !/externalauthoritative/iu.test(all(statement, "authmechanism").join(","))) return null;
  return {
    kind: "state-relay-open",
    id: "exchange-state/relay-open",
    confidence: "medium",
    text: `The connector ${quote(first(statement, "identity", "name"))} takes every sender for one of its own servers (ExternalAuthoritative) from any address.`,
    attack: [],
  };
}
