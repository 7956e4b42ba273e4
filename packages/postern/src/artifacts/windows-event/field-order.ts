import type { EventSystem, EventValue } from "./uniform-record.ts";

const SUBJECT = ["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId"] as const;
const TARGET = ["TargetUserName", "TargetDomainName", "TargetSid"] as const;
const MEMBER = ["MemberName", "MemberSid", ...TARGET, ...SUBJECT, "PrivilegeList"] as const;
const SHARE = [...SUBJECT, "ObjectType", "IpAddress", "IpPort", "ShareName", "ShareLocalPath"] as const;
const TASK = [...SUBJECT, "TaskName", "TaskContent"] as const;
const SYSMON = ["RuleName", "UtcTime", "ProcessGuid", "ProcessId"] as const;

/**
 * The order of the values of events that an export may give without names (`Get-WinEvent`, key `Properties`). Older versions of
 * an event end earlier, they never reorder. Order seen in real event logs: github.com/sbousseaden/EVTX-ATTACK-SAMPLES and
 * github.com/mdecrevoisier/EVTX-to-MITRE-Attack.
 */
const ORDER: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  [
    "microsoft-windows-security-auditing/4624",
    [
      ...[...SUBJECT, "TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId", "LogonType"],
      ...[
        "LogonProcessName",
        "AuthenticationPackageName",
        "WorkstationName",
        "LogonGuid",
        "TransmittedServices",
      ],
      ...[
        "LmPackageName",
        "KeyLength",
        "ProcessId",
        "ProcessName",
        "IpAddress",
        "IpPort",
        "ImpersonationLevel",
      ],
      ...["RestrictedAdminMode", "TargetOutboundUserName", "TargetOutboundDomainName", "VirtualAccount"],
      ...["TargetLinkedLogonId", "ElevatedToken"],
    ],
  ],
  [
    "microsoft-windows-security-auditing/4625",
    [
      ...[
        ...SUBJECT,
        "TargetUserSid",
        "TargetUserName",
        "TargetDomainName",
        "Status",
        "FailureReason",
        "SubStatus",
      ],
      ...[
        "LogonType",
        "LogonProcessName",
        "AuthenticationPackageName",
        "WorkstationName",
        "TransmittedServices",
      ],
      ...["LmPackageName", "KeyLength", "ProcessId", "ProcessName", "IpAddress", "IpPort"],
    ],
  ],
  [
    "microsoft-windows-security-auditing/4648",
    [
      ...[
        ...SUBJECT,
        "LogonGuid",
        "TargetUserName",
        "TargetDomainName",
        "TargetLogonGuid",
        "TargetServerName",
      ],
      ...["TargetInfo", "ProcessId", "ProcessName", "IpAddress", "IpPort"],
    ],
  ],
  ["microsoft-windows-security-auditing/4672", [...SUBJECT, "PrivilegeList"]],
  [
    "microsoft-windows-security-auditing/4688",
    [
      ...[...SUBJECT, "NewProcessId", "NewProcessName", "TokenElevationType", "ProcessId", "CommandLine"],
      ...[
        "TargetUserSid",
        "TargetUserName",
        "TargetDomainName",
        "TargetLogonId",
        "ParentProcessName",
        "MandatoryLabel",
      ],
    ],
  ],
  [
    "microsoft-windows-security-auditing/4697",
    [...SUBJECT, "ServiceName", "ServiceFileName", "ServiceType", "ServiceStartType", "ServiceAccount"],
  ],
  ["microsoft-windows-security-auditing/4698", TASK],
  ["microsoft-windows-security-auditing/4699", TASK],
  ["microsoft-windows-security-auditing/4702", [...SUBJECT, "TaskName", "TaskContentNew"]],
  ["microsoft-windows-security-auditing/4728", MEMBER],
  ["microsoft-windows-security-auditing/4732", MEMBER],
  ["microsoft-windows-security-auditing/4756", MEMBER],
  [
    "microsoft-windows-security-auditing/4663",
    [
      ...[
        ...SUBJECT,
        "ObjectServer",
        "ObjectType",
        "ObjectName",
        "HandleId",
        "AccessList",
        "AccessMask",
        "ProcessId",
      ],
      ...["ProcessName", "ResourceAttributes"],
    ],
  ],
  ["microsoft-windows-security-auditing/5140", [...SHARE, "AccessMask", "AccessList"]],
  [
    "microsoft-windows-security-auditing/5145",
    [...SHARE, "RelativeTargetName", "AccessMask", "AccessList", "AccessReason"],
  ],
  ["service control manager/7045", ["ServiceName", "ImagePath", "ServiceType", "StartType", "AccountName"]],
  ["service control manager/7036", ["param1", "param2"]],
  [
    "microsoft-windows-powershell/4104",
    ["MessageNumber", "MessageTotal", "ScriptBlockText", "ScriptBlockId", "Path"],
  ],
  ["microsoft-windows-powershell/4103", ["ContextInfo", "UserData", "Payload"]],
  [
    "microsoft-windows-sysmon/1",
    [
      ...[
        ...SYSMON,
        "Image",
        "FileVersion",
        "Description",
        "Product",
        "Company",
        "OriginalFileName",
        "CommandLine",
      ],
      ...[
        "CurrentDirectory",
        "User",
        "LogonGuid",
        "LogonId",
        "TerminalSessionId",
        "IntegrityLevel",
        "Hashes",
      ],
      ...["ParentProcessGuid", "ParentProcessId", "ParentImage", "ParentCommandLine", "ParentUser"],
    ],
  ],
  ["microsoft-windows-sysmon/11", [...SYSMON, "Image", "TargetFilename", "CreationUtcTime", "User"]],
  ["microsoft-windows-terminalservices-remoteconnectionmanager/1149", ["Param1", "Param2", "Param3"]],
]);

/** Versions of Sysmon differ in the middle of the list: such a list counts only with as many values as we know names for, or one less. */
const SYSMON_PREFIX = "microsoft-windows-sysmon/";

/** Gives unnamed values the names that this event is known to have; unknown events keep theirs unnamed. */
export function nameValues(system: EventSystem, values: readonly EventValue[]): readonly EventValue[] {
  const key = `${system.provider.toLowerCase()}/${system.eventId}`;
  const names = ORDER.get(key);
  if (names === undefined || values.length > names.length || values.length < 2) return values;
  if (key.startsWith(SYSMON_PREFIX) && values.length < names.length - 1) return values;
  return values.map(({ value }, index) => ({ name: names[index] ?? null, value }));
}
