import type { Event, MailKind } from "../../model/index.ts";
import { mailRow, type MailDetail, type MailRow } from "./mail-row.ts";
import { readCommand, type Command, type Parameters } from "./read-command.ts";
import { ALL_MAILBOXES, isMonitoring } from "./names.ts";

/** Commands that take mail, or give somebody the means to: as logged by name, lower case. Each is looked for in the raw logs. */
export const MAIL_COMMANDS: readonly string[] = [
  "new-mailboxexportrequest",
  "remove-mailboxexportrequest",
  "search-mailbox",
  "new-mailboxsearch",
  "new-compliancesearch",
  "add-mailboxpermission",
  "add-mailboxfolderpermission",
  "add-adpermission",
  "new-managementroleassignment",
  "add-rolegroupmember",
  "new-inboxrule",
  "set-inboxrule",
  "new-transportrule",
  "set-transportrule",
  "new-journalrule",
  "set-mailboxauditbypassassociation",
  "set-adminauditlogconfig",
];
/** Commands of daily work, of which only these parameters matter; lower case. */
export const MAIL_PARAMETERS: readonly string[] = [
  "forwardingsmtpaddress",
  "forwardingaddress",
  "activesyncalloweddeviceids",
  "auditenabled",
];

/** Rows of a command; none when it failed or does not concern mail. */
export function commandRows(event: Event): readonly MailRow[] {
  const command = readCommand(event, (name) => Object.hasOwn(MEANINGS, name));
  if (command === null) return [];
  const meaning = MEANINGS[command.name]?.(command.parameters, command) ?? null;
  if (meaning === null || isMonitoring(meaning.mailbox) || isMonitoring(command.caller)) return [];
  return [
    mailRow({
      kind: meaning.kind,
      source: command.source,
      sign: "command",
      protocol: "PowerShell",
      verb: VERBS[command.name] ?? command.name,
      mailbox: meaning.mailbox,
      actor: command.caller,
      requestId: event.ecs["http.request.id"] ?? null,
      detail: { ...command.detail, ...meaning.detail },
    }),
  ];
}

interface Meaning {
  readonly kind: MailKind;
  readonly mailbox: string | null;
  readonly detail: MailDetail;
}

type Reader = (parameters: Parameters, command: Command) => Meaning | null;

const MEANINGS: Readonly<Record<string, Reader>> = {
  "new-mailboxexportrequest": readExport,
  "remove-mailboxexportrequest": (p, command) => ({
    kind: "covering-tracks",
    mailbox:
      (p["identity"] ?? p["requestqueue"] ?? command.object).replace(/\\mailboxexport\d*$/iu, "") || null,
    detail: { scope: "the record of an export was removed" },
  }),
  "search-mailbox": (p) => ({
    kind: p["deletecontent"] === undefined || isFalse(p["deletecontent"]) ? "searched" : "changed",
    mailbox: p["identity"] ?? null,
    detail: {
      ...target([p["targetmailbox"], p["targetfolder"]].filter((part) => part !== undefined).join("\\")),
      ...scope([["search", p["searchquery"]]], "whole mailbox"),
    },
  }),
  "new-mailboxsearch": readSearch,
  "new-compliancesearch": readSearch,
  "new-compliancesearchaction": readSearch,
  "add-mailboxpermission": (p) =>
    isReading(p["accessrights"]) ? right(p["identity"], p["user"], `right ${p["accessrights"] ?? ""}`) : null,
  "add-mailboxfolderpermission": (p) =>
    right(
      p["identity"]?.replace(/:.*$/u, ""),
      p["user"],
      `folder ${p["identity"]?.replace(/^[^:]*:?/u, "") ?? ""}, right ${p["accessrights"] ?? ""}`,
    ),
  "add-adpermission": (p) =>
    /receive-as|send-as|genericall|\*/iu.test(`${p["extendedrights"] ?? ""} ${p["accessrights"] ?? ""}`)
      ? right(p["identity"], p["user"], `right ${p["extendedrights"] ?? p["accessrights"] ?? ""}`)
      : null,
  "new-managementroleassignment": (p) =>
    REACHING_ROLES.test(p["role"] ?? "")
      ? reach(
          p["user"] ?? p["securitygroup"] ?? p["policy"] ?? p["app"] ?? p["computer"],
          `role ${p["role"] ?? ""}`,
        )
      : null,
  "add-rolegroupmember": (p) =>
    /^(?:organization management|discovery management|.*\/(?:organization|discovery) management)$/iu.test(
      p["identity"] ?? "",
    )
      ? reach(p["member"], `role group ${p["identity"] ?? ""}`)
      : null,
  "set-mailbox": readMailboxSetting,
  "new-inboxrule": readInboxRule,
  "set-inboxrule": readInboxRule,
  "new-transportrule": readTransportRule,
  "set-transportrule": readTransportRule,
  "new-journalrule": (p) =>
    everybody("transport-rule-set", {
      ...target(p["journalemailaddress"]),
      scope: `journal rule ${p["name"] ?? ""}`,
    }),
  "set-mailboxauditbypassassociation": (p) => ({
    kind: "covering-tracks",
    mailbox: p["identity"] ?? null,
    detail: { scope: "the account's reading is no longer recorded" },
  }),
  "set-adminauditlogconfig": (p) =>
    isFalse(p["adminauditlogenabled"]) || /^0+(?:[.:]0+)*$/u.test(p["adminauditlogagelimit"] ?? "")
      ? everybody("covering-tracks", {
          scope: "the record of administrators' commands was switched off or emptied",
        })
      : null,
  "set-casmailbox": (p) =>
    p["activesyncalloweddeviceids"] === undefined
      ? null
      : {
          kind: "device-allowed",
          mailbox: p["identity"] ?? null,
          detail: { ...target(p["activesyncalloweddeviceids"]), scope: "a phone was allowed to synchronise" },
        },
};

