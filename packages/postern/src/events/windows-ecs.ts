import type { EcsFields } from "../model/index.ts";

type Fields = Readonly<Record<string, string>>;

/** What tells one kind of event from another: event numbers are unique only within a provider. */
export interface EventKind {
  readonly channel: string;
  readonly provider: string;
  readonly code: string;
}

type TextField = Exclude<keyof EcsFields, "http.response.status_code" | "http.response.bytes">;
/** The ECS names that the table below uses. */
const ECS_NAMES: readonly TextField[] = [
  "user.name",
  "source.ip",
  "file.path",
  "process.name",
  "process.command_line",
  "process.parent.name",
  "url.path",
];
/** For an ECS name the vendor names to take it from, the first with a value wins. */
type Mapping = Partial<Readonly<Record<TextField, readonly string[]>>>;

const SYSMON_ACTOR: Mapping = { "process.name": ["Image"], "user.name": ["User"] };
const SYSMON_FILE: Mapping = { ...SYSMON_ACTOR, "file.path": ["TargetFilename"] };
const SUBJECT: Mapping = { "user.name": ["SubjectUserName"] };
const LOGON: Mapping = {
  "user.name": ["TargetUserName"],
  "source.ip": ["IpAddress"],
  "process.name": ["ProcessName"],
};
/** Names that events/powershell-host.ts and events/asp-net.ts give to what stands in texts. */
const POWERSHELL_HOST: Mapping = { "process.command_line": ["HostApplication"] };
const ASP_NET: Mapping = {
  "user.name": ["User"],
  "source.ip": ["UserHostAddress"],
  "process.name": ["ProcessName"],
  "url.path": ["RequestPath"],
};
const SESSION: Mapping = { "user.name": ["User"], "source.ip": ["Address"] };

/** Field names of each event: table of the channel's documentation, copied from real event logs. */
const MAPPINGS: ReadonlyMap<string, Mapping> = new Map<string, Mapping>([
  ["sysmon/1", sysmonProcess()],
  ["sysmon/3", { ...SYSMON_ACTOR, "source.ip": ["SourceIp"] }],
  ["sysmon/5", SYSMON_ACTOR],
  ["sysmon/7", { ...SYSMON_ACTOR, "file.path": ["ImageLoaded"] }],
  ["sysmon/8", { "process.name": ["SourceImage"] }],
  ["sysmon/10", { "process.name": ["SourceImage", "SourceProcessName"], "user.name": ["SourceUser"] }],
  ["sysmon/11", SYSMON_FILE],
  ["sysmon/12", SYSMON_ACTOR],
  ["sysmon/13", SYSMON_ACTOR],
  ["sysmon/15", SYSMON_FILE],
  ["sysmon/17", SYSMON_ACTOR],
  ["sysmon/18", SYSMON_ACTOR],
  ["sysmon/22", SYSMON_ACTOR],
  ["sysmon/23", SYSMON_FILE],
  ["sysmon/26", SYSMON_FILE],
  ["security/4624", LOGON],
  ["security/4625", LOGON],
  ["security/4648", LOGON],
  ["security/4776", { "user.name": ["TargetUserName"] }],
  ["security/4768", { "user.name": ["TargetUserName"], "source.ip": ["IpAddress"] }],
  ["security/4769", { "user.name": ["TargetUserName"], "source.ip": ["IpAddress"] }],
  ["security/4688", securityProcess()],
  ["security/4656", { ...SUBJECT, "file.path": ["ObjectName"], "process.name": ["ProcessName"] }],
  ["security/4663", { ...SUBJECT, "file.path": ["ObjectName"], "process.name": ["ProcessName"] }],
  ["security/4697", { ...SUBJECT, "process.command_line": ["ServiceFileName"] }],
  ["security/5140", { ...SUBJECT, "source.ip": ["IpAddress"], "file.path": ["ShareName"] }],
  ["security/5145", { ...SUBJECT, "source.ip": ["IpAddress"] }],
  ["security/5156", { "process.name": ["Application"], "source.ip": ["SourceAddress"] }],
  ["system/7045", { "process.command_line": ["ImagePath"], "user.name": ["AccountName"] }],
  ["system/7036", { "process.name": ["param1"] }],
  ["tasks/106", { "user.name": ["UserContext"] }],
  ["tasks/140", { "user.name": ["UserName"] }],
  ["tasks/141", { "user.name": ["UserName"] }],
  ["tasks/200", { "process.name": ["ActionName"] }],
  ["tasks/201", { "process.name": ["ActionName"] }],
  ["wmi/5857", { "process.name": ["HostProcess"], "file.path": ["ProviderPath"] }],
  ["wmi/5858", { "user.name": ["User"] }],
  ["wmi/5859", { "user.name": ["User"] }],
  ["wmi/5860", { "user.name": ["User"] }],
  ["sysmon/19", { "user.name": ["User"] }],
  ["sysmon/20", { "user.name": ["User"], "process.command_line": ["Destination"] }],
  ["sysmon/21", { "user.name": ["User"] }],
  ["iis-configuration/29", { "file.path": ["PhysicalPath"] }],
  ["iis-configuration/50", { "file.path": ["PhysicalPath"] }],
  ["iis-worker/2282", { "file.path": ["ModuleDll"] }],
  ["powershell/4104", { "file.path": ["Path"] }],
  ["powershell-classic/400", POWERSHELL_HOST],
  ["powershell-classic/403", POWERSHELL_HOST],
  ["powershell-classic/600", POWERSHELL_HOST],
  ["powershell-classic/800", POWERSHELL_HOST],
  ["asp-net/1309", ASP_NET],
  ["asp-net/1310", ASP_NET],
  ["asp-net/1316", ASP_NET],
  ["rdp-connection/1149", { "user.name": ["Param1"], "source.ip": ["Param3"] }],
  ["rdp-session/21", SESSION],
  ["rdp-session/22", SESSION],
  ["rdp-session/24", SESSION],
  ["rdp-session/25", SESSION],
  [
    "defender/1116",
    { "process.name": ["Process Name"], "user.name": ["Detection User"], "file.path": ["Path"] },
  ],
  [
    "defender/1117",
    { "process.name": ["Process Name"], "user.name": ["Detection User"], "file.path": ["Path"] },
  ],
  [
    "defender/1121",
    {
      "process.name": ["Process Name"],
      "user.name": ["User"],
      "file.path": ["Path"],
      "process.command_line": ["Target Commandline"],
    },
  ],
  ["management/1", { "user.name": ["Caller"] }],
  ["management/6", { "user.name": ["Caller"] }],
]);

