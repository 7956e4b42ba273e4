import { HOUR, MINUTE, SECOND, at } from "./clock.ts";
import { exportEvents, installed, openStage, writeServerLife } from "./build.ts";
import type { Build, OpenStage, Span } from "./build.ts";
import type { ChainPlace } from "./chain.ts";
import { AD_DOMAIN, EX01 } from "./district.ts";
import { iisLine, iisLog, writeIis } from "./iis.ts";
import type { IisRecord } from "./iis.ts";
import { pageStateEvent, writeLookalikes } from "./lookalikes.ts";
import { reachPowerShell, refusePowerShell } from "./powershell-chain.ts";
import type { Detour } from "./powershell-chain.ts";
import { sysmonProcess } from "./process-events.ts";
import { writeSetupLogs } from "./setup-log.ts";
import {
  CU12_2019,
  CU12_2019_NOVEMBER,
  CU14_2019,
  CU14_2019_NOVEMBER,
  CU23_2016,
  CU23_2016_NOVEMBER,
} from "./stage.ts";
import type { InstalledBuild } from "./stage.ts";

/** A server that was set up shortly before the logs begin, and lives through `span` with what looks like a break-in and is none. */
function newServer(build: Build, builds: readonly InstalledBuild[], span: Span): OpenStage {
  const open = openStage(build, { server: EX01, builds });
  writeServerLife(build, open.stage, span);
  writeLookalikes(open.stage, span);
  const [first] = builds;
  if (first !== undefined)
    writeSetupLogs(open.stage, [{ startMs: first.sinceMs, build: first, mode: "Install" }]);
  return open;
}

function placeOf({ stage }: OpenStage, build: Build): ChainPlace {
  return { front: stage, back: stage, ledger: build.ledger };
}

/** The account whose password was known outside. */
const STOLEN = `${AD_DOMAIN}\\m.voss`;
const PYTHON = "python-requests/2.28.1";
const COMMAND = "C:\\Windows\\System32\\cmd.exe";

const AUTODISCOVER: Detour = {
  protocol: "Autodiscover",
  stem: "/autodiscover/autodiscover.json",
  query: "@relay.example/powershell/?&Email=autodiscover/autodiscover.json%3f@relay.example",
  agent: PYTHON,
};

/** ProxyNotShell on a new server that got the update of November two days late. */
export function writeProxynotshell(build: Build): void {
  const span: Span = { fromMs: at("2022-10-10T03:10:00Z"), untilMs: at("2022-11-15T00:00:00Z") };
  const builds = [
    installed(CU23_2016, "2022-10-10T01:20:00Z"),
    installed(CU23_2016_NOVEMBER, "2022-11-10T21:30:00Z"),
  ];
  const open = newServer(build, builds, span);
  const place = placeOf(open, build);
  const scanner = "203.0.113.41";
  refusePowerShell(place, AUTODISCOVER, {
    timeMs: at("2022-10-12T09:14:20Z"),
    attacker: scanner,
    statuses: [401, 401],
  });
  const attacker = "203.0.113.88";
  const startMs = at("2022-10-18T01:47:31.300Z");
  refusePowerShell(place, AUTODISCOVER, { timeMs: startMs - 9 * SECOND, attacker, statuses: [401] });
  for (const seconds of [0, 4, 9, 15])
    reachPowerShell(place, AUTODISCOVER, { timeMs: startMs + seconds * SECOND, account: STOLEN, attacker });
  const pool = "MSExchangePowerShellAppPool";
  const command = "cmd.exe /c whoami & ipconfig";
  sysmonProcess(place, {
    timeMs: startMs + 16 * SECOND,
    image: COMMAND,
    command,
    pool,
    needle: "whoami & ipconfig",
  });
  const groups = 'cmd.exe /c net group "Exchange Servers" /domain';
  sysmonProcess(place, {
    timeMs: startMs + 71 * SECOND,
    image: COMMAND,
    command: groups,
    pool,
    needle: "Exchange Servers",
  });
  refusePowerShell(place, AUTODISCOVER, {
    timeMs: at("2022-11-12T04:02:11Z"),
    attacker,
    statuses: [404, 404],
    account: STOLEN,
  });
  exportEvents(build, open, "evtx");
}

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/105.0.5195.54 Safari/537.36";
const WEB_MAIL: Detour = {
  protocol: "Owa",
  stem: "/owa/relay%40mailbox.example/powershell",
  query: "",
  agent: CHROME,
};