/** All commands that {@link commandRows} knows, lower case. */
export const KNOWN_COMMANDS: readonly string[] = Object.keys(MEANINGS);

const REACHING_ROLES = /applicationimpersonation|mailbox import export|mailbox search/iu;

/** Names as Exchange writes them. */
const VERBS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "New-MailboxExportRequest Remove-MailboxExportRequest Search-Mailbox New-MailboxSearch New-ComplianceSearch New-ComplianceSearchAction",
    "Add-MailboxPermission Add-MailboxFolderPermission Add-ADPermission New-ManagementRoleAssignment Add-RoleGroupMember Set-Mailbox",
    "New-InboxRule Set-InboxRule New-TransportRule Set-TransportRule New-JournalRule Set-MailboxAuditBypassAssociation",
    "Set-AdminAuditLogConfig Set-CASMailbox",
  ]
    .join(" ")
    .split(" ")
    .map((name) => [name.toLowerCase(), name]),
);

function readExport(p: Parameters): Meaning {
  const file = p["filepath"] ?? "";
  const detail = {
    ...target(file),
    ...scope(
      [
        ["folders", p["includefolders"]],
        ["without folders", p["excludefolders"]],
        ["filter", p["contentfilter"]],
        ["archive", p["isarchive"]],
      ],
      "whole mailbox, no filter",
    ),
  };
  const isPage = /\.(?:aspx?|ashx|asmx|cer|soap)$/iu.test(file.trim());
  return {
    kind: isPage ? "page-written" : "exported",
    mailbox: p["mailbox"] ?? null,
    detail: isPage ? { ...detail, abuse: "the export was written under the name of a web page" } : detail,
  };
}

function readSearch(p: Parameters): Meaning {
  const mailboxes = p["sourcemailboxes"] ?? p["exchangelocation"] ?? "";
  return {
    kind: "searched",
    mailbox:
      mailboxes === "" || /^all$/iu.test(mailboxes) || mailboxes.includes(",") ? ALL_MAILBOXES : mailboxes,
    detail: {
      ...target(p["targetmailbox"]),
      ...scope(
        [
          ["mailboxes", mailboxes],
          ["search", p["searchquery"] ?? p["contentmatchquery"]],
          ["name", p["name"] ?? p["searchname"]],
        ],
        "",
      ),
    },
  };
}

function readMailboxSetting(p: Parameters, command: Command): Meaning | null {
  const forward = [p["forwardingsmtpaddress"], p["forwardingaddress"]].find(
    (value) => value !== undefined && !isEmpty(value),
  );
  const mailbox = (p["identity"] ?? command.object) || command.caller;
  if (forward !== undefined) {
    const copy = p["delivertomailboxandforward"];
    const keeps =
      copy === undefined ? "" : isFalse(copy) ? ", the owner gets nothing" : ", the owner still gets it";
    return { kind: "forwarding-set", mailbox, detail: { ...target(forward), scope: `all new mail${keeps}` } };
  }
  if (!isFalse(p["auditenabled"])) return null;
  return {
    kind: "covering-tracks",
    mailbox,
    detail: { scope: "access to the mailbox is no longer recorded" },
  };
}

