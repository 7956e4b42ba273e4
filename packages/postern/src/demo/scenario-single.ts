import { HOUR, MINUTE, SECOND, at } from "./clock.ts";
import {
  cutLastLine,
  exportEvents,
  installed,
  openStage,
  writeOddities,
  writeServerLife,
  writeSetup,
} from "./build.ts";
import type { Build, OpenStage, Span } from "./build.ts";
import { forge, writeChain, writeMailTheft } from "./chain.ts";
import type { ChainPlace, Forged } from "./chain.ts";
import { EX01 } from "./district.ts";
import { iisLog, writeIis } from "./iis.ts";
import { CU19, CU19_APRIL, CU19_MARCH } from "./stage.ts";
import { writeModuleTrace } from "./web-server-settings.ts";
import { GUESSED_SHELLS, guessShells, visitShell, writeCompiledTrace, writeShellFile } from "./web-shell.ts";
import { processEvent } from "./process-events.ts";

/** The whole month that most scenarios cover. */
export const MONTH: Span = { fromMs: at("2021-02-08T02:30:00Z"), untilMs: at("2021-03-13T00:00:00Z") };
/** When the careful administrator installed the March update. */
const EARLY_PATCH = "2021-03-03T22:10:00Z";
/** When the late one did. */
export const LATE_PATCH = "2021-03-09T22:00:00Z";
/** The intruder's address. */
export const INTRUDER = "203.0.113.66";
/** Somebody else who uses the same back door. */
const SECOND_INTRUDER = "198.51.100.214";

const WIDE = { fromMs: at("2021-02-19T20:00:00Z"), untilMs: at("2021-02-19T20:45:00Z") };

/** A server that was new in February and patched on the day after the update came out. */
function freshServer(build: Build): OpenStage {
  const open = openStage(build, {
    server: EX01,
    builds: [installed(CU19, "2021-02-08T01:10:00Z"), installed(CU19_MARCH, EARLY_PATCH)],
    wideIis: WIDE,
  });
  writeServerLife(build, open.stage, MONTH);
  writeOddities(build, open.stage, MONTH);
  writeSetup(open.stage, "fresh");
  return open;
}

/** Ordinary traffic, patched early, nothing of the campaign at all. */
export function writeClean(build: Build): void {
  exportEvents(build, freshServer(build), "get-winevent");
}

/** Scanners before the patch; one anchor was answered, nothing worked. */
export function writeProbed(build: Build): void {
  const open = freshServer(build);
  const { stage } = open;
  const place: ChainPlace = { front: stage, back: stage, ledger: build.ledger };
  const firstMs = at("2021-03-02T23:11:04Z");
  const autodiscover = "/autodiscover/autodiscover.xml";
  const first = { attacker: "203.0.113.41", agent: "python-requests/2.25.1", stem: "/ecp/x.js" } as const;
  [500, 404, 200, 400].forEach((status, index) => {
    const answered = status === 200;
    forge(place, {
      ...first,
      timeMs: firstMs + index * 21 * SECOND,
      anchor: `a]@${answered ? stage.server.fqdn : stage.server.name}:444${autodiscover}?#`,
      status,
      backEndStatus: answered ? 200 : null,
      what: answered ? "ssrf-autodiscover" : "ssrf-refused",
      ...(answered ? { backEnd: { stem: autodiscover, query: "" } } : {}),
    });
  });
  const scanMs = at("2021-03-03T05:20:41Z");
  const nmap = {
    attacker: "203.0.113.77",
    agent: "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)",
  };
  forge(place, { ...nmap, ...LOCALHOST_SCAN, timeMs: scanMs });
  forge(place, { ...nmap, ...LOCALHOST_SCAN, timeMs: scanMs + 6 * HOUR });
  guessShells(place, {
    startMs: firstMs + 5 * MINUTE,
    attacker: first.attacker,
    names: GUESSED_SHELLS.slice(0, 6),
  });
  guessShells(place, {
    startMs: scanMs + 40 * SECOND,
    attacker: nmap.attacker,
    names: GUESSED_SHELLS.slice(4),
  });
  cutLastLine(build, stage, MONTH.untilMs - 1);
  exportEvents(build, open, "get-winevent");
}

