import type { Event } from "../../model/index.ts";
import { mailRow, type MailRow } from "./mail-row.ts";
import { isMonitoring, isServerIdentity, localPart } from "./names.ts";
import { kindOfVerb } from "./verbs.ts";

/**
 * Rows of the EWS log of the back end. `ImpersonatedUser`, `ActAsUser` and `ProxyAsUser` name the mailbox; real rows without any
 * impersonation repeat the caller there, so that only a different name counts.
 */
export function ewsRows(event: Event): readonly MailRow[] {
  const { fields, ecs } = event;
  const verb = fields["SoapAction"] ?? "";
  const status = ecs["http.response.status_code"];
  if (verb === "" || /^sbsc_/iu.test(verb) || status !== 200) return [];
  const actor = ecs["user.name"] ?? null;
  const owner = [fields["ImpersonatedUser"], fields["ActAsUser"], fields["ProxyAsUser"]].find(
    (name) => name !== undefined && name !== "" && name !== "-",
  );
  const agent = ecs["user_agent.original"] ?? "";
  if (isMonitoring(actor, agent) || isMonitoring(owner)) return [];
  const mailbox = owner ?? actor;
  if (mailbox === null || (owner === undefined && isServerIdentity(actor))) return [];
  return [
    mailRow({
      kind: kindOfVerb(verb),
      source: "ews",
      sign: isSame(mailbox, actor) ? "plain" : "as-another",
      mailbox,
      actor,
      address: ecs["source.ip"] ?? null,
      protocol: "EWS",
      verb,
      bytes: ecs["http.response.bytes"] ?? 0,
      agent,
      requestId: ecs["http.request.id"] ?? null,
    }),
  ];
}

/** `LARCHMERE\a.b` and `a.b@larchmere.example` are one as far as the name before the domain tells. */
function isSame(a: string, b: string | null): boolean {
  return b !== null && localPart(a) === localPart(b);
}

/** Rows of MAPI over HTTP on the back end: a session was opened, or went on. */
export function mapiHttpRows(event: Event): readonly MailRow[] {
  const { fields, ecs } = event;
  const verb = fields["RequestType"] ?? "";
  if (!/^(?:connect|execute)$/iu.test(verb) || ecs["http.response.status_code"] !== 200) return [];
  const actor = first(fields, ["AuthenticatedUserEmail", "UPN", "AuthenticatedUser"]);
  const mailbox = first(fields, ["ActAsUserEmail", "MailboxId"]) ?? actor;
  if (isMonitoring(actor, fields["MapiClientInfo"]) || isMonitoring(mailbox) || mailbox === null) return [];
  return [
    mailRow({
      kind: "opened",
      source: "mapihttp",
      sign: isSame(mailbox, actor) ? "plain" : "as-another",
      mailbox,
      actor,
      address: ecs["source.ip"] ?? null,
      protocol: "MAPI",
      verb,
      agent: first(fields, ["ClientSoftware"]) ?? "",
      requestId: ecs["http.request.id"] ?? null,
    }),
  ];
}

const LEGACY_DN = /\/o=[^,;"]+?\/cn=[^,;"/]+(?=$|[,;"\s])/iu;

/** Rows of RPC Client Access: a logon that names the owner's legacyDN. Column sets differ by build, names are looked up. */
export function rpcClientAccessRows(event: Event): readonly MailRow[] {
  const { fields } = event;
  const operation = fields["operation"] ?? "";
  if (!/logon/iu.test(operation) || /logoff/iu.test(operation)) return [];
  const failures = fields["failures"] ?? "";
  if (failures !== "") return [];
  const mailbox = LEGACY_DN.exec(fields["operation-specific"] ?? "")?.[0] ?? null;
  const actor = event.ecs["user.name"] ?? null;
  if (mailbox === null || isMonitoring(actor) || isMonitoring(mailbox)) return [];
  return [
    mailRow({
      kind: "opened",
      source: "rca",
      sign: mailbox.toLowerCase() === actor?.toLowerCase() ? "plain" : "as-another",
      mailbox,
      actor,
      address: event.ecs["source.ip"] ?? null,
      protocol: "MAPI",
      verb: "Logon",
      agent: fields["client-software"] ?? "",
    }),
  ];
}

function first(fields: Readonly<Record<string, string>>, names: readonly string[]): string | null {
  return (
    names.map((name) => fields[name]).find((value) => value !== undefined && value !== "" && value !== "-") ??
    null
  );
}
