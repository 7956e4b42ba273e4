import type { ChainPlace } from "./chain.ts";
import { AD_DOMAIN } from "./district.ts";

const WHO_AM_I = { folder: "c:\\inetpub\\wwwroot\\aspnet_client\\system_web", command: "whoami" };

/** Security 4688: the web server starts a command for the back door, in the manner of one well-known client. */
export function processEvent(
  place: ChainPlace,
  timeMs: number,
  asked: { readonly folder: string; readonly command: string } = WHO_AM_I,
): void {
  const { back } = place;
  const command = `"cmd" /c cd /d "${asked.folder}"&${asked.command}&echo [S]&cd&echo [E]`;
  const nobody = { sid: "S-1-0-0", name: "-", domain: "-" };
  back.event({
    timeMs,
    channel: "Security",
    provider: "Microsoft-Windows-Security-Auditing",
    id: 4688,
    level: 0,
    values: [
      ["SubjectUserSid", "S-1-5-18"],
      ["SubjectUserName", `${back.server.name}$`],
      ["SubjectDomainName", AD_DOMAIN],
      ["SubjectLogonId", "0x3e7"],
      ["NewProcessId", "0x2f1c"],
      ["NewProcessName", "C:\\Windows\\System32\\cmd.exe"],
      ["TokenElevationType", "%%1936"],
      ["ProcessId", "0x1c94"],
      ["CommandLine", command],
      ["TargetUserSid", nobody.sid],
      ["TargetUserName", nobody.name],
      ["TargetDomainName", nobody.domain],
      ["TargetLogonId", "0x0"],
      ["ParentProcessName", "C:\\Windows\\System32\\inetsrv\\w3wp.exe"],
      ["MandatoryLabel", "S-1-16-16384"],
    ],
    planted: { what: "process-event", needle: asked.command },
    message: `A new process has been created.\r\n\r\nNew Process Name:\tC:\\Windows\\System32\\cmd.exe\r\nCreator Process Name:\tC:\\Windows\\System32\\inetsrv\\w3wp.exe\r\nProcess Command Line:\t${command}`,
  });
}

/** A program that a worker process of the web server started. */
export interface StartedProgram {
  readonly timeMs: number;
  readonly image: string;
  readonly command: string;
  /** Application pool of the worker process, `MSExchangePowerShellAppPool`. */
  readonly pool: string;
  /** Text of the command that stands in no other event. */
  readonly needle: string;
}

/** Sysmon 1: the same as it is seen with Sysmon, which knows the parent's command line and so the pool. */
export function sysmonProcess({ back }: ChainPlace, program: StartedProgram): void {
  const { timeMs, image, command, pool, needle } = program;
  const parent = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
  const guid = (): string => `{${back.random.guid().toUpperCase()}}`;
  back.event({
    timeMs,
    channel: "Microsoft-Windows-Sysmon/Operational",
    provider: "Microsoft-Windows-Sysmon",
    id: 1,
    level: 4,
    values: [
      ["RuleName", "-"],
      ["UtcTime", new Date(timeMs).toISOString().replace("T", " ").replace("Z", "")],
      ["ProcessGuid", guid()],
      ["ProcessId", String(back.random.between(4000, 9000))],
      ["Image", image],
      ["CommandLine", command],
      ["CurrentDirectory", "c:\\windows\\system32\\inetsrv\\"],
      ["User", "NT AUTHORITY\\SYSTEM"],
      ["LogonId", "0x3e7"],
      ["IntegrityLevel", "System"],
      ["ParentProcessGuid", guid()],
      ["ParentProcessId", "15756"],
      ["ParentImage", parent],
      [
        "ParentCommandLine",
        `c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "${pool}" -v "v4.0" -l "webengine4.dll"`,
      ],
      ["ParentUser", "NT AUTHORITY\\SYSTEM"],
    ],
    planted: { what: "process-event", needle },
    message: `Process Create:\r\nImage: ${image}\r\nCommandLine: ${command}\r\nParentImage: ${parent}`,
  });
}
