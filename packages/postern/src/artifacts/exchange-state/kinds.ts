import type { StateObject } from "./state-object.ts";

/** Kinds of objects, in the order in which they are tried: the first that fits is taken. */
const STATE_KINDS = [
  "mailbox-audit",
  "admin-audit",
  "virtual-directory",
  "inbox-rule",
  "remote-mailbox",
  "mailbox",
  "mailbox-permission",
  "ad-permission",
  "recipient-permission",
  "folder-permission",
  "role-assignment",
  "role-group",
  "role-group-member",
  "export-statistics",
  "export-request",
  "move-request",
  "migration-endpoint",
  "transport-rule",
  "journal-rule",
  "transport-agent",
  "send-connector",
  "receive-connector",
  "accepted-domain",
  "remote-domain",
  "admin-audit-config",
  "audit-bypass",
  "exchange-server",
  "mailbox-database",
  "organization-config",
  "mobile-device",
  "auth-config",
  "auth-server",
  "partner-application",
  "hybrid-configuration",
  "organization-relationship",
  "intra-organization-connector",
  "setting-override",
  "service-principal",
] as const;

/** What an exported object is: named after what it says, because several cmdlets say the same. */
export type StateKind = (typeof STATE_KINDS)[number];

/** How objects of one kind are known, and what of them is kept. Members are in lower case. */
interface StateKindFacts {
  /** Last part of the class names that mean it. */
  readonly types: RegExp;
  /** Members that show it where no class name does: all of one group, separated by blanks. */
  readonly shown: readonly string[];
  /** Members that are kept. */
  readonly keep: string;
}

const IDENTITY = "identity name distinguishedname guid whencreated whencreatedutc whenchanged whenchangedutc";

