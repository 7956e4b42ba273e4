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
