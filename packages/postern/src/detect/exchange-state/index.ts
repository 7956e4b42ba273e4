import { toLead, type Lead, type Opinion } from "../configuration/lead.ts";
import {
  judgeForwarding,
  judgeInboxRule,
  judgeReceiveConnector,
  judgeTransportRule,
} from "./judge-mail-flow.ts";
import {
  isForeignRight,
  judgeFolderRight,
  judgeMailboxRight,
  judgeMember,
  judgeRole,
} from "./judge-rights.ts";
import { judgeAddresses, judgeAudit, judgeBypass, judgeExport } from "./judge-server.ts";
import type { Organisation } from "./organisation.ts";
import { first, mailboxOf, shortName, type StateStatement } from "./statement.ts";

export { createOrganisation, type Organisation } from "./organisation.ts";
export { isWorthKeeping } from "./worth-keeping.ts";
export {
  addressesIn as stateAddresses,
  all as stateValues,
  first as stateValue,
  has as stateHas,
  isTrue as stateIsTrue,
  mailboxOf as stateMailbox,
  stateTime,
  timeOf as stateTimeOf,
  type StateStatement,
} from "./statement.ts";

/** On how many mailboxes each account has rights, by its short name. */
type Reach = ReadonlyMap<string, number>;

type Judge = (statement: StateStatement, org: Organisation, reach: Reach) => Opinion | null;

const judgeRight: Judge = (statement, org, reach) =>
  judgeMailboxRight(statement, org, reach.get(shortName(first(statement, "user", "trustee"))) ?? 1);

const JUDGES: Readonly<Record<string, Judge>> = {
  "virtual-directory": judgeAddresses,
  mailbox: judgeForwarding,
  "inbox-rule": judgeInboxRule,
  "transport-rule": judgeTransportRule,
  "journal-rule": judgeTransportRule,
  "receive-connector": judgeReceiveConnector,
  "mailbox-permission": judgeRight,
  "ad-permission": judgeRight,
  "recipient-permission": judgeRight,
  "folder-permission": judgeFolderRight,
  "role-assignment": judgeRole,
  "role-group-member": judgeMember,
  "export-request": judgeExport,
  "export-statistics": judgeExport,
  "admin-audit-config": judgeAudit,
  "audit-bypass": judgeBypass,
};

/**
 * Judges exported state of one organisation. `told` receives each lead with the statement that it rests on, in the order of the
 * statements; a right of one account on many mailboxes is told once.
 */
export function judgeState<S extends StateStatement>(
  statements: readonly S[],
  org: Organisation,
  told: (lead: Lead, statement: S) => void,
): void {
  const reach = reachOf(statements, org);
  const manyTold = new Set<string>();
  for (const statement of statements) {
    const opinion = JUDGES[statement.kind]?.(statement, org, reach) ?? null;
    if (opinion === null) continue;
    if (opinion.kind === "state-mailbox-right-odd") {
      const user = shortName(first(statement, "user", "trustee"));
      if (manyTold.has(user)) continue;
      manyTold.add(user);
    }
    told(toLead(opinion, statement), statement);
  }
}

function reachOf(statements: readonly StateStatement[], org: Organisation): Reach {
  const mailboxes = new Map<string, Set<string>>();
  for (const statement of statements) {
    if (!RIGHTS.has(statement.kind) || !isForeignRight(statement, org)) continue;
    const user = shortName(first(statement, "user", "trustee"));
    const known = mailboxes.get(user) ?? new Set<string>();
    mailboxes.set(user, known.add(mailboxOf(statement).toLowerCase()));
  }
  return new Map([...mailboxes].map(([user, of]) => [user, of.size] as const));
}

const RIGHTS: ReadonlySet<string> = new Set(["mailbox-permission", "ad-permission", "recipient-permission"]);
