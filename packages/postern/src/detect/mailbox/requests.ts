import type { Event } from "../../model/index.ts";
import { mailRow, type MailDetail, type MailRow } from "./mail-row.ts";
import { isMonitoring, isServerIdentity } from "./names.ts";
import { kindOfVerb } from "./verbs.ts";

/** A mail service as a path names it. */
interface Service {
  readonly protocol: string;
  readonly path: RegExp;
  /** A forged answer smaller than this is an error text or the first step of a sign-in. */
  readonly forgedFromBytes: number;
}

const SERVICES: readonly Service[] = [
  { protocol: "EWS", path: /\/ews\/(?:exchange|services)/iu, forgedFromBytes: 0 },
  { protocol: "MAPI", path: /\/mapi\/emsmdb/iu, forgedFromBytes: 8_192 },
  { protocol: "OWA", path: /\/owa(?:\/|$)/iu, forgedFromBytes: 8_192 },
  { protocol: "ActiveSync", path: /\/microsoft-server-activesync/iu, forgedFromBytes: 2_048 },
  { protocol: "Outlook Anywhere", path: /\/rpc\/rpcproxy\.dll|\/rpc\/?$/iu, forgedFromBytes: 8_192 },
];

/** Rows of a front end's request: what it passed on to a mail service, for whom. */
export function requestRows(event: Event): readonly MailRow[] {
  const source = event.artifact === "exchange-httpproxy" ? "httpproxy" : "iis";
  const { fields, ecs } = event;
  const agent = ecs["user_agent.original"] ?? "";
  if (isMonitoring(fields["AuthenticatedUser"] ?? fields["cs-username"], agent)) return [];
  const common = {
    source,
    address: ecs["source.ip"] ?? null,
    bytes: ecs["http.response.bytes"] ?? 0,
    agent,
    requestId: ecs["http.request.id"] ?? null,
  } as const;
  const forged = forgedTarget(event);
  if (forged !== null) return forgedRow(event, forged, common);
  const user = ecs["user.name"];
  if (!isAnswered(event)) return [];
  if (user === undefined || /^anonymous$/iu.test(user)) return unsignedRow(event, common);
  if (isServerIdentity(user)) return [];
  return signedRow(event, user, common);
}

type Common = Pick<MailRow, "source" | "address" | "bytes" | "agent" | "requestId">;

/** Behind the front end something answered with success, as far as the record says. */
function isAnswered({ fields, ecs }: Event): boolean {
  const status = ecs["http.response.status_code"];
  return (
    status !== undefined && status >= 200 && status < 300 && !/^[45]/u.test(fields["BackEndStatus"] ?? "")
  );
}

/** Target of a request that the front end was tricked into: in the anchor or the cookie (ProxyLogon), or in an autodiscover address (ProxyShell). */
function forgedTarget({ fields, ecs, artifact }: Event): string | null {
  const anchor = /^ServerInfo~([\s\S]*)$/iu.exec(fields["AnchorMailbox"] ?? "")?.[1];
  if (anchor !== undefined) return anchor;
  const cookie = /^Server~([^~]*\/[\s\S]*)$/iu.exec(fields["BackEndCookie"] ?? "")?.[1];
  if (cookie !== undefined) return cookie;
  const path = ecs["url.path"] ?? "";
  if (!/\/autodiscover\.json/iu.test(path) || artifact === "iis-w3c") return null;
  const whole = `${path}?${ecs["url.query"] ?? ""}`;
  // Ordinary autodiscover names no other service behind the address.
  return /@[^?&]*(\/(?:ews|mapi|owa|powershell|rpc)\/[\s\S]*)$/iu.exec(decoded(whole))?.[1] ?? null;
}

