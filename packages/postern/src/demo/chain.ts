import { SECOND } from "./clock.ts";
import { writeEws } from "./back-end-logs.ts";
import { packItems, writeEcpServer } from "./control-panel.ts";
import { ADMINISTRATOR_SID, MAIL_DOMAIN } from "./district.ts";
import { exchangeLog, httpProxyLog } from "./exchange-logs.ts";
import { iisLog } from "./iis.ts";
import type { Ledger, PlantKind } from "./ledger.ts";
import { plantedUrl } from "./shell-text.ts";
import { buildAt, packedVersion } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { serve } from "./web-request.ts";
import { cmdletEvent } from "./windows-events.ts";
import { machineAccount } from "./admin-work.ts";
import { writeApplicationRestart } from "./daily-events.ts";

/** One forged request through the front end: the true target stands behind `ServerInfo~`. */
export interface Forged {
  readonly timeMs: number;
  readonly attacker: string;
  readonly agent: string;
  /** Page under which the request is hidden, `/ecp/y.js`. */
  readonly stem: string;
  /** Text after `ServerInfo~`. */
  readonly anchor: string;
  readonly status: number;
  /** Null: never reached a back end. */
  readonly backEndStatus: number | null;
  readonly what: PlantKind;
  readonly tookMs?: number;
  readonly responseBytes?: number;
  readonly requestBytes?: number;
  readonly routingHint?: string;
  readonly genericErrors?: string;
  /** Path and query that the back end logs. */
  readonly backEnd?: { readonly stem: string; readonly query: string };
}

/** Where a chain takes place: the front end that was asked, the server that answered. */
export interface ChainPlace {
  readonly front: Stage;
  readonly back: Stage;
  readonly ledger: Ledger;
}

/** Writes one forged request into every log that shows it, and notes it in the ledger. */
export function forge(place: ChainPlace, forged: Forged): string {
  const { front, back, ledger } = place;
  const { requestId, backText } = serve(front, {
    timeMs: forged.timeMs,
    tookMs: forged.tookMs ?? front.random.between(40, 400),
    protocol: forged.stem.startsWith("/ecp/") ? "Ecp" : "Owa",
    method: forged.routingHint === undefined ? "POST" : "GET",
    stem: forged.stem,
    query: "",
    user: "",
    clientAddress: forged.attacker,
    agent: forged.agent,
    status: forged.status,
    authentication: "FBA",
    anchor: `ServerInfo~${forged.anchor}`,
    routingHint: forged.routingHint ?? "X-BEResource-Cookie",
    backEndStatus: forged.backEndStatus,
    targetServer: back.server.fqdn,
    requestBytes: forged.requestBytes ?? front.random.between(160, 700),
    responseBytes: forged.responseBytes ?? front.random.between(300, 3000),
    ...(forged.genericErrors === undefined ? {} : { genericErrors: forged.genericErrors }),
    ...(forged.backEnd === undefined
      ? {}
      : { backEnd: { ...forged.backEnd, user: machineAccount(front), stage: back, status: forged.status } }),
  });
  const protocol = forged.stem.startsWith("/ecp/") ? "Ecp" : "Owa";
  if (front.keeps("http-proxy", forged.timeMs)) {
    ledger.plant(forged.what, httpProxyLog(front, protocol, forged.timeMs).path, forged.timeMs, requestId);
  }
  if (front.keeps("iis-front", forged.timeMs)) {
    ledger.plant("iis-front-ssrf", iisLog(front, 1, forged.timeMs).path, forged.timeMs, requestId);
  }
  if (backText !== null && back.keeps("iis-back", forged.timeMs)) {
    ledger.plant("iis-back-ssrf", iisLog(back, 2, forged.timeMs).path, forged.timeMs, backText);
  }
  return requestId;
}

/** What a whole chain needs to know. */
export interface ChainPlan {
  readonly startMs: number;
  readonly attacker: string;
  /** Address of the mailbox whose owner lends the session its identity. */
  readonly mailbox: string;
  /** Program that the requests name; default: a scripting library. */
  readonly agent?: string;
}

const AGENT = "python-requests/2.25.1";
const OAB_IDENTITY = "7a0c5b0e-2f2d-4c5c-9a55-60ad3c1f27be";