const LOCALHOST_SCAN = {
  stem: "/owa/auth/x.js",
  anchor: "localhost/owa/auth/logon.aspx?",
  status: 500,
  backEndStatus: null,
  what: "ssrf-localhost-scan",
  routingHint: "X-AnonResource-Backend-Cookie",
  genericErrors: "NegotiateSecurityContext failed with for host 'localhost' with status 'TargetUnknown'",
} as const;

/** The full chain is asked for again and again, but the update was there first. */
export function writePatchedThenAttacked(build: Build): void {
  const open = freshServer(build);
  const { stage } = open;
  const place: ChainPlace = { front: stage, back: stage, ledger: build.ledger };
  const attackers = [INTRUDER, "203.0.113.17", "198.51.100.201", "203.0.113.98"];
  attackers.forEach((attacker, index) => {
    const startMs = at("2021-03-05T04:12:09Z") + index * 40 * HOUR;
    refusedChain(place, startMs, attacker);
    guessShells(place, { startMs: startMs + 2 * MINUTE, attacker, names: GUESSED_SHELLS });
  });
  exportEvents(build, open, "get-winevent");
}

function refusedChain(place: ChainPlace, startMs: number, attacker: string): void {
  const { front } = place;
  const canary = "msExchEcpCanary=none";
  const paths = [
    "/autodiscover/autodiscover.xml?",
    "/mapi/emsmdb/?",
    "/ecp/proxyLogon.ecp?",
    `/ecp/DDI/DDIService.svc/GetObject?${canary}&schema=OABVirtualDirectory`,
    `/ecp/DDI/DDIService.svc/SetObject?${canary}&schema=OABVirtualDirectory`,
    `/ecp/DDI/DDIService.svc/SetObject?${canary}&schema=ResetOABVirtualDirectory`,
  ];
  paths.forEach((path, index) => {
    const refused: Forged = {
      timeMs: startMs + index * 2 * SECOND,
      attacker,
      agent: index === 0 ? "ExchangeServicesClient/0.0.0.0" : "python-requests/2.25.1",
      stem: "/ecp/y.js",
      anchor: `a]@${front.server.fqdn}:444${path}#`,
      status: front.random.pick([500, 400, 404, 503] as const),
      backEndStatus: null,
      what: "ssrf-refused",
      responseBytes: 0,
      genericErrors:
        "HttpException=System.Web.HttpException: The back-end target of the request is not valid.",
    };
    forge(place, refused);
  });
}

/** The server that had been running for years, upgraded in January. */
export function oldServer(build: Build, span: Span): OpenStage {
  const from = (iso: string): number => Math.max(at(iso), span.fromMs);
  // Exchange's own logs are kept for 30 days, counted back from the day of collection.
  const thirtyDays = from("2021-02-10T00:00:00Z");
  return openStage(build, {
    server: EX01,
    builds: [installed(CU19, "2021-01-16T19:02:00Z"), installed(CU19_MARCH, LATE_PATCH)],
    logsFrom: {
      "http-proxy": thirtyDays,
      "ecp-server": thirtyDays,
      "ecp-activity": thirtyDays,
      "oab-generator": thirtyDays,
      "mapi-http": thirtyDays,
      tracking: thirtyDays,
      ews: thirtyDays,
    },
    wideIis: WIDE,
  });
}

