/** Providers and the channel that they write to, for exports that name only the provider. Lower case. */
const CHANNEL_OF: ReadonlyMap<string, string> = new Map([
  ["microsoft-windows-security-auditing", "Security"],
  ["service control manager", "System"],
  ["microsoft-windows-sysmon", "Microsoft-Windows-Sysmon/Operational"],
  ["msexchange cmdletlogs", "MSExchange Management"],
  ["microsoft-windows-powershell", "Microsoft-Windows-PowerShell/Operational"],
  ["powershell", "Windows PowerShell"],
  ["microsoft-windows-windows defender", "Microsoft-Windows-Windows Defender/Operational"],
  ["microsoft-windows-taskscheduler", "Microsoft-Windows-TaskScheduler/Operational"],
  ["microsoft-windows-iis-configuration", "Microsoft-IIS-Configuration/Operational"],
  ["microsoft-windows-wmi-activity", "Microsoft-Windows-WMI-Activity/Operational"],
  ["microsoft-windows-bits-client", "Microsoft-Windows-Bits-Client/Operational"],
  [
    "microsoft-windows-terminalservices-localsessionmanager",
    "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
  ],
  [
    "microsoft-windows-terminalservices-remoteconnectionmanager",
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
  ],
  ["msexchange control panel", "Application"],
  ["msexchange front end http proxy", "Application"],
  ["msexchange unified messaging", "Application"],
  ["msexchange common", "Application"],
  ["msexchange rbac", "Application"],
  ["iis-w3svc-wp", "Application"],
  ["microsoft-windows-iis-w3svc-wp", "Application"],
  ["iis-apphostsvc", "Application"],
  ["microsoft-windows-iis-apphostsvc", "Application"],
  ["windows error reporting", "Application"],
  ["application error", "Application"],
  [".net runtime", "Application"],
]);

/** Channels by their plain name, so that a collector's prefix or short name can be undone. Lower case. */
const KNOWN: ReadonlyMap<string, string> = new Map(
  [...new Set([...CHANNEL_OF.values(), "Setup", "ForwardedEvents"])].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

/** hayabusa's short names (rules/config/channel_abbreviations.txt of its rules). Lower case. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["sec", "Security"],
  ["sys", "System"],
  ["app", "Application"],
  ["sysmon", "Microsoft-Windows-Sysmon/Operational"],
  ["pwsh", "Microsoft-Windows-PowerShell/Operational"],
  ["pwshclassic", "Windows PowerShell"],
  ["defender", "Microsoft-Windows-Windows Defender/Operational"],
  ["bitscli", "Microsoft-Windows-Bits-Client/Operational"],
  ["tasksch", "Microsoft-Windows-TaskScheduler/Operational"],
  ["exchange", "MSExchange Management"],
]);

/**
 * The channel's own name. Undoes `%4` for the slash, a file name or path instead of the name, and prefixes of collectors
 * (`WinEventLog:Security`, `XmlWinEventLog:..`); takes the provider's channel when none is stated. Unknown names stay as found.
 */
export function normalizeChannel(channel: string, provider: string, eventId: string): string {
  if (channel.trim() === "") return channelOfProvider(provider, eventId);
  const file = channel.trim().replace(/\.evtx$/i, "");
  const name = (file === channel.trim() ? file : file.slice(file.search(/[^\\/]*$/))).replace(
    /%4|%2F/gi,
    "/",
  );
  const bare = name.replace(/^(?:Xml)?WinEventLog:\s*/i, "");
  return KNOWN.get(bare.toLowerCase()) ?? SHORT.get(bare.toLowerCase()) ?? knownEnd(bare) ?? bare;
}

function channelOfProvider(provider: string, eventId: string): string {
  const name = provider.trim().toLowerCase();
  // The log service itself writes 1102 to Security and 104 to System.
  if (name === "microsoft-windows-eventlog") return eventId === "1102" ? "Security" : "System";
  if (name.startsWith("asp.net ")) return "Application";
  return CHANNEL_OF.get(name) ?? "";
}

/** A known name with a collector's prefix before it: `EXCH01_Security`, `logs-System`. */
function knownEnd(name: string): string | null {
  const lower = name.toLowerCase();
  for (const [known, proper] of KNOWN) {
    const before = lower.charAt(lower.length - known.length - 1);
    if (lower.endsWith(known) && /[_:.\\-]/.test(before) && !lower.startsWith("microsoft-windows-"))
      return proper;
  }
  return null;
}
