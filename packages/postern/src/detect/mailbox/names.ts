import type { IdentityName } from "../../model/index.ts";

/** Stands for every mailbox of the organisation. */
export const ALL_MAILBOXES = "*";

const SID = /^s-1-\d+(?:-\d+){1,15}$/u;
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u;
const ADDRESS = /^[^\s@"<>;,/\\]{1,128}@[^\s@"<>;,/\\]{1,190}$/u;
const MAX_NAME = 300;

/**
 * What kind of name a text is, in the form in which names are compared (lower case, without `smtp:` and braces); null when it is none.
 */
export function readName(text: string | null | undefined): IdentityName | null {
  const value = bare(text ?? "");
  if (value === "" || value === "-" || value.length > MAX_NAME) return null;
  if (SID.test(value)) return { kind: "sid", value };
  if (GUID.test(value)) return { kind: "guid", value };
  if (value.startsWith("/o=")) return { kind: "legacy-dn", value };
  if (ADDRESS.test(value)) return { kind: "address", value };
  if (/^[^\\/]+\\[^\\]+$/u.test(value)) return { kind: "account", value };
  if (/^[^\\/\s]+\.[^\\/\s]+\/.+$/u.test(value)) return { kind: "canonical", value };
  return { kind: "alias", value };
}

function bare(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^(?:smtp|sip|upn)[:~]/u, "")
    .replace(/^\{(.*)\}$/u, "$1");
}

/** One text for a name, to compare and to sort by. */
export function nameKey(name: IdentityName): string {
  return `${name.kind} ${name.value}`;
}

/** `a.b` of `DOMAIN\\a.b`, `a.b@x.example` and `x.example/Staff/a.b`; lower case. */
export function localPart(name: string | null | undefined): string {
  return (name ?? "")
    .trim()
    .toLowerCase()
    .replace(/^.*[\\/]/u, "")
    .replace(/@.*$/u, "");
}

/**
 * Mailboxes and agents of Exchange's own monitoring, which ask all day: filtered. System mailboxes (arbitration, discovery, federation,
 * migration) are targets of abuse and stay.
 */
export function isMonitoring(name: string | null | undefined, agent = ""): boolean {
  return MONITOR.test(name ?? "") || MONITOR_AGENT.test(agent);
}

const MONITOR = /(?:^|[\\/])healthmailbox[0-9a-f]{0,40}|(?:^|\\)extest_|\/monitoring mailboxes\//iu;
const MONITOR_AGENT =
  /^(?:amprobe|ews_am_probe|activemonitoring|msexchmon|testactivesyncconnectivity|odata_pc_probe|exchangeinternalewsclient)/iu;

const SYSTEM_NAME = /^(?:.*\\)?(?:system|système|sistema|systeem)(?: \(.*\))?$/iu;

/** The server itself: SYSTEM in the languages seen, `S-1-5-18`, or a machine account. */
export function isServerIdentity(name: string | null | undefined): boolean {
  const text = (name ?? "").trim();
  return (
    /^s-1-5-18$/iu.test(text) || SYSTEM_NAME.test(text) || /^(?:[^\\]+\\)?[^\\@\s]+\$(?:@\S+)?$/u.test(text)
  );
}
