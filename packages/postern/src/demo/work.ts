import { machineAccount } from "./admin-work.ts";
import { writeEws, writeMapiHttp } from "./back-end-logs.ts";
import { writeEcpActivity, writeEcpServer } from "./control-panel.ts";
import { ADMIN_ADDRESS, MAIL_DOMAIN, MAIL_HOST, OAB_GUID } from "./district.ts";
import type { Person } from "./district.ts";
import type { Stage } from "./stage.ts";
import { serve } from "./web-request.ts";

const OWA_ACTIONS = [
  "FindItem",
  "GetItem",
  "FindConversation",
  "GetConversationItems",
  "UpdateItem",
] as const;

function place(stage: Stage, person: Person): string {
  return stage.random.chance(0.7) ? person.officeAddress : person.homeAddress;
}

/** Somebody signs in to Outlook on the web and reads mail. */
export function owaSession(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  const clientAddress = place(stage, person);
  const outside = {
    protocol: "Owa",
    user: "",
    clientAddress,
    agent: person.browser,
    authentication: "FBA",
  } as const;
  const login = `https://${MAIL_HOST}/owa/auth/logon.aspx?replaceCurrent=1&url=https%3a%2f%2f${MAIL_HOST}%2fowa%2f`;
  const base = { ...outside, tookMs: random.between(1, 30), backEndStatus: null, query: "" };
  const noCookies = "NoCookies=302 - GET/E14AuthPost";
  serve(stage, { ...base, timeMs, method: "GET", stem: "/owa/", status: 302, genericInfo: noCookies });
  serve(stage, {
    ...base,
    timeMs: timeMs + 320,
    method: "GET",
    stem: "/owa/auth/logon.aspx",
    query: `replaceCurrent=1&url=https%3a%2f%2f${MAIL_HOST}%2fowa%2f`,
    status: 200,
  });
  const signedIn = { ...base, method: "POST", stem: "/owa/auth.owa", referer: login, status: 302 };
  serve(stage, { ...signedIn, timeMs: timeMs + 9_400, user: person.mail });
  for (let i = 0, at = timeMs + 11_000; i < random.between(2, 6); i++, at += random.between(900, 40_000)) {
    const action = random.pick(OWA_ACTIONS);
    const query = `action=${action}&EP=1&ID=-${random.between(1, 90)}&AC=1`;
    serve(stage, {
      ...outside,
      timeMs: at,
      tookMs: random.between(12, 160),
      method: "POST",
      stem: "/owa/service.svc",
      query,
      user: person.mail,
      referer: `https://${MAIL_HOST}/owa/`,
      status: 200,
      anchor: `Sid~${person.sid}`,
      requestBytes: random.between(600, 2400),
      responseBytes: random.between(900, 60_000),
      backEnd: { query: `${query}&ActID=${random.guid()}` },
    });
  }
}

/** A phone or tablet synchronises by Exchange ActiveSync. */
export function phoneSync(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  const command = random.pick(["Ping", "Ping", "Sync", "Sync", "FolderSync", "ItemOperations"] as const);
  const query = `Cmd=${command}&User=${encodeURIComponent(person.account)}&DeviceId=${person.deviceId}&DeviceType=${person.phone.type}`;
  const tookMs = command === "Ping" ? random.between(200_000, 900_000) : random.between(20, 900);
  serve(stage, {
    timeMs: timeMs + tookMs,
    tookMs,
    protocol: "Eas",
    method: "POST",
    stem: "/Microsoft-Server-ActiveSync/default.eas",
    query,
    user: person.account,
    clientAddress: random.chance(0.3) ? person.officeAddress : person.homeAddress,
    agent: person.phone.agent,
    status: 200,
    authentication: "Basic",
    anchor: `Sid~${person.sid}`,
    routingHint: "WindowsIdentity-NoDatabase",
    requestBytes: random.between(13, 700),
    responseBytes: random.between(0, 20_000),
    backEnd: {
      stem: "/Microsoft-Server-ActiveSync/Proxy/default.eas",
      query: `${query}&Log=PrxFrom:${stage.server.linkLocal.replace(/%.*/, "")}_V141_Cpo15000_Fc1_`,
    },
  });
}

/** A Mac, a room panel or Teams asks by Exchange Web Services. */
export function ewsCall(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  const agent = random.pick([
    "MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7 (Build 19H524))",
    "Mac OS X/10.15.7 (19H524) CalendarAgent/930.5.1",
    "RoomPanel/4.2 (ExchangeServicesClient/15.00.0913.015)",
  ] as const);
  const operation = random.pick([
    "SyncFolderItems",
    "GetItem",
    "FindItem",
    "GetFolder",
    "GetUserAvailability",
  ] as const);
  const clientAddress = place(stage, person);
  const [requestBytes, responseBytes, tookMs] = [
    random.between(700, 3000),
    random.between(900, 38_000),
    random.between(12, 300),
  ];
  const { requestId } = serve(stage, {
    timeMs,
    tookMs,
    protocol: "Ews",
    method: "POST",
    stem: "/EWS/Exchange.asmx",
    query: "",
    user: person.account,
    clientAddress,
    agent,
    status: 200,
    authentication: "NTLM",
    anchor: `Sid~${person.sid}`,
    requestBytes,
    responseBytes,
    backEnd: { query: `&request_id=${random.guid()}` },
  });
  const call = { timeMs, tookMs, requestId, user: person.mail, actAs: person.mail, agent, clientAddress };
  writeEws(stage, { ...call, operation, requestBytes, responseBytes });
}