/** Folders in which nobody looks. */
const HIDING_FOLDERS = /rss|archive|conversation history|junk|deleted|sync issues|notes/iu;

function readInboxRule(p: Parameters, command: Command): Meaning | null {
  const forward = ["forwardto", "redirectto", "forwardasattachmentto"].flatMap((name) => {
    const value = p[name];
    return value === undefined || isEmpty(value) ? [] : [value];
  });
  const hides = [
    p["deletemessage"] !== undefined && !isFalse(p["deletemessage"]) ? "deletes the message" : "",
    p["markasread"] !== undefined && !isFalse(p["markasread"]) ? "marks it as read" : "",
    HIDING_FOLDERS.test(p["movetofolder"] ?? "") ? `moves it to ${p["movetofolder"] ?? ""}` : "",
    /^[.,;\-_ ]{1,3}$/u.test(p["name"] ?? "") ? "has a name that nobody sees" : "",
  ].filter((part) => part !== "");
  if (forward.length === 0 && hides.length === 0) return null;
  const abuse =
    forward.length > 0 && hides.length > 0 ? `the rule forwards and hides it: it ${hides.join(", ")}` : "";
  return {
    kind: "rule-set",
    mailbox: (p["mailbox"] ?? command.caller ?? p["identity"]?.replace(/\\.*$/u, "")) || null,
    detail: {
      ...target(forward.join("; ")),
      scope: [`rule "${p["name"] ?? p["identity"] ?? ""}"`, ...hides, ...conditions(p)].join(", "),
      ...(abuse === "" ? {} : { abuse }),
    },
  };
}

function conditions(p: Parameters): readonly string[] {
  return [
    "subjectorbodycontainswords",
    "subjectcontainswords",
    "bodycontainswords",
    "from",
    "fromaddresscontainswords",
  ].flatMap((name) => (p[name] === undefined ? [] : [`if ${name}: ${p[name]}`]));
}

function readTransportRule(p: Parameters): Meaning | null {
  const forward = ["blindcopyto", "redirectmessageto", "copyto", "addtorecipients"]
    .map((name) => p[name])
    .find((value) => value !== undefined && !isEmpty(value));
  if (forward === undefined) return null;
  return everybody("transport-rule-set", {
    ...target(forward),
    scope: `transport rule "${p["name"] ?? p["identity"] ?? ""}"`,
  });
}

function everybody(kind: MailKind, detail: MailDetail): Meaning {
  return { kind, mailbox: ALL_MAILBOXES, detail };
}

function right(mailbox: string | undefined, user: string | undefined, text: string): Meaning {
  const isDatabase = /database/iu.test(mailbox ?? "");
  return {
    kind: isDatabase ? "reach-granted" : "right-granted",
    mailbox: isDatabase ? ALL_MAILBOXES : (mailbox ?? null),
    detail: { ...target(user), scope: isDatabase ? `${text} on ${mailbox ?? ""}` : text },
  };
}

function reach(user: string | undefined, text: string): Meaning {
  return everybody("reach-granted", { ...target(user), scope: text });
}

/** `FullAccess` and what holds it; `SendAs` and ownership do not read. */
function isReading(rights: string | undefined): boolean {
  return rights === undefined || /full|read|owner/iu.test(rights);
}

function target(text: string | undefined): MailDetail {
  return text === undefined || text === "" ? {} : { target: text.replace(/^smtp:/iu, "") };
}

function scope(parts: readonly (readonly [string, string | undefined])[], otherwise: string): MailDetail {
  const known = parts.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${name}: ${value}`],
  );
  const text = known.length === 0 ? otherwise : known.join(", ");
  return text === "" ? {} : { scope: text };
}

function isFalse(value: string | undefined): boolean {
  return /^\$?false$|^0$/iu.test(value?.trim() ?? "");
}

function isEmpty(value: string): boolean {
  return /^(?:\$null|\{\}|)$/iu.test(value.trim());
}
