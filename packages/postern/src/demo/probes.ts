import { AD_DOMAIN, DOMAIN_SID, HEALTH_MAILBOX, MAIL_DOMAIN, OAB_GUID } from "./district.ts";
import { writeEcpActivity, writeEcpServer } from "./control-panel.ts";
import { writeEws, writeMapiHttp } from "./back-end-logs.ts";
import type { Protocol } from "./http-proxy.ts";
import { buildAt, longBuild } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { remoteCmdlet } from "./admin-work.ts";
import { serve } from "./web-request.ts";

const PROBES: readonly { readonly protocol: Protocol; readonly stem: string; readonly agent: string }[] = [
  { protocol: "Autodiscover", stem: "/autodiscover/", agent: "AMProbe/Local/ClientAccess" },
  { protocol: "Eas", stem: "/Microsoft-Server-ActiveSync/", agent: "AMProbe/Local/ClientAccess" },
  { protocol: "Ews", stem: "/ews/", agent: "AMProbe/Local/ClientAccess" },
  { protocol: "Oab", stem: `/oab/${OAB_GUID}/`, agent: "AMProbe/Local/ClientAccess" },
  { protocol: "RpcHttp", stem: "/rpc/", agent: "AMProbe/Local/ClientAccess" },
  {
    protocol: "Owa",
    stem: "/owa/",
    agent: "Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; TESTCONN2)",
  },
  {
    protocol: "Ecp",
    stem: "/ecp/",
    agent:
      "Mozilla/4.0 (compatible; MSIE 12.0; Trident/7.0; rv:12.0; Windows NT 6.1; MSEXCHMON; ACTIVEMONITORING; BACKLOOK)",
  },
];

const HEALTH_ACCOUNT = `${AD_DOMAIN}\\${HEALTH_MAILBOX}`;
const HEALTH_SID = `${DOMAIN_SID}-1142`;

/** One round of Managed Availability's probes: every protocol, with the rows of the back-end logs. */
export function probe(stage: Stage, timeMs: number): void {
  PROBES.forEach((target, index) => {
    serve(stage, {
      timeMs: timeMs + index * 1100,
      tookMs: stage.random.between(1, 12),
      protocol: target.protocol,
      method: "GET",
      stem: target.stem,
      query: "",
      host: "localhost",
      user: HEALTH_ACCOUNT,
      clientAddress: "127.0.0.1",
      agent: target.agent,
      status: 200,
      backEndStatus: null,
      anchor: `Sid~${HEALTH_SID}`,
    });
  });
  mapiProbe(stage, timeMs + 9_000);
  ewsProbe(stage, timeMs + 10_000);
  controlPanelProbe(stage, timeMs + 11_000);
  remoteCmdlet(stage, {
    timeMs: timeMs + 12_000,
    tookMs: 15,
    user: HEALTH_MAILBOX,
    userSid: HEALTH_SID,
    application: "ActiveMonitor",
    cmdlet: "Get-Mailbox",
    parameters: '-ResultSize "1"',
    clientAddress: "127.0.0.1",
  });
}

function mapiProbe(stage: Stage, timeMs: number): void {
  const clientRequestId = `R:${stage.random.guid()}:1;RT:Connect;CI:${stage.random.guid()}:1;CID:${stage.random.guid()}`;
  const { requestId } = serve(stage, {
    timeMs,
    tookMs: 16,
    protocol: "Mapi",
    method: "POST",
    stem: "/mapi/emsmdb/",
    query: "useMailboxOfAuthenticatedUser=true",
    host: stage.server.fqdn,
    user: HEALTH_ACCOUNT,
    clientAddress: "127.0.0.1",
    agent: "MapiHttpClient",
    status: 200,
    anchor: `Sid~${HEALTH_SID}`,
    clientRequestId,
    requestBytes: 371,
    responseBytes: 443,
    backEnd: { query: "useMailboxOfAuthenticatedUser=true" },
  });
  const person = {
    account: HEALTH_ACCOUNT,
    mail: `${HEALTH_MAILBOX}@${MAIL_DOMAIN}`,
    mailboxGuid: "0d1c9f32-6a8e-4b0f-8f53-1c2ab9a0e671",
  };
  writeMapiHttp(stage, {
    timeMs,
    requestId,
    clientRequestId,
    type: "Connect",
    person,
    clientAddress: "127.0.0.1",
  });
}

function ewsProbe(stage: Stage, timeMs: number): void {
  const build = longBuild(buildAt(stage, timeMs));
  const agent = `Ews_AM_Probe/Local (ExchangeServicesClient/${build})`;
  const { requestId } = serve(stage, {
    timeMs,
    tookMs: 20,
    protocol: "Ews",
    method: "POST",
    stem: "/ews/exchange.asmx",
    query: "",
    host: "localhost",
    user: HEALTH_ACCOUNT,
    clientAddress: "127.0.0.1",
    agent,
    status: 200,
    anchor: `Sid~${HEALTH_SID}`,
    requestBytes: 666,
    responseBytes: 1200,
    backEnd: { query: `&request_id=${stage.random.guid()}` },
  });
  writeEws(stage, {
    timeMs,
    tookMs: 17,
    requestId,
    user: `${HEALTH_MAILBOX}@${MAIL_DOMAIN}`,
    actAs: `${HEALTH_MAILBOX}@${MAIL_DOMAIN}`,
    agent,
    clientAddress: "127.0.0.1",
    operation: "GetFolder",
    requestBytes: 666,
    responseBytes: 1200,
  });
}

function controlPanelProbe(stage: Stage, timeMs: number): void {
  const call = {
    timeMs,
    tookMs: 13,
    command: "Get-InboxRule",
    url: `/ecp/RulesEditor/InboxRules.svc/GetList?msExchEcpCanary=${stage.random.text("abcdefghijkmnopqrstuvwxyz23456789", 60)}.`,
    exception: "",
    activityId: stage.random.guid(),
    sessionId: stage.random.guid(),
  };
  writeEcpServer(stage, call);
  writeEcpActivity(stage, call, `${HEALTH_MAILBOX}@${MAIL_DOMAIN}`);
}