/** The break-in from the first request to the stolen mailbox. */
export function writeProxylogon(build: Build): void {
  const open = oldServer(build, MONTH);
  const { stage } = open;
  writeServerLife(build, stage, MONTH);
  writeOddities(build, stage, MONTH);
  writeSetup(stage, "upgraded");
  const place: ChainPlace = { front: stage, back: stage, ledger: build.ledger };
  writeScansAround(place);
  const startMs = at("2021-03-03T10:15:23.120Z");
  const mailbox = "a.whitcombe@larchmere.example";
  writeChain(place, { startMs, attacker: INTRUDER, mailbox });
  const droppedMs = startMs + 11 * SECOND;
  writeShellFile(place, droppedMs);
  writeCompiledTrace(place, droppedMs + 9 * SECOND);
  useShell(place, droppedMs);
  processEvent(place, droppedMs + 21 * SECOND);
  writeMailTheft(place, { startMs: startMs + 26 * MINUTE, attacker: INTRUDER, mailbox });
  cutLastLine(build, stage, MONTH.untilMs - 1);
  exportEvents(build, open, "evtx");
}

/** Visits to the back door: the intruder at once, somebody else on later days. */
export function useShell(place: ChainPlace, droppedMs: number): void {
  const first = { attacker: INTRUDER, agent: "python-requests/2.25.1" } as const;
  visitShell(place, { ...first, timeMs: droppedMs + 8 * SECOND, method: "GET" });
  visitShell(place, { ...first, timeMs: droppedMs + 20 * SECOND, method: "POST" });
  visitShell(place, { ...first, timeMs: droppedMs + 64 * SECOND, method: "POST" });
  const second = { attacker: SECOND_INTRUDER, agent: "antSword/v2.1", method: "POST" } as const;
  visitShell(place, { ...second, timeMs: at("2021-03-06T02:41:17Z") });
  visitShell(place, { ...second, timeMs: at("2021-03-06T02:41:52Z") });
  visitShell(place, { ...second, timeMs: at("2021-03-08T23:05:30Z") });
}

function writeScansAround(place: ChainPlace): void {
  const scanner = {
    attacker: "203.0.113.77",
    agent: "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)",
  };
  forge(place, { ...scanner, ...LOCALHOST_SCAN, timeMs: at("2021-03-04T14:02:11Z") });
  forge(place, { ...scanner, ...LOCALHOST_SCAN, timeMs: at("2021-03-10T06:31:47Z") });
  refusedChain(place, at("2021-03-11T01:19:05Z"), "203.0.113.17");
  guessShells(place, {
    startMs: at("2021-03-05T09:44:00Z"),
    attacker: "203.0.113.41",
    names: GUESSED_SHELLS,
  });
  discoverHost(place, at("2021-02-27T19:53:36Z"));
}

/** An anonymous look at `/rpc/`: the NTLM answer tells the server's name. */
function discoverHost(place: ChainPlace, timeMs: number): void {
  const { front, ledger } = place;
  const query = `&CorrelationID=<empty>;&RequestId=${front.random.guid()};`;
  const record = {
    timeMs,
    site: 1,
    serverAddress: front.server.address,
    method: "GET",
    stem: "/rpc/",
    query,
    port: 443,
    user: "",
    clientAddress: INTRUDER,
    agent: "python-requests/2.25.1",
    referer: "",
    status: 401,
    subStatus: 1,
    win32Status: 2148074254,
    tookMs: 4,
  } as const;
  writeIis(front, record);
  ledger.plant("rpc-host-discovery", iisLog(front, 1, timeMs).path, timeMs, query);
}

/** Months later: the logs are gone, the file is still there, and so is a module that nobody looked at. */
export function writeRolledOff(build: Build): void {
  const span: Span = { fromMs: at("2021-04-20T00:00:00Z"), untilMs: at("2021-05-20T12:00:00Z") };
  const open = openStage(build, {
    server: EX01,
    builds: [installed(CU19, "2021-01-16T19:02:00Z"), installed(CU19_APRIL, "2021-04-15T22:00:00Z")],
  });
  writeServerLife(build, open.stage, span);
  writeOddities(build, open.stage, span);
  writeSetup(open.stage, "upgraded");
  const place: ChainPlace = { front: open.stage, back: open.stage, ledger: build.ledger };
  writeShellFile(place, at("2021-03-03T10:15:34Z"));
  writeModuleTrace(place, at("2021-03-03T11:02:48Z"));
  cutLastLine(build, open.stage, span.untilMs - 1);
  exportEvents(build, open, "get-winevent-utf16");
}
