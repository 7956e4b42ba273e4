import type { Opinion } from "../configuration/lead.ts";
import { quote } from "../configuration/lead.ts";
import { normalizeWindowsPath, placeOfPath } from "../configuration/windows-place.ts";
import { all, first, isFalse, isTrue, timeOf, type StateStatement } from "./statement.ts";

const AUDIT_OFF = ["T1562.008"];
/** Script in an address; the first letters of its tag may stand percent-encoded. */
const SCRIPT = /(?:<|%3c)\s{0,8}(?:script|%)|runat\s{0,4}=|page_load|eval\s{0,4}\(|jscript/iu;
/** What is left of such an address when the server ran the script and wrote its page out: a host of one letter. */
const LEFTOVER = /^https?:\/\/[a-z]\/?$/iu;

/** Judges the addresses of a virtual directory: the intruders of 2021 wrote a page's script into them. */
export function judgeAddresses(statement: StateStatement): Opinion | null {
  for (const member of ["externalurl", "internalurl"]) {
    const value = all(statement, member).join("").trim();
    const isScript = SCRIPT.test(value);
    if (!isScript && !LEFTOVER.test(value)) continue;
    const name = first(statement, "identity", "name");
    const changed = timeOf(statement, "whenchangedutc", "whenchanged");
    const where = member === "externalurl" ? "outside address" : "inside address";
    return {
      kind: "state-address-script",
      id: isScript ? "exchange-state/address-script" : "exchange-state/address-leftover",
      rung: "L2",
      confidence: isScript ? "high" : "medium",
      text: isScript
        ? `The ${where} of ${quote(name)} holds script: ${quote(value)}.`
        : `The ${where} of ${quote(name)} is ${quote(value)}: what is left of an address with script after the server ran it.`,
      entities: { urls: [value] },
      attack: ["T1505.003"],
      cves: ["CVE-2021-27065"],
      ...(changed === null ? {} : { timeUtc: new Date(changed).toISOString() }),
    };
  }
  return null;
}

/** Numbers that ConvertTo-Json writes for the states of a request (RequestStatus). */
const STATES: Readonly<Record<string, string>> = {
  "1": "queued",
  "2": "in progress",
  "10": "completed",
  "11": "completed with warnings",
  "98": "suspended",
  "99": "failed",
};
const PAGE = /\.(?:as[phm]x|asp|cer|asax|soap)$/iu;

/** Judges a request that writes a mailbox into a file. */
export function judgeExport(statement: StateStatement): Opinion | null {
  const file = first(statement, "filepath");
  if (file === "") return null;
  const mailbox =
    first(statement, "mailbox", "sourcemailbox", "sourcemailboxidentity", "sourcealias") ||
    first(statement, "identity").replace(/\\[^\\]*$/u, "");
  const state = first(statement, "status");
  const place = placeOfPath(normalizeWindowsPath(file));
  const scope = [
    ["folders", all(statement, "includefolders").join(", ")],
    ["filter", first(statement, "contentfilter")],
    ["bytes", first(statement, "bytestransferred")],
    ["items", first(statement, "itemstransferred")],
  ].flatMap(([name = "", value = ""]) => (value === "" ? [] : [`${name} ${quote(value)}`]));
  const time = timeOf(statement, "starttimestamp", "queuedtimestamp", "whencreatedutc", "whencreated");
  const isPage = place === "web" && PAGE.test(file);
  const isServed = place === "web";
  return {
    kind: isPage ? "state-export-page" : isServed ? "state-export-served" : "state-export",
    id: isPage
      ? "exchange-state/export-page"
      : isServed
        ? "exchange-state/export-served"
        : "exchange-state/export",
    rung: isServed ? "L2" : null,
    confidence: isPage ? "high" : "medium",
    text: `${quote(mailbox)} was to be written into ${quote(file)}: ${STATES[state] ?? (state === "" ? "state not given" : quote(state))}${scope.length === 0 ? "" : `, ${scope.join(", ")}`}.`,
    entities: { mailboxes: [mailbox], files: [file] },
    attack: isPage ? ["T1505.003"] : ["T1114.002"],
    ...(isPage ? { cves: ["CVE-2021-31207"] } : {}),
    ...(time === null ? {} : { timeUtc: new Date(time).toISOString() }),
  };
}

/** Judges whether what administrators do is written down. */
export function judgeAudit(statement: StateStatement): Opinion | null {
  const changed = timeOf(statement, "whenchangedutc", "whenchanged");
  const dated = changed === null ? {} : { timeUtc: new Date(changed).toISOString() };
  if (isFalse(statement, "adminauditlogenabled"))
    return {
      kind: "state-audit-off",
      id: "exchange-state/audit-off",
      confidence: "medium",
      text: "The log of administrators' commands is switched off.",
      attack: AUDIT_OFF,
      ...dated,
    };
  const limit = first(statement, "adminauditlogagelimit");
  if (/^0?0:00:00$|^0$/u.test(limit))
    return {
      kind: "state-audit-off",
      id: "exchange-state/audit-emptied",
      confidence: "medium",
      text: "The log of administrators' commands keeps nothing (age limit 0): it empties itself.",
      attack: AUDIT_OFF,
      ...dated,
    };
  return null;
}

/** Judges an account whose access to mailboxes is not written down. */
export function judgeBypass(statement: StateStatement): Opinion | null {
  if (!isTrue(statement, "auditbypassenabled")) return null;
  const account = first(statement, "name", "identity");
  return {
    kind: "state-audit-bypass",
    id: "exchange-state/audit-bypass",
    confidence: "medium",
    text: `What ${quote(account)} does in mailboxes is not written into their audit logs.`,
    entities: { users: [account] },
    attack: AUDIT_OFF,
  };
}
