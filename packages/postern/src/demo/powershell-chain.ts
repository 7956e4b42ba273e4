import { SECOND } from "./clock.ts";
import { writeRpsHttp } from "./back-end-logs.ts";
import type { ChainPlace } from "./chain.ts";
import { exchangeLog, httpProxyLog } from "./exchange-logs.ts";
import { iisLog } from "./iis.ts";
import { serve } from "./web-request.ts";

/** How a request finds its way from a service for everybody to the PowerShell of Exchange. */
export interface Detour {
  readonly protocol: "Autodiscover" | "Owa";
  readonly stem: string;
  readonly query: string;
  readonly agent: string;
}

/** An account in foreign hands, and from where it is used. */
export interface StolenAccount {
  /** `LARCHMERE\\m.voss` */
  readonly account: string;
  readonly attacker: string;
}

/** One request by a detour that reached PowerShell: front end, proxy, back end and the log of PowerShell itself. */
export function reachPowerShell(
  place: ChainPlace,
  detour: Detour,
  by: StolenAccount & { readonly timeMs: number },
): void {
  const { front, back, ledger } = place;
  const tookMs = back.random.between(180, 2400);
  const { requestId, backText } = serve(front, {
    ...detour,
    timeMs: by.timeMs,
    tookMs,
    method: "POST",
    user: by.account,
    clientAddress: by.attacker,
    status: 200,
    authentication: detour.protocol === "Owa" ? "FBA" : "Basic",
    anchor: "ServerVersion~Version 15.1 (Build 0.0)",
    requestBytes: back.random.between(1200, 6400),
    responseBytes: back.random.between(900, 5200),
    backEnd: {
      stem: "/powershell",
      query: detour.protocol === "Owa" ? "-" : "&Email=autodiscover/autodiscover.json%3f@relay.example",
    },
  });
  writeRpsHttp(back, {
    timeMs: by.timeMs,
    tookMs,
    requestId,
    user: by.account,
    userSid: "",
    application: "",
    cmdlet: "",
    parameters: "",
    clientAddress: by.attacker,
    clientInfo: detour.agent.replaceAll(",", " "),
  });
  ledger.plant(
    "powershell-session",
    httpProxyLog(front, detour.protocol, by.timeMs).path,
    by.timeMs,
    requestId,
  );
  ledger.plant("iis-front-ssrf", iisLog(front, 1, by.timeMs).path, by.timeMs, requestId);
  ledger.plant("iis-back-ssrf", iisLog(back, 2, by.timeMs).path, by.timeMs, backText ?? "");
  ledger.plant("rps-http", exchangeLog(back, "rps-http", by.timeMs).path, by.timeMs, requestId);
}

/** The same requests, refused by the front end; `status` says how (401 not signed in, 403 stopped by a mitigation, 404 patched). */
export function refusePowerShell(
  place: ChainPlace,
  detour: Detour,
  by: {
    readonly timeMs: number;
    readonly attacker: string;
    readonly statuses: readonly number[];
    readonly account?: string;
  },
): void {
  const { front, ledger } = place;
  by.statuses.forEach((status, index) => {
    const timeMs = by.timeMs + index * 3 * SECOND;
    const { requestId } = serve(front, {
      ...detour,
      timeMs,
      tookMs: front.random.between(0, 12),
      method: "POST",
      user: by.account ?? "",
      clientAddress: by.attacker,
      status,
      backEndStatus: null,
    });
    ledger.plant("powershell-refused", iisLog(front, 1, timeMs).path, timeMs, requestId);
  });
}