function sysmonProcess(): Mapping {
  return {
    ...SYSMON_ACTOR,
    "process.command_line": ["CommandLine"],
    "process.parent.name": ["ParentImage"],
  };
}

function securityProcess(): Mapping {
  return {
    "user.name": ["SubjectUserName", "SubjectUser"],
    "process.name": ["NewProcessName"],
    "process.command_line": ["CommandLine"],
    "process.parent.name": ["ParentProcessName"],
  };
}

/** Short names for the channels above, so that a table can be read. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/sysmon/i, "sysmon"],
  [/^security$|security-auditing$/i, "security"],
  [/windows defender/i, "defender"],
  [/taskscheduler/i, "tasks"],
  [/wmi-activity/i, "wmi"],
  [/iis-configuration/i, "iis-configuration"],
  [/iis-w3svc-wp/i, "iis-worker"],
  [/microsoft-windows-powershell/i, "powershell"],
  [/^(?:windows )?powershell$/i, "powershell-classic"],
  [/^asp\.net /i, "asp-net"],
  [/localsessionmanager/i, "rdp-session"],
  [/remoteconnectionmanager/i, "rdp-connection"],
  [/^msexchange (?:management|cmdletlogs)$/i, "management"],
  [/^system$|^service control manager$/i, "system"],
];

/** Event numbers that only one family has, for exports that name neither channel nor provider. */
const UNIQUE: readonly (readonly [RegExp, string])[] = [
  [/^(?:46[2-9]\d|47\d\d|51[4-5]\d)$/, "security"],
  [/^7045$/, "system"],
];

/** ECS fields of a Windows event. Placeholders (`-`, `LOCAL`, `::1` stays) give no field; process names are the program's last part. */
export function windowsEcsFields(fields: Fields, kind: EventKind): EcsFields {
  const mapping = MAPPINGS.get(`${familyOf(fields, kind)}/${kind.code}`) ?? SUBJECT;
  const found: Partial<Record<TextField, string>> = {};
  for (const name of ECS_NAMES) {
    const value = (mapping[name] ?? [])
      .map((vendor) => (fields[vendor] ?? "").trim())
      .find((text) => isValue(text));
    if (value !== undefined) found[name] = shaped(name, value);
  }
  if (found["source.ip"] === undefined || !/[.:]/.test(found["source.ip"])) delete found["source.ip"];
  const shared = kind.code === "5145" ? sharedPath(fields) : "";
  return shared === "" ? found : { ...found, "file.path": shared };
}

function familyOf(fields: Fields, kind: EventKind): string {
  for (const [pattern, family] of FAMILIES) {
    if (pattern.test(kind.channel) || pattern.test(kind.provider)) return family;
  }
  // Sysmon's fields speak for themselves where an export dropped channel and provider.
  if (kind.channel === "" && kind.provider === "" && fields["ProcessGuid"] !== undefined) return "sysmon";
  return UNIQUE.find(([pattern]) => pattern.test(kind.code))?.[1] ?? "";
}

function isValue(text: string): boolean {
  return text !== "" && text !== "-" && text !== "LOCAL";
}

function shaped(name: TextField, value: string): string {
  if (name === "process.name" || name === "process.parent.name") return value.slice(value.search(/[^\\/]*$/));
  // IPv4 addresses come as `::ffff:10.0.0.1` too.
  if (name === "source.ip") return value.replace(/^::ffff:(?=\d+\.)/i, "");
  return value;
}

/** `\??\C:\Windows` + `Temp\x.aspx`, else share + relative name. */
function sharedPath(fields: Fields): string {
  const relative = fields["RelativeTargetName"] ?? "";
  if (relative === "" || relative === "\\") return "";
  const local = (fields["ShareLocalPath"] ?? "").replace(/^\\\?\?\\/, "");
  const root = isValue(local) ? local : (fields["ShareName"] ?? "");
  return `${root.replace(/\\$/, "")}\\${relative.replace(/^\\/, "")}`;
}
