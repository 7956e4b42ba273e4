import { DAY, HOUR, MINUTE, SECOND, at, iso } from "./clock.ts";
import { exportEvents, openStage, writeServerLife, writeSetup, installed } from "./build.ts";
import type { Build, OpenStage, Span } from "./build.ts";
import { writeChain } from "./chain.ts";
import { EX01, MAIL_DOMAIN } from "./district.ts";
import type { Person } from "./district.ts";
import { INTRUDER } from "./scenario-single.ts";
import { plantedUrl } from "./shell-text.ts";
import { CU19, CU19_MARCH } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { toCliXml, toCsv } from "./state-export.ts";
import type { ExportedObject } from "./state-export.ts";
import { serve } from "./web-request.ts";

const SPAN: Span = { fromMs: at("2021-03-01T02:30:00Z"), untilMs: at("2021-03-07T00:00:00Z") };
const CLOUD_DOMAIN = "larchmere.mail.onmicrosoft.com";
const MANAGEMENT = "Microsoft.Exchange.Data.Directory.Management";
const CONFIGURATION = "Microsoft.Exchange.Data.Directory.SystemConfiguration";
/** Mailboxes that were moved to Exchange Online: the last ones. */
const MOVED = 12;
const ONLINE_APP = "00000002-0000-0ff1-ce00-000000000000";

/** A server of a district that moves to Exchange Online is broken into; what was set there stands in exports of its state. */
export function writeHybrid(build: Build): void {
  const open = hybridServer(build, "2021-03-05T22:10:00Z");
  const { stage } = open;
  const startMs = at("2021-03-03T10:15:23.120Z");
  const mailbox = `a.whitcombe@${MAIL_DOMAIN}`;
  writeChain({ front: stage, back: stage, ledger: build.ledger }, { startMs, attacker: INTRUDER, mailbox });
  const files = new StateFiles(stage);
  hybridSettings(files);
  ordinaryState(files, { rules: [OUTSIDE_RULE, HIDDEN_RULE], roles: [GRANTED_ROLE] });
  files.xml("Get-OabVirtualDirectory", `${CONFIGURATION}.ADOabVirtualDirectory`, [
    { ...OAB, ExternalUrl: plantedUrl(), WhenChangedUTC: iso(startMs + 9 * SECOND) },
  ]);
  files.xml("Get-MailboxExportRequest", "Microsoft.Exchange.Management.RecipientTasks.MailboxExportRequest", [
    {
      Identity: "larchmere.example/Staff/B Okafor\\MailboxExport",
      Mailbox: "larchmere.example/Staff/B Okafor",
      FilePath: "\\\\127.0.0.1\\C$\\inetpub\\wwwroot\\aspnet_client\\b.pst",
      Status: "Completed",
      WhenCreatedUTC: iso(startMs + 31 * HOUR),
    },
  ]);
  files.xml("Get-AdminAuditLogConfig", `${CONFIGURATION}.AdminAuditLogConfig`, [
    { ...AUDIT, AdminAuditLogEnabled: false, WhenChangedUTC: iso(startMs + 32 * HOUR) },
  ]);
  exportedAudit(build, stage, startMs + 30 * HOUR);
  exportEvents(build, open, "get-winevent");
}

/** The same district without an intruder: delegates, an archive, moves and an export that an administrator made. */
export function writeHybridClean(build: Build): void {
  const open = hybridServer(build, "2021-03-03T22:10:00Z");
  const files = new StateFiles(open.stage);
  hybridSettings(files);
  ordinaryState(files, { rules: [], roles: [] });
  files.xml("Get-OabVirtualDirectory", `${CONFIGURATION}.ADOabVirtualDirectory`, [OAB]);
  files.xml("Get-AdminAuditLogConfig", `${CONFIGURATION}.AdminAuditLogConfig`, [AUDIT]);
  exportEvents(build, open, "get-winevent");
}

function hybridServer(build: Build, patchedIso: string): OpenStage {
  const open = openStage(build, {
    server: EX01,
    builds: [installed(CU19, "2021-03-01T01:10:00Z"), installed(CU19_MARCH, patchedIso)],
  });
  writeServerLife(build, open.stage, SPAN);
  writeSetup(open.stage, "fresh");
  cloudTraffic(open.stage);
  return open;
}

/** Exchange Online asks for free and busy times and fetches mailboxes. The addresses are invented. */
function cloudTraffic(stage: Stage): void {
  for (let timeMs = SPAN.fromMs + 2 * HOUR; timeMs < SPAN.untilMs; timeMs += 5 * HOUR) {
    const request = {
      tookMs: 40,
      user: "",
      clientAddress: "203.0.113.130",
      status: 200,
      protocol: "Ews",
      method: "POST",
      query: "",
    } as const;
    serve(stage, {
      ...request,
      timeMs,
      stem: "/EWS/Exchange.asmx/WSSecurity",
      agent: "ASProxy/CrossForest/Directory//15.20.3912.019",
    });
    if (timeMs < SPAN.fromMs + 3 * DAY)
      serve(stage, { ...request, timeMs: timeMs + 11 * MINUTE, stem: "/EWS/mrsproxy.svc", agent: "" });
  }
}