function decoded(text: string): string {
  return text.replaceAll(/%(2f|40|3f|5c|26)/giu, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
}

function forgedRow(event: Event, target: string, common: Common): readonly MailRow[] {
  const service = SERVICES.find(({ path }) => path.test(target));
  if (service === undefined || event.ecs["http.response.status_code"] !== 200) return [];
  if (/^[45]/u.test(event.fields["BackEndStatus"] ?? "") || (event.fields["ErrorCode"] ?? "") !== "")
    return [];
  if (common.bytes < service.forgedFromBytes) return [];
  return [
    mailRow({ ...common, kind: "accessed", sign: "forged", protocol: service.protocol, verb: "request" }),
  ];
}

/** An answer to nobody that is larger than any sign-in page. */
const UNSIGNED_FROM_BYTES = 64 << 10;

function unsignedRow(event: Event, common: Common): readonly MailRow[] {
  const path = event.ecs["url.path"] ?? "";
  const service = SERVICES.find((one) => one.path.test(path));
  if (service === undefined || common.source !== "httpproxy" || common.bytes < UNSIGNED_FROM_BYTES) return [];
  if (service.protocol === "OWA" && !/\/owa\/service\.svc/iu.test(path)) return [];
  const { verb, mailbox } = callOf(event, service.protocol);
  return [
    mailRow({ ...common, kind: "accessed", sign: "forged", protocol: service.protocol, verb, mailbox }),
  ];
}

function signedRow(event: Event, user: string, common: Common): readonly MailRow[] {
  const path = event.ecs["url.path"] ?? "";
  if (/\/(?:rulesEditor\/inboxrules|ddi\/ddiservice)\.svc\/(?:new|set)object/iu.test(path))
    return rulePageRow(event, user, common);
  const service = SERVICES.find((one) => one.path.test(path));
  if (service === undefined || isPublicPage(path)) return [];
  const { verb, mailbox } = callOf(event, service.protocol);
  return [
    mailRow({
      ...common,
      kind: kindOfVerb(verb),
      sign: "plain",
      protocol: service.protocol,
      verb,
      mailbox: mailbox ?? user,
      actor: user,
    }),
  ];
}

/** Pages that make inbox rules and forwarding settings: they name the address that the commands' own records lack. */
function rulePageRow(event: Event, user: string, common: Common): readonly MailRow[] {
  const path = event.ecs["url.path"] ?? "";
  const isRule =
    /inboxrules\.svc/iu.test(path) ||
    /schema=(?:inboxrule|mailforward|forward)/iu.test(event.ecs["url.query"] ?? "");
  if (!isRule) return [];
  return [
    mailRow({
      ...common,
      kind: "rule-set",
      sign: "page",
      protocol: "OWA",
      verb: /setobject/iu.test(path) ? "SetObject" : "NewObject",
      mailbox: explicitOwner(path) ?? user,
      actor: user,
      detail: sidOf(event),
    }),
  ];
}

/** SID of the caller: cmdlet logs name him by it. */
function sidOf(event: Event): MailDetail {
  const sid = /^Sid~(S-1-[\d-]+)/iu.exec(event.fields["AnchorMailbox"] ?? "")?.[1];
  return sid === undefined ? {} : { callerSid: sid };
}

/** Sign-in pages, scripts and themes show no mailbox. */
function isPublicPage(path: string): boolean {
  return (
    /^\/owa\/(?:auth|prem|\d+\.\d+|healthcheck|ping|plt|keepalive)/iu.test(path) ||
    /\.(?:js|css|png|gif|ico|woff2?)$/iu.test(path)
  );
}

/** `/owa/<address>/...`: the page of somebody else's mailbox. */
function explicitOwner(path: string): string | null {
  return (
    /^\/(?:owa|ecp)\/([^/@\s]+(?:@|%40)[^/@\s]+)(?:\/|$)/iu.exec(path)?.[1]?.replace(/%40/iu, "@") ?? null
  );
}

interface Call {
  readonly verb: string;
  readonly mailbox: string | null;
}

function callOf(event: Event, protocol: string): Call {
  const query = event.ecs["url.query"] ?? "";
  const path = event.ecs["url.path"] ?? "";
  const owner = explicitOwner(path) ?? ownerOf(event.fields["AnchorMailbox"] ?? "", query);
  return { verb: verbOf(event, protocol, { path, query }), mailbox: owner };
}

/** Owner by the anchor; `Sid~` names the caller. */
function ownerOf(anchor: string, query: string): string | null {
  const named = /^(?:MailboxGuid|Smtp|UserAddress|MailboxId)[~:]([^\s;,]+)/iu.exec(anchor)?.[1];
  if (named !== undefined) return /^[0-9a-f-]{36}@/iu.test(named) ? named.slice(0, 36) : named;
  return /(?:^|&)mailboxId=([0-9a-f-]{36})/iu.exec(query)?.[1] ?? null;
}

function verbOf(
  event: Event,
  protocol: string,
  url: { readonly path: string; readonly query: string },
): string {
  const parameter = (name: string): string | undefined =>
    new RegExp(`(?:^|&)${name}=([A-Za-z]{2,40})`, "iu").exec(url.query)?.[1];
  const fallback = event.ecs["http.request.method"] ?? "request";
  switch (protocol) {
    case "OWA":
      return parameter("action") ?? /\/s\/([A-Za-z]{3,40})/u.exec(url.path)?.[1] ?? fallback;
    case "ActiveSync":
      return parameter("cmd") ?? fallback;
    case "MAPI":
      return /(?:^|;)RT:([A-Za-z]{3,40})/u.exec(event.fields["ClientRequestId"] ?? "")?.[1] ?? fallback;
    case "EWS":
      return /^[A-Za-z]{3,40}$/u.exec(event.fields["ProtocolAction"] ?? "")?.[0] ?? "request";
    default:
      return fallback;
  }
}
