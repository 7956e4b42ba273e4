import { MAIL_HOST } from "./district.ts";
import type { Stage } from "./stage.ts";
import { serve } from "./web-request.ts";

/** A visit that every server on the internet gets, and how this server answers. */
interface Knock {
  readonly method: string;
  readonly stem: string;
  readonly query: string;
  readonly status: number;
  readonly protocol: "Owa" | "Ecp" | "Autodiscover" | null;
}

const KNOCKS: readonly Knock[] = [
  { method: "GET", stem: "/", query: "", status: 302, protocol: null },
  { method: "GET", stem: "/.env", query: "", status: 404, protocol: null },
  { method: "GET", stem: "/robots.txt", query: "", status: 404, protocol: null },
  { method: "GET", stem: "/favicon.ico", query: "", status: 404, protocol: null },
  { method: "GET", stem: "/wp-login.php", query: "", status: 404, protocol: null },
  { method: "GET", stem: "/remote/login", query: "lang=en", status: 404, protocol: null },
  { method: "GET", stem: "/.git/config", query: "", status: 404, protocol: null },
  { method: "POST", stem: "/boaform/admin/formLogin", query: "", status: 404, protocol: null },
  { method: "GET", stem: "/owa/", query: "", status: 302, protocol: "Owa" },
  {
    method: "GET",
    stem: "/owa/auth/logon.aspx",
    query: `url=https%3a%2f%2f${MAIL_HOST}%2fowa%2f&reason=0`,
    status: 200,
    protocol: "Owa",
  },
  { method: "GET", stem: "/owa/admin.cfg", query: "", status: 302, protocol: "Owa" },
  {
    method: "GET",
    stem: "/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application",
    query: "",
    status: 200,
    protocol: "Ecp",
  },
  { method: "GET", stem: "/autodiscover/autodiscover.xml", query: "", status: 401, protocol: "Autodiscover" },
];

const AGENTS: readonly string[] = [
  "Mozilla/5.0 zgrab/0.x",
  "Mozilla/5.0 (compatible; CensusWalker/1.1; +https://census.example/about)",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/62.0.3202.62 Safari/537.36",
  "curl/7.64.0",
  "Go-http-client/1.1",
  "",
  "python-requests/2.24.0",
];

/** One knock by a scanner or bot; none of them has to do with the campaign. */
export function noiseRequest(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const knock = random.pick(KNOCKS);
  const page = knock.protocol === "Ecp";
  serve(stage, {
    ...knock,
    timeMs,
    tookMs: random.between(0, 40),
    user: "",
    clientAddress: `203.0.113.${random.between(120, 250)}`,
    agent: random.pick(AGENTS),
    authentication: "FBA",
    backEndStatus: page ? 200 : null,
    routingHint: page ? "EDiscoveryExportTool-ServerVersion" : "",
    anchor: page ? "ServerVersion~Version 15.0 (Build 0.0)" : "",
    responseBytes: page ? 10112 : 0,
    win32Status: knock.status === 404 ? 2 : 0,
    ...(knock.status === 302 && knock.protocol === "Owa"
      ? { genericInfo: "NoCookies=302 - GET/E14AuthPost" }
      : {}),
  });
}