/** Writes exports as a collector does: one file for each cmdlet. */
class StateFiles {
  readonly people: readonly Person[];
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.people = stage.people;
  }

  xml(cmdlet: string, type: string, objects: readonly ExportedObject[]): void {
    this.#stage.tree.file(
      `${this.#stage.server.name}/state/${cmdlet}.xml`,
      toCliXml(type, objects),
      SPAN.untilMs,
    );
  }

  csv(cmdlet: string, type: string, objects: readonly ExportedObject[]): void {
    this.#stage.tree.file(
      `${this.#stage.server.name}/state/${cmdlet}.csv`,
      toCsv(type, objects),
      SPAN.untilMs,
    );
  }
}

function nameOf(person: Person): string {
  const [given = "", family = ""] = (person.mail.split("@")[0] ?? "").split(".");
  return `larchmere.example/Staff/${given.toUpperCase()} ${family.charAt(0).toUpperCase()}${family.slice(1)}`;
}

function hybridSettings(files: StateFiles): void {
  files.csv("Get-AcceptedDomain", `${CONFIGURATION}.AcceptedDomain`, [
    { Name: MAIL_DOMAIN, DomainName: MAIL_DOMAIN, DomainType: "Authoritative", Default: true },
    { Name: CLOUD_DOMAIN, DomainName: CLOUD_DOMAIN, DomainType: "Authoritative", Default: false },
  ]);
  files.xml("Get-SendConnector", `${CONFIGURATION}.SmtpSendConnectorConfig`, [
    {
      Identity: "Outbound to Office 365",
      AddressSpaces: [`smtp:${CLOUD_DOMAIN};1`],
      SmartHosts: ["larchmere-example.mail.protection.outlook.com"],
      CloudEnabled: true,
      Enabled: true,
      TlsCertificateName: `<I>CN=Example CA<S>CN=mail.${MAIL_DOMAIN}`,
    },
  ]);
  files.xml("Get-HybridConfiguration", `${CONFIGURATION}.HybridConfiguration`, [
    {
      Identity: "Hybrid Configuration",
      Domains: [MAIL_DOMAIN],
      Features: ["FreeBusy", "MoveMailbox", "SecureMail"],
      OnPremisesSmartHost: `mail.${MAIL_DOMAIN}`,
      SendingTransportServers: [EX01.name],
      ReceivingTransportServers: [EX01.name],
      TlsCertificateName: `<I>CN=Example CA<S>CN=mail.${MAIL_DOMAIN}`,
    },
  ]);
  files.xml("Get-AuthServer", `${CONFIGURATION}.AuthServer`, [
    {
      Identity: "EvoSts - demo",
      Type: "AzureAD",
      Enabled: true,
      IssuerIdentifier: "https://sts.windows.net/demo/",
      ApplicationIdentifier: null,
      TokenIssuingEndpoint: "https://login.windows.net/common/oauth2/authorize",
    },
  ]);
  files.xml("Get-PartnerApplication", `${CONFIGURATION}.PartnerApplication`, [
    {
      Identity: "Exchange Online",
      Enabled: true,
      ApplicationIdentifier: ONLINE_APP,
      UseAuthServer: true,
      LinkedAccount: null,
    },
  ]);
  files.xml(
    "Get-RemoteMailbox",
    `${MANAGEMENT}.RemoteMailbox`,
    files.people.slice(-MOVED).map((person) => ({
      Identity: nameOf(person),
      PrimarySmtpAddress: person.mail,
      RemoteRoutingAddress: `SMTP:${person.mail.split("@")[0] ?? ""}@${CLOUD_DOMAIN}`,
      RecipientTypeDetails: "RemoteUserMailbox",
    })),
  );
}

const OAB: ExportedObject = {
  Name: "OAB (Default Web Site)",
  Server: EX01.name,
  InternalUrl: `https://mail.${MAIL_DOMAIN}/OAB`,
  ExternalUrl: `https://mail.${MAIL_DOMAIN}/OAB`,
  Identity: `${EX01.name}\\OAB (Default Web Site)`,
  WhenChangedUTC: "2021-03-01T01:20:00Z",
};
const AUDIT: ExportedObject = {
  Identity: "Admin Audit Log Settings",
  AdminAuditLogEnabled: true,
  AdminAuditLogAgeLimit: "90.00:00:00",
  AdminAuditLogCmdlets: ["*"],
};
const RULE: ExportedObject = { Enabled: true, ForwardTo: [], RedirectTo: [], DeleteMessage: false };
const OUTSIDE_RULE: ExportedObject = {
  ...RULE,
  Name: "..",
  MailboxOwnerId: "larchmere.example/Staff/A Whitcombe",
  ForwardTo: ['"backup" [SMTP:larchmere.board@mailbox.invalid]'],
  DeleteMessage: true,
};
const HIDDEN_RULE: ExportedObject = {
  ...RULE,
  Name: "",
  MailboxOwnerId: "larchmere.example/Staff/D Marchetti",
  RedirectTo: ['"x" [SMTP:larchmere.board@mailbox.invalid]'],
};
const ROLE: ExportedObject = {
  RoleAssigneeType: "RoleGroup",
  RoleAssignmentDelegationType: "Regular",
  Enabled: true,
  WhenCreatedUTC: "2021-03-01T01:20:00Z",
};
const GRANTED_ROLE: ExportedObject = {
  ...ROLE,
  Name: "Mailbox Import Export-it.admin",
  Role: "Mailbox Import Export",
  RoleAssigneeName: "it.admin",
  RoleAssigneeType: "User",
  WhenCreatedUTC: "2021-03-04T16:05:12Z",
};

