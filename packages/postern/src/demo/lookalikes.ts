import { DAY, HOUR, MINUTE, SECOND } from "./clock.ts";
import type { Span } from "./build.ts";
import { MAIL_DOMAIN } from "./district.ts";
import type { Stage } from "./stage.ts";
import { serve } from "./web-request.ts";
import { unnamed } from "./windows-events.ts";

/** What ordinary days hold and what looks like the break-ins of 2022 and later: apps that find their server, shared mailboxes, unequal page keys. */
export function writeLookalikes(stage: Stage, span: Span): void {
  for (let day = span.fromMs + 7 * HOUR; day < span.untilMs - 6 * HOUR; day += DAY) {
    const random = stage.random.fork(`lookalikes@${day}`);
    const local: Stage = { ...stage, random };
    findServer(local, day + random.int(2 * HOUR));
    openSharedMailbox(local, day + 3 * HOUR + random.int(HOUR));
    if (random.chance(0.3)) refusePageState(local, day + 4 * HOUR + random.int(30 * MINUTE));
  }
}

/** Phones and newer Outlooks ask autodiscover with an address behind an at sign (version 2). */
function findServer(stage: Stage, timeMs: number): void {
  const person = stage.random.pick(stage.people);
  const common = {
    tookMs: stage.random.between(2, 40),
    protocol: "Autodiscover",
    method: "GET",
    clientAddress: person.homeAddress,
    agent: person.phone.agent,
    user: "",
    status: 200,
    backEndStatus: null,
  } as const;
  serve(stage, {
    ...common,
    timeMs,
    stem: `/autodiscover/autodiscover.json/v1.0/${person.mail}`,
    query: "Protocol=ActiveSync&RedirectCount=1",
  });
  serve(stage, {
    ...common,
    timeMs: timeMs + 4 * SECOND,
    stem: "/autodiscover/autodiscover.json",
    query: `Email=${encodeURIComponent(person.mail)}&Protocol=Autodiscoverv1&RedirectCount=1`,
  });
}

/** Somebody opens another mailbox by its address, as the browser writes it. */
function openSharedMailbox(stage: Stage, timeMs: number): void {
  const person = stage.random.pick(stage.people);
  serve(stage, {
    timeMs,
    tookMs: stage.random.between(20, 90),
    protocol: "Owa",
    method: "GET",
    stem: `/owa/office@${MAIL_DOMAIN}/`,
    query: "",
    user: person.mail,
    clientAddress: person.officeAddress,
    agent: person.browser,
    status: 200,
    authentication: "FBA",
    anchor: `Sid~${person.sid}`,
    backEnd: { query: "" },
  });
}

/** A page that was opened before a restart is sent off after it: its state no longer fits. */
function refusePageState(stage: Stage, timeMs: number): void {
  const person = stage.random.pick(stage.people);
  pageStateEvent(stage, {
    timeMs,
    detailCode: "50203",
    reason: "The viewstate supplied failed integrity check.",
    address: person.officeAddress,
    agent: person.browser,
    state: `/wEPDwUKLT${stage.random.text("0123456789ABCDEF", 24)}`,
  });
}

/** A page state that ASP.NET did not take. */
export interface PageState {
  readonly timeMs: number;
  readonly detailCode: "50203" | "50204";
  readonly reason: string;
  readonly address: string;
  readonly agent: string;
  /** Beginning of the state as it was sent; only the first letters mean anything. */
  readonly state: string;
  readonly planted?: boolean;
}

/** ASP.NET 1316, event code 4009, with its values in the order of the labels of a rendered message. */
export function pageStateEvent(stage: Stage, refused: PageState): void {
  const url = `https://${stage.server.fqdn}:443/owa/auth/logon.aspx`;
  const id = stage.random.guid().replaceAll("-", "");
  const clock = new Date(refused.timeMs).toISOString().slice(0, 19).replace("T", " ");
  const message = `Viewstate verification failed. Reason: ${refused.reason}`;
  const values = [
    "4009",
    message,
    clock,
    clock,
    id,
    "12",
    "1",
    refused.detailCode,
    "/LM/W3SVC/1/ROOT/owa-1-133",
    "Full",
    "/owa",
    "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\",
    stage.server.name,
    "",
    "9716",
    "w3wp.exe",
    "NT AUTHORITY\\SYSTEM",
    url,
    "/owa/auth/logon.aspx",
    refused.address,
    "",
    "False",
    "",
    "NT AUTHORITY\\SYSTEM",
    message,
    refused.address,
    "51444",
    refused.agent,
    refused.state,
    "",
    "/owa/auth/logon.aspx",
  ];
  stage.event({
    timeMs: refused.timeMs,
    channel: "Application",
    provider: "ASP.NET 4.0.30319.0",
    id: 1316,
    level: 4,
    values: unnamed(values),
    message: `Event code: 4009\r\nEvent message: ${message}\r\nEvent detail code: ${refused.detailCode}\r\nRequest URL: ${url}\r\nUser host address: ${refused.address}\r\nUser-Agent: ${refused.agent}\r\nPersistedState: ${refused.state}`,
    ...(refused.planted === true ? { planted: { what: "page-state", needle: refused.state } as const } : {}),
  });
}