/** Outlook on Windows connects by MAPI over HTTP. */
export function outlookSession(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  const clientAddress = place(stage, person);
  const session = random.guid().toUpperCase();
  const common = {
    protocol: "Mapi",
    method: "POST",
    query: `MailboxId=${person.mailboxGuid}@${MAIL_DOMAIN}`,
    clientAddress,
    agent: person.outlook,
  } as const;
  const stem = "/mapi/emsmdb/";
  serve(stage, { ...common, stem, timeMs, tookMs: 1, user: "", status: 401, subStatus: 2, win32Status: 5 });
  ["Connect", "Execute", "Execute", "Disconnect"].forEach((type, index) => {
    const clientRequestId = `R:{${session}}:${index + 1};RT:${type};CI:{${session}}:1;CID:{${random.guid().toUpperCase()}}`;
    const atMs = timeMs + 120 + index * random.between(400, 9000);
    const { requestId } = serve(stage, {
      ...common,
      stem,
      timeMs: atMs,
      tookMs: random.between(6, 80),
      user: person.account,
      status: 200,
      anchor: `MailboxGuid~${person.mailboxGuid}`,
      routingHint: "MailboxGuidWithDomain",
      clientRequestId,
      requestBytes: random.between(60, 900),
      responseBytes: random.between(90, 9000),
      backEnd: { query: common.query },
    });
    writeMapiHttp(stage, { timeMs: atMs, requestId, clientRequestId, type, person, clientAddress });
  });
}

/** Outlook looks for its settings: one or two refusals first, as always. */
export function autodiscover(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  const common = {
    protocol: "Autodiscover",
    method: "POST",
    stem: random.pick(["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml"] as const),
    query: "",
    host: `autodiscover.${MAIL_DOMAIN}`,
    clientAddress: place(stage, person),
    agent: person.outlook,
  } as const;
  serve(stage, { ...common, timeMs, tookMs: 1, user: "", status: 401, win32Status: 0 });
  serve(stage, {
    ...common,
    timeMs: timeMs + 40,
    tookMs: 1,
    user: "",
    status: 401,
    subStatus: 1,
    win32Status: 2148074254,
  });
  serve(stage, {
    ...common,
    timeMs: timeMs + 95,
    tookMs: random.between(9, 60),
    user: person.account,
    status: 200,
    authentication: "NTLM",
    anchor: `Sid~${person.sid}`,
    requestBytes: 336,
    responseBytes: random.between(3200, 5200),
    backEnd: { query: "" },
  });
}

/** Outlook fetches the offline address book. */
export function oabDownload(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  serve(stage, {
    timeMs,
    tookMs: random.between(4, 40),
    protocol: "Oab",
    method: "GET",
    stem: `/OAB/${OAB_GUID}/oab.xml`,
    query: "",
    user: person.account,
    clientAddress: place(stage, person),
    agent: "Microsoft BITS/7.8",
    status: random.chance(0.6) ? 304 : 200,
    anchor: `Sid~${person.sid}`,
    responseBytes: random.between(0, 4200),
    backEnd: { query: "" },
  });
}

/** An old Outlook still uses RPC over HTTP; the back end sees the server's own machine account. */
export function rpcOverHttp(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  const clientAddress = person.officeAddress;
  for (const method of ["RPC_IN_DATA", "RPC_OUT_DATA"] as const) {
    serve(stage, {
      timeMs: timeMs + random.int(300),
      tookMs: random.between(900, 60_000),
      protocol: "RpcHttp",
      method,
      stem: "/rpc/rpcproxy.dll",
      query: `${person.mailboxGuid}@${MAIL_DOMAIN}:6001`,
      user: person.account,
      clientAddress,
      agent: "MSRPC",
      status: 200,
      win32Status: 64,
      anchor: `MailboxGuid~${person.mailboxGuid}`,
      routingHint: "RpcHttpMailboxGuid",
      requestBytes: random.between(200, 4000),
      responseBytes: random.between(200, 9000),
      backEnd: { query: `${stage.server.fqdn}:6001&RequestId=${random.guid()}`, user: machineAccount(stage) },
    });
  }
}

/** A user or the administrator opens the control panel. */
export function controlPanel(stage: Stage, timeMs: number): void {
  const { random } = stage;
  const person = random.pick(stage.people);
  const canary = `${random.text("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 76)}.`;
  const call = random.pick([
    { command: "Get-InboxRule", url: "/ecp/RulesEditor/InboxRules.svc/GetList" },
    { command: "Get-MessageCategory", url: "/ecp/Organize/MessageCategories.svc/GetList" },
    { command: "Get-OabVirtualDirectory", url: "/ecp/DDI/DDIService.svc/GetList" },
  ] as const);
  const schema = call.command === "Get-OabVirtualDirectory" ? "&schema=VirtualDirectory" : "";
  const query = `msExchEcpCanary=${canary}${schema}`;
  const activityId = random.guid();
  serve(stage, {
    timeMs,
    tookMs: random.between(30, 500),
    protocol: "Ecp",
    method: "POST",
    stem: call.url,
    query,
    user: person.mail,
    clientAddress: schema === "" ? place(stage, person) : ADMIN_ADDRESS,
    agent: person.browser,
    referer: `https://${MAIL_HOST}/ecp/`,
    status: 200,
    authentication: "FBA",
    anchor: `Sid~${person.sid}`,
    requestBytes: random.between(100, 900),
    responseBytes: random.between(300, 6000),
    backEnd: { query: `${query}&ActID=${activityId}` },
  });
  const entry = {
    timeMs: timeMs - 20,
    tookMs: random.between(5, 60),
    command: call.command,
    url: `${call.url}?${query}`,
    exception: "",
    activityId,
    sessionId: random.guid(),
  };
  writeEcpServer(stage, entry);
  writeEcpActivity(stage, entry, person.mail);
}