/** What any organisation has: a rule into a folder, a delegate, the rights that Exchange gives itself, roles of role groups. */
function ordinaryState(
  files: StateFiles,
  more: { readonly rules: readonly ExportedObject[]; readonly roles: readonly ExportedObject[] },
): void {
  const local = files.people.slice(0, -MOVED);
  files.xml(
    "Get-Mailbox",
    `${MANAGEMENT}.Mailbox`,
    local.map((person) => ({
      Identity: nameOf(person),
      PrimarySmtpAddress: person.mail,
      ForwardingAddress: null,
      ForwardingSmtpAddress: person === local[4] ? `smtp:${local[5]?.mail ?? ""}` : null,
      DeliverToMailboxAndForward: true,
      RecipientTypeDetails: "UserMailbox",
    })),
  );
  files.xml("Get-InboxRule", "Microsoft.Exchange.Management.Common.InboxRule", [
    ...local.map((person) => ({ ...RULE, Name: "Junk E-mail Rule", MailboxOwnerId: nameOf(person) })),
    ...local.slice(6, 9).map((person) => ({
      ...RULE,
      Name: "Newsletters",
      MailboxOwnerId: nameOf(person),
      MoveToFolder: "News",
    })),
    ...more.rules,
  ]);
  files.xml(
    "Get-MailboxPermission",
    "Microsoft.Exchange.Management.RecipientTasks.MailboxAcePresentationObject",
    [
      ...local.flatMap((person) => [
        right(person, "NT AUTHORITY\\SELF"),
        { ...right(person, "LARCHMERE\\Exchange Servers"), IsInherited: true },
      ]),
      ...(local[2] === undefined || local[3] === undefined ? [] : [right(local[2], local[3].account)]),
    ],
  );
  roles(files, more.roles);
}

function roles(files: StateFiles, more: readonly ExportedObject[]): void {
  files.xml("Get-ManagementRoleAssignment", `${MANAGEMENT}.ExchangeRoleAssignmentPresentation`, [
    {
      ...ROLE,
      Name: "Mailbox Import Export-Organization Management-Delegating",
      Role: "Mailbox Import Export",
      RoleAssigneeName: "Organization Management",
      RoleAssignmentDelegationType: "DelegatingOrgWide",
    },
    {
      ...ROLE,
      Name: "Mailbox Search-Discovery Management",
      Role: "Mailbox Search",
      RoleAssigneeName: "Discovery Management",
    },
    {
      ...ROLE,
      Name: "ApplicationImpersonation-Hygiene Management",
      Role: "ApplicationImpersonation",
      RoleAssigneeName: "Hygiene Management",
    },
    ...more,
  ]);
}

function right(person: Person, user: string): ExportedObject {
  return {
    Identity: nameOf(person),
    User: user,
    AccessRights: ["FullAccess"],
    Deny: false,
    IsInherited: false,
  };
}

/** What Search-AdminAuditLog still held, as ConvertTo-Json into a file of Windows PowerShell: UTF-16. */
function exportedAudit(build: Build, stage: Stage, timeMs: number): void {
  const path = `${stage.server.name}/state/Search-AdminAuditLog.json`;
  const record = {
    ObjectModified: "larchmere.example/Staff/B Okafor",
    CmdletName: "New-MailboxExportRequest",
    CmdletParameters: [
      { Name: "Mailbox", Value: "b.okafor" },
      { Name: "FilePath", Value: "\\\\127.0.0.1\\C$\\inetpub\\wwwroot\\aspnet_client\\b.pst" },
    ],
    Caller: "larchmere.example/Users/Administrator",
    Succeeded: true,
    RunDate: `/Date(${String(timeMs)})/`,
    OriginatingServer: `${stage.server.name} (15.01.2176.002)`,
  };
  const text = `\uFEFF${JSON.stringify([record], null, 2)}\r\n`;
  stage.tree.file(path, Buffer.from(text, "utf16le"), SPAN.untilMs);
  build.ledger.oddity("utf-16", path);
}
