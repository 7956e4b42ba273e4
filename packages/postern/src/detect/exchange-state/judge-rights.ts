import type { Opinion } from "../configuration/lead.ts";
import { quote } from "../configuration/lead.ts";
import type { Organisation } from "./organisation.ts";
import {
  all,
  first,
  isFalse,
  isTrue,
  mailboxOf,
  shortName,
  timeOf,
  type StateStatement,
} from "./statement.ts";

const DELEGATE = ["T1098.002"];
const ROLES = ["T1098"];

/** Whether an entry of a permission list gives somebody else something: not denied, not the owner, not what installation gave. */
export function isForeignRight(statement: StateStatement, org: Pick<Organisation, "isOwnTrustee">): boolean {
  const user = first(statement, "user", "trustee");
  return user !== "" && !isTrue(statement, "deny") && !org.isOwnTrustee(user) && !/\\self$/iu.test(user);
}

const READING = /fullaccess|readpermission|receive-as|fullcontrol|genericall/iu;
const SENDING = /send-?as/iu;

/** Judges a right on a mailbox. `reach` is on how many mailboxes the same account has it. */
export function judgeMailboxRight(
  statement: StateStatement,
  org: Organisation,
  reach: number,
): Opinion | null {
  const rights = [...all(statement, "accessrights"), ...all(statement, "extendedrights")].join(", ");
  if (!isForeignRight(statement, org)) return null;
  if (
    statement.kind === "ad-permission" &&
    /accept-any-recipient/iu.test(rights) &&
    org.isEverybody(first(statement, "user"))
  )
    return relay(statement);
  if (!READING.test(rights) && !SENDING.test(rights)) return null;
  const user = first(statement, "user", "trustee");
  const mailbox = mailboxOf(statement);
  const odd = oddness(user, org, reach);
  const named = `${quote(user)} has ${quote(rights)} on ${reach >= MANY ? `${String(reach)} mailboxes, among them ` : ""}${quote(mailbox)}`;
  return {
    kind: odd === null ? "state-mailbox-right" : "state-mailbox-right-odd",
    id: odd === null ? "exchange-state/mailbox-right" : "exchange-state/mailbox-right-odd",
    confidence: odd === null ? "low" : "medium",
    text: odd === null ? `${named}.` : `${named}: ${odd}.`,
    entities: { users: [user], mailboxes: [mailbox] },
    attack: DELEGATE,
  };
}

/** Mailboxes on which a delegate seldom has rights at once. */
const MANY = 10;

function oddness(user: string, org: Organisation, reach: number): string | null {
  if (org.isEverybody(user)) return "this stands for everybody";
  if (/^s-1-5-21-[\d-]{10,60}$/iu.test(user))
    return "an account that no longer exists, or one that cannot be looked up";
  if (/\$$/u.test(user)) return "a computer's account";
  if (/^healthmailbox/iu.test(shortName(user))) return "a mailbox for monitoring, which nobody signs in with";
  return reach >= MANY ? "one account for so many mailboxes" : null;
}

function relay(statement: StateStatement): Opinion {
  return {
    kind: "state-relay-open",
    id: "exchange-state/relay-right",
    confidence: "medium",
    text: `${quote(first(statement, "user"))} may send to any recipient through ${quote(first(statement, "identity"))}.`,
    attack: [],
  };
}

/** Rights that show nothing of a folder. */
const NOTHING = /^(?:none|availabilityonly|limiteddetails|foldervisible)$/iu;
const CALENDAR = /calendar|kalender|calendrier|calendario|agenda|freebusy/iu;

/** Judges a right on a folder: only what everybody gets is odd. */
export function judgeFolderRight(statement: StateStatement, org: Organisation): Opinion | null {
  const user = first(statement, "user");
  const rights = all(statement, "accessrights").filter((right) => !NOTHING.test(right));
  const folder = first(statement, "foldername") || first(statement, "identity").replace(/^[^:]*:?/u, "");
  if (rights.length === 0 || !org.isEverybody(user)) return null;
  if (CALENDAR.test(folder) && !/owner|editor/iu.test(rights.join(","))) return null;
  return {
    kind: "state-folder-open",
    id: "exchange-state/folder-open",
    confidence: "medium",
    text: `Everybody (${quote(user)}) has ${quote(rights.join(", "))} on the folder ${quote(folder)} of ${quote(mailboxOf(statement))}.`,
    entities: { mailboxes: [mailboxOf(statement)] },
    attack: DELEGATE,
  };
}

/** Judges the assignment of a role. */
export function judgeRole(statement: StateStatement, org: Organisation): Opinion | null {
  const role = first(statement, "role");
  const reaching = org.facts.reachingRoles.find((one) => shortName(role) === one.role.toLowerCase());
  const holder = first(statement, "roleassigneename", "roleassignee", "user", "effectiveusername");
  if (reaching === undefined || holder === "" || isFalse(statement, "enabled")) return null;
  // The right to hand a role on, which Organization Management has from the start, is not the role itself.
  if (/delegating/iu.test(first(statement, "roleassignmentdelegationtype"))) return null;
  if (/-delegating(?:-\d+)?$/iu.test(first(statement, "name", "identity"))) return null;
  if (reaching.heldBy.some((name) => name.toLowerCase() === shortName(holder))) return null;
  const created = timeOf(statement, "whencreatedutc", "whencreated");
  return {
    kind: "state-role-granted",
    id: "exchange-state/role-granted",
    confidence: isInWindow(created, org) ? "high" : "medium",
    text: `${quote(holder)} holds the role ${quote(role)} and may ${reaching.what}.${whenText(created, " Assigned on")}`,
    entities: { users: [holder] },
    attack: ROLES,
    ...(created === null ? {} : { timeUtc: new Date(created).toISOString() }),
  };
}

/** Judges a member of a group that rules the organisation: one that was made while the logs run. */
export function judgeMember(statement: StateStatement, org: Organisation): Opinion | null {
  const group = first(statement, "rolegroup", "group");
  const created = timeOf(statement, "whencreatedutc", "whencreated");
  if (created === null || !org.isAdminGroup(group) || !isInWindow(created, org)) return null;
  const member = first(statement, "member", "name", "identity");
  return {
    kind: "state-admin-new",
    id: "exchange-state/admin-new",
    confidence: "medium",
    text: `${quote(member)} is a member of ${quote(group)}.${whenText(created, " The account was made on")}`,
    entities: { users: [member] },
    attack: ["T1136", "T1098"],
    timeUtc: new Date(created).toISOString(),
  };
}

function isInWindow(timeMs: number | null, { window }: Organisation): boolean {
  const { firstMs, lastMs } = window;
  return timeMs !== null && firstMs !== null && lastMs !== null && timeMs >= firstMs && timeMs <= lastMs;
}

function whenText(timeMs: number | null, words: string): string {
  return timeMs === null
    ? ""
    : `${words} ${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC.`;
}