/** The complete chain as incident responders published it: seven requests in fourteen seconds, a file at the end. */
export function writeChain(place: ChainPlace, plan: ChainPlan): void {
  const { back } = place;
  const canary = `${back.random.text("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_", 76)}.`;
  const host = `a]@${back.server.fqdn}:444`;
  const base = {
    attacker: plan.attacker,
    stem: "/ecp/y.js",
    status: 200,
    backEndStatus: 200,
  } as const;
  const ddi = (method: string, schema: string): { readonly stem: string; readonly query: string } => ({
    stem: `/ecp/DDI/DDIService.svc/${method}`,
    query: `msExchEcpCanary=${canary}&schema=${schema}`,
  });
  const steps: readonly Step[] = [
    { after: 0, what: "ssrf-autodiscover", call: { stem: "/autodiscover/autodiscover.xml", query: "" } },
    { after: 1, what: "ssrf-mapi", call: { stem: "/mapi/emsmdb/", query: "" } },
    { after: 4, what: "ssrf-session-241", call: { stem: "/ecp/proxyLogon.ecp", query: "" } },
    { after: 5, what: "ssrf-get-object", call: ddi("GetObject", "OABVirtualDirectory") },
    { after: 9, what: "ssrf-set-object", call: ddi("SetObject", "OABVirtualDirectory") },
    { after: 11, what: "ssrf-reset", call: ddi("SetObject", "ResetOABVirtualDirectory") },
    { after: 14, what: "ssrf-tidy-up", call: ddi("SetObject", "OABVirtualDirectory") },
  ];
  for (const step of steps) {
    const first = step.what === "ssrf-autodiscover";
    const question = step.call.query === "" ? "?" : `?${step.call.query}`;
    const status = step.what === "ssrf-session-241" ? 241 : 200;
    forge(place, {
      ...base,
      timeMs: plan.startMs + step.after * SECOND + back.random.int(80),
      agent: plan.agent ?? (first ? "ExchangeServicesClient/0.0.0.0" : AGENT),
      anchor: `${host}${step.call.stem}${question}#`,
      status,
      backEndStatus: status,
      what: step.what,
      backEnd: step.call,
    });
  }
  writeChainSettings(place, plan, canary);
}

interface Step {
  readonly after: number;
  readonly what: PlantKind;
  readonly call: { readonly stem: string; readonly query: string };
}

function settingSteps(back: Stage, canary: string): readonly EcpStep[] {
  const set = "SetObject?msExchEcpCanary=";
  const reset = `${set}${canary}&schema=ResetOABVirtualDirectory`;
  const change = `${set}${canary}&schema=OABVirtualDirectory`;
  const site = "Default Web Site";
  const missing =
    "Microsoft.Exchange.Configuration.Tasks.ADNoSuchObjectException:The operation couldn't be performed because object '7a0c5b0e-2f2d-4c5c-9a55-60ad3c1f27be' couldn't be found";
  return [
    {
      after: 4.9,
      what: "ecp-other",
      command: `Get-OabVirtualDirectory.Identity='${OAB_IDENTITY}'`,
      url: `GetObject?msExchEcpCanary=${canary}&schema=OABVirtualDirectory`,
    },
    {
      after: 8.9,
      what: "ecp-set-script",
      command: `Set-OabVirtualDirectory.ExternalUrl='${plantedUrl()}'.Identity='${OAB_IDENTITY}'`,
      url: change,
    },
    {
      after: 9.4,
      what: "ecp-other",
      command: `Get-OABVirtualDirectory.Identity='${OAB_IDENTITY}'.ADPropertiesOnly=$true`,
      url: reset,
    },
    {
      after: 9.6,
      what: "ecp-other",
      command: `Get-ExchangeServer.Identity='${back.server.name}'`,
      url: reset,
    },
    {
      after: 10.1,
      what: "ecp-reset",
      command: `Remove-OABVirtualDirectory.Identity='${OAB_IDENTITY}'.Force=$true`,
      url: reset,
    },
    {
      after: 10.8,
      what: "ecp-reset",
      command: `New-OABVirtualDirectory.WebSiteName='${site}'.Server='${back.server.name}'.Role='ClientAccess'.Path='C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB'`,
      url: reset,
    },
    {
      after: 13.9,
      what: "ecp-other",
      command: `Set-OabVirtualDirectory.ExternalUrl=$null.Identity='${OAB_IDENTITY}'`,
      url: change,
      exception: missing,
    },
  ];
}