// Members and class names: what the cmdlets return (learn.microsoft.com/powershell/module/exchange) and real exports of
// github.com/microsoft/CSS-Exchange, Diagnostics/HealthChecker/Tests.
const KINDS: Readonly<Record<StateKind, StateKindFacts>> = {
  "mailbox-audit": {
    types: /^MailboxAuditLog(?:Event|Record)$/u,
    shown: ["operation logontype lastaccessed", "operation logontype mailboxresolvedownername"],
    keep:
      "identity operation operationresult logontype externalaccess folderpathname destfolderpathname clientinfostring clientipaddress " +
      "clientmachinename clientprocessname clientversion mailboxownerupn mailboxownersid mailboxresolvedownername mailboxguid " +
      "logonuserdisplayname logonusersid itemsubject sourceitemsubjectslist sourceitems originatingserver lastaccessed rundate",
  },
  "admin-audit": {
    types: /^AdminAuditLogEvent$/u,
    shown: ["cmdletname caller rundate", "cmdletname caller succeeded", "cmdletname cmdletparameters"],
    keep: "identity objectmodified cmdletname cmdletparameters caller externalaccess succeeded error rundate originatingserver clientip",
  },
  "virtual-directory": {
    types: /VirtualDirectory$/u,
    shown: [
      "internalurl externalurl server",
      "internalurl externalurl metabasepath",
      "internalurl externalurl path",
    ],
    keep: `${IDENTITY} server internalurl externalurl path metabasepath`,
  },
  "inbox-rule": {
    types: /^InboxRule$/u,
    shown: [
      "forwardto redirectto deletemessage",
      "ruleidentity enabled priority",
      "mailboxownerid ruleidentity",
      "forwardto redirectto mailboxownerid",
      "forwardto redirectto mailbox",
    ],
    keep:
      "identity mailboxownerid mailbox mailboxidentity name ruleidentity enabled priority description forwardto redirectto " +
      "forwardasattachmentto deletemessage softdeletemessage markasread movetofolder copytofolder from fromaddresscontainswords " +
      "subjectcontainswords subjectorbodycontainswords bodycontainswords inerror hidden ishidden",
  },
  "remote-mailbox": {
    types: /^RemoteMailbox$/u,
    shown: [
      "remoteroutingaddress recipienttypedetails",
      "remoteroutingaddress primarysmtpaddress",
      "remoteroutingaddress identity",
    ],
    keep: `${IDENTITY} primarysmtpaddress remoteroutingaddress recipienttypedetails onpremisesorganizationalunit`,
  },
  mailbox: {
    types: /^Mailbox$/u,
    shown: [
      "forwardingsmtpaddress primarysmtpaddress",
      "forwardingsmtpaddress forwardingaddress",
      "exchangeguid database recipienttypedetails",
      "forwardingsmtpaddress delivertomailboxandforward",
    ],
    keep:
      `${IDENTITY} primarysmtpaddress forwardingaddress forwardingsmtpaddress delivertomailboxandforward recipienttypedetails ` +
      "auditenabled targetaddress externalemailaddress database servername exchangeguid samaccountname legacyexchangedn userprincipalname sid",
  },
  "mailbox-permission": {
    types: /^MailboxAcePresentationObject$/u,
    shown: ["accessrights user deny isinherited identity"],
    keep: "identity user accessrights deny isinherited usersid usersecurityidentifier",
  },
  "ad-permission": {
    types: /^ADAcePresentationObject$/u,
    shown: ["extendedrights user identity"],
    keep: "identity user extendedrights accessrights deny isinherited",
  },
  "recipient-permission": {
    types: /^RecipientPermission$/u,
    shown: ["trustee accessrights accesscontroltype"],
    keep: "identity trustee accessrights accesscontroltype isinherited",
  },
  "folder-permission": {
    types: /^MailboxFolderPermission$/u,
    shown: ["foldername user accessrights"],
    keep: "identity foldername user accessrights mailbox mailboxidentity",
  },
  "role-assignment": {
    types: /^ExchangeRoleAssignment(?:Presentation)?$/u,
    shown: [
      "role roleassignee roleassigneetype",
      "role roleassigneename roleassigneetype",
      "role roleassigneename assignmentmethod",
    ],
    keep:
      `${IDENTITY} role roleassignee roleassigneename roleassigneetype assignmentmethod effectiveusername enabled ` +
      "roleassignmentdelegationtype customrecipientwritescope recipientwritescope user",
  },
  "role-group": {
    types: /^RoleGroup$/u,
    shown: ["members roles managedby", "members roleassignments managedby"],
    keep: `${IDENTITY} members roles`,
  },
  "role-group-member": {
    types: /^ReducedRecipient$/u,
    shown: ["rolegroup name", "rolegroup identity", "rolegroup member"],
    keep: `${IDENTITY} rolegroup group member recipienttype recipienttypedetails primarysmtpaddress samaccountname alias`,
  },
  "export-statistics": {
    types: /^MailboxExportRequestStatistics$/u,
    shown: ["filepath percentcomplete statusdetail", "filepath percentcomplete bytestransferred"],
    keep:
      "identity name status statusdetail filepath sourcealias sourcemailboxidentity sourceexchangeguid includefolders excludefolders contentfilter " +
      "sourceisarchive bytestransferred itemstransferred queuedtimestamp starttimestamp completiontimestamp percentcomplete batchname",
  },
  "export-request": {
    types: /^MailboxExportRequest$/u,
    shown: ["filepath mailbox status", "filepath sourcemailbox status"],
    keep: `${IDENTITY} filepath mailbox sourcemailbox status batchname`,
  },
  "move-request": {
    types: /^MoveRequest(?:Statistics)?$/u,
    shown: [
      "status direction remotehostname",
      "status targetdatabase mailboxidentity",
      "exchangeguid targetdeliverydomain",
    ],
    keep:
      `${IDENTITY} alias displayname status statusdetail direction flags remotehostname targetdeliverydomain batchname queuedtimestamp ` +
      "starttimestamp completiontimestamp mailboxidentity recipienttypedetails",
  },
  "migration-endpoint": {
    types: /^MigrationEndpoint$/u,
    shown: ["endpointtype remoteserver"],
    keep: `${IDENTITY} endpointtype remoteserver`,
  },
  "transport-rule": {
    types: /^Rule$/u,
    shown: [
      "blindcopyto redirectmessageto state",
      "blindcopyto copyto priority",
      "conditions exceptions actions state",
    ],
    keep: `${IDENTITY} state priority description blindcopyto redirectmessageto copyto addtorecipients mode actions`,
  },
  "journal-rule": {
    types: /^JournalRuleObject$/u,
    shown: ["journalemailaddress scope"],
    keep: `${IDENTITY} journalemailaddress scope recipient enabled`,
  },
  "transport-agent": {
    types: /^(?:TransportAgent|AgentInfo)$/u,
    shown: ["transportagentfactory assemblypath"],
    keep: "identity name enabled priority transportagentfactory assemblypath",
  },
  "send-connector": {
    types: /^SmtpSendConnectorConfig$|^SendConnector$/u,
    shown: ["smarthosts addressspaces"],
    keep: `${IDENTITY} addressspaces smarthosts cloudenabled enabled tlscertificatename tlsauthlevel tlsdomain sourcetransportservers requiretls`,
  },
  "receive-connector": {
    types: /^ReceiveConnector$/u,
    shown: ["bindings remoteipranges permissiongroups"],
    keep: `${IDENTITY} server bindings remoteipranges permissiongroups authmechanism enabled transportrole`,
  },
  "accepted-domain": {
    types: /^AcceptedDomain$/u,
    shown: ["domainname domaintype"],
    keep: "identity name domainname domaintype default",
  },
  "remote-domain": {
    types: /^DomainContentConfig$|^RemoteDomain$/u,
    shown: ["domainname targetdeliverydomain"],
    keep: "identity name domainname targetdeliverydomain isinternal autoforwardenabled",
  },
  "admin-audit-config": {
    types: /^AdminAuditLogConfig$/u,
    shown: ["adminauditlogenabled"],
    keep: `${IDENTITY} adminauditlogenabled adminauditlogagelimit adminauditlogcmdlets adminauditlogparameters adminauditlogexcludedcmdlets`,
  },
  "audit-bypass": {
    types: /^MailboxAuditBypassAssociation$/u,
    shown: ["auditbypassenabled"],
    keep: `${IDENTITY} auditbypassenabled objectid`,
  },
  "exchange-server": {
    types: /^ExchangeServer$/u,
    shown: ["admindisplayversion serverrole edition", "admindisplayversion serverrole fqdn"],
    keep: `${IDENTITY} fqdn admindisplayversion serverrole edition site`,
  },
  "mailbox-database": {
    types: /^MailboxDatabase$/u,
    shown: ["edbfilepath logfolderpath"],
    keep: `${IDENTITY} server edbfilepath logfolderpath lastfullbackup`,
  },
  "organization-config": {
    types: /^OrganizationConfig$/u,
    shown: ["mapihttpenabled oauth2clientprofileenabled", "mapihttpenabled publicfoldersenabled"],
    keep: `${IDENTITY} objectversion oauth2clientprofileenabled mitigationsenabled`,
  },
  "mobile-device": {
    types: /^MobileDevice(?:Configuration|Statistics)?$/u,
    shown: [
      "deviceid devicetype deviceuseragent",
      "deviceid devicetype firstsynctime",
      "deviceid devicetype userdisplayname",
    ],
    keep: `${IDENTITY} deviceid devicetype devicemodel deviceuseragent deviceos userdisplayname firstsynctime lastsuccesssync deviceaccessstate deviceaccessstatereason`,
  },
  "auth-config": {
    types: /^AuthConfig$/u,
    shown: ["currentcertificatethumbprint servicename"],
    keep: `${IDENTITY} currentcertificatethumbprint previouscertificatethumbprint nextcertificatethumbprint nextcertificateeffectivedate servicename realm`,
  },
  "auth-server": {
    types: /^AuthServer$/u,
    shown: ["issueridentifier tokenissuingendpoint", "issueridentifier authmetadataurl"],
    keep: `${IDENTITY} type enabled issueridentifier applicationidentifier domainname realm isdefaultauthorizationendpoint`,
  },
  "partner-application": {
    types: /^PartnerApplication$/u,
    shown: ["applicationidentifier useauthserver", "applicationidentifier linkedaccount enabled"],
    keep: `${IDENTITY} applicationidentifier enabled useauthserver linkedaccount`,
  },
  "hybrid-configuration": {
    types: /^HybridConfiguration$/u,
    shown: ["onpremisessmarthost features domains", "receivingtransportservers sendingtransportservers"],
    keep: `${IDENTITY} domains features onpremisessmarthost sendingtransportservers receivingtransportservers edgetransportservers tlscertificatename serviceinstance`,
  },
  "organization-relationship": {
    types: /^OrganizationRelationship$/u,
    shown: ["domainnames freebusyaccessenabled"],
    keep: `${IDENTITY} domainnames targetapplicationuri targetautodiscoverepr targetowaurl targetsharingepr enabled mailboxmoveenabled`,
  },
  "intra-organization-connector": {
    types: /^IntraOrganizationConnector$/u,
    shown: ["targetaddressdomains discoveryendpoint"],
    keep: `${IDENTITY} targetaddressdomains discoveryendpoint enabled`,
  },
  "setting-override": {
    types: /^(?:SettingOverride|ExchangeSettingsOverride)$/u,
    shown: ["componentname sectionname parameters"],
    keep: `${IDENTITY} componentname sectionname parameters minversion server reason`,
  },
  "service-principal": {
    types: /^(?:MicrosoftGraph)?ServicePrincipal$/u,
    shown: ["appid keycredentials"],
    keep: "id appid displayname keycredentials",
  },
};