/** OWASSRF on a server that trusted the mitigation; the logs of Windows are cleared afterwards. */
export function writeOwassrf(build: Build): void {
  const span: Span = { fromMs: at("2022-11-14T02:30:00Z"), untilMs: at("2022-12-17T00:00:00Z") };
  const builds = [
    installed(CU12_2019, "2022-11-14T00:40:00Z"),
    installed(CU12_2019_NOVEMBER, "2022-12-13T22:10:00Z"),
  ];
  const open = newServer(build, builds, span);
  const place = placeOf(open, build);
  // The mitigation stops the older detour.
  refusePowerShell(place, AUTODISCOVER, {
    timeMs: at("2022-11-29T23:20:05Z"),
    attacker: "198.51.100.77",
    statuses: [403, 403],
    account: STOLEN,
  });
  const attacker = "198.51.100.77";
  const startMs = at("2022-12-02T23:31:40.500Z");
  for (const seconds of [0, 6, 13])
    reachPowerShell(place, WEB_MAIL, { timeMs: startMs + seconds * SECOND, account: STOLEN, attacker });
  const pool = "MSExchangePowerShellAppPool";
  const command = "cmd.exe /c nltest /domain_trusts & whoami";
  sysmonProcess(place, {
    timeMs: startMs + 14 * SECOND,
    image: COMMAND,
    command,
    pool,
    needle: "domain_trusts",
  });
  clearLog(place, startMs + 52 * MINUTE);
  refusePowerShell(place, WEB_MAIL, { timeMs: at("2022-12-15T03:11:09Z"), attacker, statuses: [401] });
  exportEvents(build, open, "evtx");
}

/** System 104: somebody cleared the log of PowerShell. */
function clearLog({ back }: ChainPlace, timeMs: number): void {
  back.event({
    timeMs,
    channel: "System",
    provider: "Microsoft-Windows-Eventlog",
    id: 104,
    level: 4,
    values: [
      ["SubjectUserName", "SYSTEM"],
      ["SubjectDomainName", "NT AUTHORITY"],
      ["Channel", "Windows PowerShell"],
      ["BackupPath", ""],
    ],
    message: "The Windows PowerShell log file was cleared.",
    planted: { what: "log-cleared", needle: "Windows PowerShell" },
  });
}

/** A fully patched server whose page keys came along from an older one, where they had been copied. */
export function writeViewstateKey(build: Build): void {
  const span: Span = { fromMs: at("2025-02-24T03:00:00Z"), untilMs: at("2025-03-29T00:00:00Z") };
  const builds = [
    installed(CU14_2019, "2025-02-20T18:00:00Z"),
    installed(CU14_2019_NOVEMBER, "2025-02-20T21:00:00Z"),
  ];
  const open = newServer(build, builds, span);
  const place = placeOf(open, build);
  carriedOverKey(place, at("2025-02-20T22:14:00Z"));
  const wrong = { attacker: "203.0.113.41", agent: "python-requests/2.31.0", detailCode: "50203" } as const;
  sendState(place, { ...wrong, timeMs: at("2025-03-04T11:05:31Z"), state: "/wEyhQcAAQAAAD0" });
  const right = { attacker: "203.0.113.17", agent: CHROME, detailCode: "50204" } as const;
  const startMs = at("2025-03-11T02:14:51Z");
  sendState(place, { ...right, timeMs: startMs, state: "/wEykwwAAQAAAP" });
  const pool = "MSExchangeOWAAppPool";
  const command = "cmd.exe /c whoami /groups";
  sysmonProcess(place, { timeMs: startMs + 300, image: COMMAND, command, pool, needle: "whoami /groups" });
  sendState(place, { ...right, timeMs: startMs + 41 * SECOND, state: "/wEylA0AAQAAAQ" });
  sendState(place, { ...right, timeMs: startMs + 5 * HOUR, state: "/wEyog4AAQAAAR" });
  exportEvents(build, open, "evtx");
}

/** Keys of invented digits, written into the settings by hand, so that all servers of the group have the same. */
function carriedOverKey({ back }: ChainPlace, timeMs: number): void {
  const folder = `${back.drive}/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa`;
  const key = `<machineKey validationKey="${"0123456789ABCDEF".repeat(4)}" decryptionKey="${"FEDCBA9876543210".repeat(3)}" validation="SHA1" />`;
  const text = `<?xml version="1.0" encoding="utf-8"?>\r\n<configuration>\r\n  <system.web>\r\n    ${key}\r\n  </system.web>\r\n</configuration>\r\n`;
  back.tree.file(`${folder}/web.config`, text, timeMs);
}

interface SentState {
  readonly timeMs: number;
  readonly attacker: string;
  readonly agent: string;
  readonly detailCode: "50203" | "50204";
  readonly state: string;
}

/** The request in the web server log (the state itself is in its body, which no log keeps) and the event that ASP.NET writes. */
function sendState({ back, ledger }: ChainPlace, sent: SentState): void {
  const record: IisRecord = {
    timeMs: sent.timeMs,
    site: 1,
    serverAddress: back.server.address,
    method: "POST",
    stem: "/owa/auth/logon.aspx",
    query: "",
    port: 443,
    user: "",
    clientAddress: sent.attacker,
    agent: sent.agent,
    referer: "",
    status: 500,
    subStatus: 0,
    win32Status: 0,
    tookMs: 120,
  };
  writeIis(back, record);
  ledger.plant("page-state", iisLog(back, 1, sent.timeMs).path, sent.timeMs, iisLine(record));
  const reason =
    sent.detailCode === "50203" ? "The viewstate supplied failed integrity check." : "Viewstate was invalid.";
  pageStateEvent(back, {
    timeMs: sent.timeMs,
    detailCode: sent.detailCode,
    reason,
    address: sent.attacker,
    agent: sent.agent,
    state: sent.state,
    planted: true,
  });
}