/** The cmdlets behind the chain: control panel log and the channel MSExchange Management. */
function writeChainSettings(place: ChainPlace, plan: ChainPlan, canary: string): void {
  const { back, ledger } = place;
  const rows = settingSteps(back, canary);
  for (const row of rows) {
    const timeMs = plan.startMs + row.after * SECOND;
    writeEcpServer(back, {
      timeMs,
      tookMs: back.random.between(20, 700),
      command: row.command,
      url: `/ecp/DDI/DDIService.svc/${row.url}`,
      exception: row.exception ?? "",
      activityId: back.random.guid(),
      sessionId: back.random.guid(),
    });
    if (back.keeps("ecp-server", timeMs)) {
      const needle = packItems([`S:CMD=${row.command}`])
        .replaceAll('"', '""')
        .slice(0, 60);
      ledger.plant(row.what, exchangeLog(back, "ecp-server", timeMs).path, timeMs, needle);
    }
  }
  writeChainEvents(place, plan.startMs);
}

interface EcpStep {
  readonly after: number;
  readonly what: PlantKind;
  readonly command: string;
  readonly url: string;
  readonly exception?: string;
}

function writeChainEvents(place: ChainPlace, startMs: number): void {
  const { back } = place;
  const oab = "OAB (Default Web Site)";
  const folder = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB";
  const trio: readonly (readonly [number, string, string])[] = [
    [8.9, "Set-OabVirtualDirectory", `-ExternalUrl "${plantedUrl()}" -Identity "${oab}"`],
    [10.1, "Remove-OabVirtualDirectory", `-Force "True" -Identity "${back.server.name}\\${oab}"`],
    [
      10.8,
      "New-OabVirtualDirectory",
      `-WebSiteName "Default Web Site" -Server "${back.server.name}" -Role "ClientAccess" -InternalUrl "https://${back.server.fqdn}/OAB" -Path "${folder}"`,
    ],
  ];
  for (const [after, cmdlet, parameters] of trio) {
    cmdletEvent(back, {
      timeMs: startMs + after * SECOND,
      cmdlet,
      parameters,
      caller: `${MAIL_DOMAIN}/Users/Administrator`,
      callerSid: ADMINISTRATOR_SID,
      application: "",
      process: "7316 w3wp#MSExchangeECPAppPool",
      planted: true,
    });
  }
  writeApplicationRestart(back, startMs + 12 * SECOND);
}

/** Mail of one mailbox read through the forged route: front-end rows, back-end IIS rows and EWS rows. */
export function writeMailTheft(place: ChainPlace, plan: ChainPlan): void {
  const { back, ledger } = place;
  const reads = [
    { operation: "FindFolder", bytes: 18_211 },
    { operation: "FindItem", bytes: 96_420 },
    { operation: "GetItem", bytes: 2_418_733 },
  ] as const;
  reads.forEach((read, index) => {
    const timeMs = plan.startMs + index * 7 * SECOND;
    const marker = `a=~${packedVersion(buildAt(back, timeMs))}`;
    forge(place, {
      timeMs,
      attacker: plan.attacker,
      agent: AGENT,
      stem: "/ecp/y.js",
      anchor: `a]@${back.server.fqdn}:444/EWS/Exchange.asmx?${marker}#`,
      status: 200,
      backEndStatus: 200,
      what: "ssrf-ews",
      requestBytes: 1180 + index * 90,
      responseBytes: read.bytes,
      backEnd: { stem: "/EWS/Exchange.asmx", query: marker },
    });
    const requestId = back.random.guid();
    writeEws(back, {
      timeMs: timeMs - 12,
      tookMs: 240,
      requestId,
      user: machineAccount(place.front),
      actAs: plan.mailbox,
      agent: AGENT,
      clientAddress: place.front === back ? back.server.linkLocal : place.front.server.address,
      frontEnd: place.front.server.name,
      operation: read.operation,
      requestBytes: 1180 + index * 90,
      responseBytes: read.bytes,
    });
    if (back.keeps("ews", timeMs)) {
      ledger.plant("ews-mailbox-read", exchangeLog(back, "ews", timeMs).path, timeMs - 12, requestId);
    }
  });
}
