/** What is known of a source of evidence. Keep times: exchange-logs reference, section 0 and 1 (public runs on live servers show about 30 days). */
export interface SourceFacts {
  readonly title: string;
  /** A busy server writes this all the time: a day without records is a missing day. Sparse sources may be silent for a while. */
  readonly dense: boolean;
  /** Days of silence inside a sparse source that still count as covered. */
  readonly silenceDays: number;
  /** How long it is kept by default; null when not known. */
  readonly keepDays: number | null;
}

const sparse = (title: string, silenceDays: number, keepDays: number | null): SourceFacts => ({
  title,
  dense: false,
  silenceDays,
  keepDays,
});
const dense = (title: string, keepDays: number | null): SourceFacts => ({
  title,
  dense: true,
  silenceDays: 0,
  keepDays,
});

const FACTS: Readonly<Record<string, SourceFacts>> = {
  "iis-front-end": dense("Web server log, front end (IIS)", null),
  "iis-back-end": dense("Web server log, back end (IIS)", null),
  "iis-other": sparse("Web server log, other site (IIS)", 3, null),
  "ecp-server": sparse("Control panel log (ECP server)", 3, 30),
  "ecp-activity": sparse("Control panel activity log (ECP)", 3, null),
  ews: dense("Exchange Web Services log, back end", 30),
  cmdlet: sparse("PowerShell cmdlet log", 3, 30),
  "rps-http": sparse("Remote PowerShell log", 3, null),
  "oab-generator": sparse("Address book generator log", 3, 30),
  audit: sparse("Copy of the administrators' audit log", 7, null),
  mapihttp: dense("Outlook connection log (MAPI over HTTP)", 30),
  "iis-configuration": sparse("IIS configuration (applicationHost.config, web.config)", 0, null),
  "scheduled-tasks": sparse("Scheduled tasks", 0, null),
  "transport-agents": sparse("Transport agents (agents.config)", 0, null),
  "antivirus-logs": sparse("Antivirus logs (Defender, Safety Scanner and others)", 0, null),
  "file-history": sparse("File table, change journal or listing of files", 0, null),
  "message-tracking": sparse("Message tracking log", 2, 30),
  "mailbox-audit": sparse("Mailbox audit log (Search-MailboxAuditLog)", 7, 90),
  owa: sparse("Outlook on the web log, back end (OWA)", 3, null),
  "imap-pop": sparse("IMAP and POP log", 3, null),
  autodiscover: dense("Autodiscover log, back end", 30),
};

/** Facts of a source id; unknown ones are sparse and kept for an unknown time. */
export function factsOf(source: string): SourceFacts {
  const known = FACTS[source];
  if (known !== undefined) return known;
  const proxy = /^httpproxy\/(.+)$/u.exec(source)?.[1];
  if (proxy !== undefined)
    return DENSE_PROTOCOLS.has(proxy)
      ? dense(`Front-end proxy log (HttpProxy\\${proxy})`, 30)
      : sparse(`Front-end proxy log (HttpProxy\\${proxy})`, 3, 30);
  const channel = /^windows-events\/(.+)$/u.exec(source)?.[1];
  if (channel !== undefined) return sparse(`Windows event log ${channel}`, 7, null);
  const folder = /^web-folders\/(.+)$/u.exec(source)?.[1];
  if (folder !== undefined) return sparse(`Web folder ${folderTitle(folder)}`, 0, null);
  return sparse(source, 7, null);
}

const FOLDER_TITLES: Readonly<Record<string, string>> = {
  "owa-auth": "FrontEnd\\HttpProxy\\owa\\auth",
  "ecp-auth": "FrontEnd\\HttpProxy\\ecp\\auth",
  "aspnet-client": "inetpub\\wwwroot\\aspnet_client",
  oab: "FrontEnd\\HttpProxy\\OAB",
  "frontend-other": "FrontEnd\\HttpProxy, other folders",
  clientaccess: "ClientAccess (back end)",
  wwwroot: "inetpub\\wwwroot",
  "temporary-aspnet": "Temporary ASP.NET Files (compiled pages)",
};

/** A web folder as an administrator knows it: the end of its path on the server. */
export function folderTitle(folder: string): string {
  return FOLDER_TITLES[folder] ?? folder;
}

/** Protocols that monitoring and clients use at every hour of the day. */
const DENSE_PROTOCOLS: ReadonlySet<string> = new Set([
  "Autodiscover",
  "Ecp",
  "Ews",
  "Mapi",
  "Owa",
  "Eas",
  "Oab",
  "PowerShell",
  "RpcHttp",
]);