interface Compiled {
  readonly kind: StateKind;
  readonly types: RegExp;
  readonly shown: readonly (readonly string[])[];
  readonly keep: ReadonlySet<string>;
}

const COMPILED: readonly Compiled[] = STATE_KINDS.map((kind) => {
  const { types, shown, keep } = KINDS[kind];
  return { kind, types, shown: shown.map((group) => group.split(" ")), keep: new Set(keep.split(" ")) };
});

/** Kind of an object by its class names, else by its members; null when it is none of these. */
export function findStateKind({ types, members }: Pick<StateObject, "types" | "members">): StateKind | null {
  const own = types[0] === undefined ? "" : ((types[0].split("[")[0] ?? "").split(".").at(-1) ?? "");
  const byType = COMPILED.find((kind) => kind.types.test(own) && isExchangeType(types[0] ?? ""));
  if (byType !== undefined) return byType.kind;
  return (
    COMPILED.find((kind) => kind.shown.some((group) => group.every((name) => members.has(name))))?.kind ??
    null
  );
}

/** `Rule`, `Mailbox` and the like are class names of other products too. */
function isExchangeType(name: string): boolean {
  return /^(?:Selected\.)?Microsoft\.(?:Exchange|Graph)\./u.test(name);
}

/** Members of a kind that are worth keeping. */
export function keptMembers(kind: StateKind): ReadonlySet<string> {
  return COMPILED.find((one) => one.kind === kind)?.keep ?? new Set();
}
