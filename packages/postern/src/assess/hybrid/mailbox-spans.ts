import { formatUtcOrNull } from "../../core/index.ts";
import { stateTimeOf, stateValue, stateValues } from "../../detect/index.ts";
import type { HybridAssessment, MailboxSpan } from "../../model/index.ts";
import type { CaseStatement } from "../state/index.ts";
import { citeStatement } from "./cite.ts";

/** Spans listed; the rest is counted. */
const MAX_SPANS = 300;

/** Where mailboxes were, from exports of mailboxes, remote mailboxes and moves. */
export function mailboxSpans(statements: readonly CaseStatement[]): HybridAssessment["mailboxes"] {
  const local = new Set<string>();
  const online = new Map<string, MailboxSpan>();
  const moves: MailboxSpan[] = [];
  for (const statement of statements) {
    if (statement.kind === "mailbox" && !isCloudTarget(statement)) local.add(nameOf(statement));
    else if (statement.kind === "remote-mailbox" || statement.kind === "mailbox") {
      const span = onlineSpan(statement);
      if (!online.has(span.mailbox)) online.set(span.mailbox, span);
    } else if (statement.kind === "move-request") moves.push(moveSpan(statement));
  }
  const spans = [...online.values(), ...moves].sort((a, b) => compare(sortKey(a), sortKey(b)));
  return {
    local: local.size,
    online: online.size,
    spans: spans.slice(0, MAX_SPANS),
    left: Math.max(0, spans.length - MAX_SPANS),
  };
}

function sortKey({ mailbox, from, where }: MailboxSpan): string {
  return `${mailbox}\n${from ?? ""}\n${where}`;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function nameOf(statement: CaseStatement): string {
  return stateValue(
    statement,
    "primarysmtpaddress",
    "alias",
    "mailboxidentity",
    "identity",
    "name",
    "displayname",
  ).toLowerCase();
}

/** A recipient whose mail goes to a tenant's routing domain. */
function isCloudTarget(statement: CaseStatement): boolean {
  return [...stateValues(statement, "targetaddress"), ...stateValues(statement, "externalemailaddress")].some(
    (address) => /\.mail\.onmicrosoft\.com$/iu.test(address),
  );
}

function onlineSpan(statement: CaseStatement): MailboxSpan {
  const address = stateValue(
    statement,
    "remoteroutingaddress",
    "targetaddress",
    "externalemailaddress",
  ).replace(/^smtp:/iu, "");
  return {
    mailbox: nameOf(statement),
    where: "online",
    // A remote mailbox is made new, or out of a user who had none, or by a move; its time of making says only the first.
    from: null,
    to: null,
    how: `its mail goes to ${address}; since when is not said`,
    citation: citeStatement(statement),
  };
}

/** Moves to Exchange Online are pulled from there, so that the request lies there; those of the server itself name a remote host. */
function moveSpan(statement: CaseStatement): MailboxSpan {
  const started = stateTimeOf(
    statement,
    "starttimestamp",
    "queuedtimestamp",
    "whencreatedutc",
    "whencreated",
  );
  const completed = stateTimeOf(statement, "completiontimestamp");
  const remote = stateValue(statement, "remotehostname");
  const direction = stateValue(statement, "direction");
  const isPush = /push|^1$/iu.test(direction);
  const state = stateValue(statement, "status", "statusdetail");
  const goal =
    remote === "" ? "between databases of this organisation" : isPush ? `to ${remote}` : `from ${remote}`;
  return {
    mailbox: nameOf(statement),
    where: remote === "" ? "local" : "moving",
    from: formatUtcOrNull(started),
    to: formatUtcOrNull(completed),
    how: `moved ${goal}, state "${state}"`,
    citation: citeStatement(statement),
  };
}
