import { has } from "./layout.ts";
import type { Candidate, Layout } from "./layout.ts";

/** A folder for one server, whose name is the server's and which says nothing of single files. */
function serverFolder(server: string): Layout {
  return { server, remark: null, sparse: false, describe: () => null };
}

/** Folders that ExchangeLogCollector.ps1 makes for a server (CSS-Exchange, Diagnostics/ExchangeLogCollector). */
const SURE = /^(?:IIS_.+_Logs|Windows_Event_Logs|General_Server_Info)$/i;
const LIKELY = /(?:_Logs|_Info|^TransportConfig)$/i;

/** Recognises the folder of one server in the output of Microsoft's ExchangeLogCollector; its zips end in `-1`, `-2` ... */
export function readExchangeLogCollector(candidate: Candidate): Promise<Layout | null> {
  const folders = candidate.children.filter((child) => child.kind === "directory").map((child) => child.name);
  const sure = folders.some((name) => SURE.test(name));
  const found = sure && folders.filter((name) => SURE.test(name) || LIKELY.test(name)).length >= 2;
  const server = candidate.name.replace(/-\d+$/, "");
  return Promise.resolve(found && server !== "" ? serverFolder(server) : null);
}

const CVE_FOLDERS = ["CVE26855", "CVE26857", "CVE26858", "CVE27065"] as const;

/** Recognises what `Test-ProxyLogon.ps1 -CollectFiles` took from one server: `CollectedLogFiles\<Server>\CVE26855`. */
export function readTestProxyLogon(candidate: Candidate): Promise<Layout | null> {
  const found = CVE_FOLDERS.some((name) => has(candidate, "directory", name));
  return Promise.resolve(found && candidate.name !== "" ? serverFolder(candidate.name) : null);
}

/** The server that a report of Test-ProxyLogon names in its file name, or null. */
export function serverOfReport(fileName: string): string | null {
  const found = /^(.+)-(?:Cve-2021-\d{5}|LogAgeDays|Suspicious|other)\.csv$/i.exec(fileName);
  return found?.[1] ?? null;
}
