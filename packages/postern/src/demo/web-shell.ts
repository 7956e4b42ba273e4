import { SECOND, at } from "./clock.ts";
import { iisLine, iisLog, writeIis } from "./iis.ts";
import type { IisRecord } from "./iis.ts";
import type { ChainPlace } from "./chain.ts";
import { INSTALL_FOLDER } from "./exchange-logs.ts";
import { shellDump } from "./shell-text.ts";
import type { Stage } from "./stage.ts";

/** The demo's back door: eight letters and digits, as one published cluster names them. */
const SHELL_NAME = "q7Zr2mXw.aspx";

/** Where a back door of the demo lies below the web site. */
export interface Door {
  readonly stem: string;
}

const FIRST_DOOR: Door = { stem: `/aspnet_client/system_web/${SHELL_NAME}` };
/** A name that was passed around in March 2021. */
export const SHARED_DOOR: Door = { stem: "/aspnet_client/supp0rt.aspx" };

function nameOf(door: Door): string {
  return door.stem.slice(door.stem.lastIndexOf("/") + 1);
}

const TEMPORARY =
  "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/root/e22c2559/92c7e946";

/** Puts the back door into the web folder. */
export function writeShellFile(place: ChainPlace, droppedMs: number, door: Door = FIRST_DOOR): void {
  const { back, ledger } = place;
  const path = `${back.drive}/inetpub/wwwroot${door.stem}`;
  back.tree.file(path, shellDump(back.server, droppedMs), droppedMs);
  ledger.plant("web-shell-file", path, droppedMs, nameOf(door));
}

/** What ASP.NET leaves when a page was asked for and compiled. The assembly is a text, not a program. */
export function writeCompiledTrace(place: ChainPlace, compiledMs: number): void {
  const { back, ledger } = place;
  const assembly = "App_Web_k2v5hqyo";
  const preserve = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<preserve resultType="3" virtualPath="${FIRST_DOOR.stem}" hash="fffffffff3a91c02" filehash="ffff4b7c2a10d9e5" flags="110000" assembly="${assembly}" type="ASP.aspnet_client_system_web_q7zr2mxw_aspx">`,
    "    <filedeps>",
    `        <filedep name="${FIRST_DOOR.stem}" />`,
    "    </filedeps>",
    "</preserve>",
  ].join("\r\n");
  const compiled = `${back.drive}/${TEMPORARY}/${SHELL_NAME.toLowerCase()}.cdcab7d2.compiled`;
  back.tree.file(compiled, preserve, compiledMs);
  back.tree.file(
    `${back.drive}/${TEMPORARY}/${assembly}.dll`,
    "Postern demo: stands for a compiled page.\r\n",
    compiledMs,
  );
  ledger.plant("compiled-trace", compiled, compiledMs, FIRST_DOOR.stem);
}

/** A request to the back door. */
export interface ShellVisit {
  readonly timeMs: number;
  readonly attacker: string;
  readonly agent: string;
  readonly method: "GET" | "POST";
  readonly door?: Door;
}

/** Writes a request to the back door that was answered; only IIS sees it, Exchange does not. */
export function visitShell(place: ChainPlace, visit: ShellVisit): void {
  const stage = place.back;
  const record = pageRecord(stage, { ...visit, stem: (visit.door ?? FIRST_DOOR).stem, status: 200 });
  writeIis(stage, record);
  if (!stage.keeps("iis-front", visit.timeMs)) return;
  place.ledger.plant("shell-used", iisLog(stage, 1, visit.timeMs).path, visit.timeMs, iisLine(record));
}

/** Somebody tries names of back doors that other servers have: 302 below `/owa/auth`, 404 elsewhere. */
export function guessShells(
  place: ChainPlace,
  guess: { readonly startMs: number; readonly attacker: string; readonly names: readonly string[] },
): void {
  const stage = place.front;
  guess.names.forEach((stem, index) => {
    const timeMs = guess.startMs + index * 2 * SECOND;
    const status = stem.startsWith("/owa/") ? 302 : 404;
    const visit = {
      timeMs,
      attacker: guess.attacker,
      agent: GUESS_AGENT,
      method: "GET",
      stem,
      status,
    } as const;
    const record = pageRecord(stage, visit);
    writeIis(stage, record);
    if (!stage.keeps("iis-front", timeMs)) return;
    place.ledger.plant("shell-name-guess", iisLog(stage, 1, timeMs).path, timeMs, iisLine(record));
  });
}

const GUESS_AGENT =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150 Safari/537.36";

/** Names that were passed around in March 2021 and are asked for everywhere. */
export const GUESSED_SHELLS: readonly string[] = [
  "/owa/auth/RedirSuiteServerProxy.aspx",
  "/owa/auth/OutlookEN.aspx",
  "/owa/auth/8Lw7tAhF9i1pJnRo.aspx",
  "/owa/auth/errorEE.aspx",
  "/owa/auth/logout.aspx",
  "/aspnet_client/supp0rt.aspx",
  "/aspnet_client/discover.aspx",
  "/aspnet_client/shell.aspx",
  "/aspnet_client/help.aspx",
  "/aspnet_client/system_web/load.aspx",
];

interface PageVisit extends ShellVisit {
  readonly stem: string;
  readonly status: number;
}

function pageRecord(stage: Stage, visit: PageVisit): IisRecord {
  return {
    timeMs: visit.timeMs,
    site: 1,
    serverAddress: stage.server.address,
    method: visit.method,
    stem: visit.stem,
    query: "",
    port: 443,
    user: "",
    clientAddress: stage.balancer ?? visit.attacker,
    agent: visit.agent,
    referer: "",
    status: visit.status,
    subStatus: 0,
    win32Status: visit.status === 404 ? 2 : 0,
    tookMs: visit.status === 200 ? stage.random.between(60, 900) : stage.random.between(0, 9),
  };
}

const PAGE_TIME = at("2020-12-02T04:11:30Z");

/** Harmless pages under the names that Exchange ships; the text is the demo's own. */
export function writeGenuinePages(stage: Stage): void {
  const front = `${stage.drive}/${INSTALL_FOLDER}/FrontEnd/HttpProxy`;
  const pages: readonly (readonly [path: string, title: string])[] = [
    [`${front}/owa/auth/logon.aspx`, "Sign in"],
    [`${front}/owa/auth/logoff.aspx`, "Signed out"],
    [`${front}/owa/auth/errorFE.aspx`, "Something went wrong"],
    [`${front}/owa/auth/ExpiredPassword.aspx`, "Your password has expired"],
    [`${front}/owa/auth/RedirSuiteServiceProxy.aspx`, "Redirecting"],
    [`${front}/owa/auth/OutlookCN.aspx`, "Outlook"],
    [`${front}/owa/auth/signout.aspx`, "Sign out"],
    [`${front}/ecp/auth/TimeoutLogout.aspx`, "Your session has ended"],
  ];
  for (const [path, title] of pages) stage.tree.file(path, page(title), PAGE_TIME);
  stage.tree.file(
    `${stage.drive}/inetpub/wwwroot/iisstart.htm`,
    page("Internet Information Services"),
    PAGE_TIME,
  );
}

function page(title: string): string {
  return [
    "<!DOCTYPE html>",
    "<html>",
    `<head><title>${title}</title></head>`,
    `<body><h1>${title}</h1><p>Stand-in page of the Postern demo, not a page of Microsoft.</p></body>`,
    "</html>",
    "",
  ].join("\r\n");
}
