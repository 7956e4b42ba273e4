import { addressKind } from "../../core/index.ts";
import type { EventMatcher, RuleInfo } from "../../detect/index.ts";
import { atLeast, type Event, type Rung } from "../../model/index.ts";
import type { ItemResult, MailFound, MatchGroup, Pivot } from "../../scan/index.ts";
import { abuserAddresses, findMailPivot, isEmptyMailPivot, suspectsOf } from "../mailboxes/index.ts";
import { createAddressJoin } from "../findings/address-join.ts";

/** Addresses followed at most: those that got furthest first. */
const MAX_ADDRESSES = 60;
/** Pages followed at most. */
const MAX_PAGES = 60;

/** Rules of the second look. They are code because what they look for is known only after the first. */
const INTRUDER_REQUEST: RuleInfo = info(
  "postern/intruder-request",
  "The intruder's address asked for something",
  "intruder-request",
  null,
);
const ACCOUNT_USED: RuleInfo = info(
  "postern/account-used",
  "The intruder's address signed in with an account",
  "account-used",
  "L1",
);
const PAGE_USED: RuleInfo = info(
  "postern/back-door-used",
  "A back door found on disk was used",
  "web-shell-used",
  "L3",
);
const PAGE_ANSWERED: RuleInfo = info(
  "postern/back-door-answered",
  "A back door found on disk answered",
  "web-shell-answers",
  "L2",
);

const GONE_USED: RuleInfo = info(
  "postern/removed-page-used",
  "A page that was deleted later had answered",
  "removed-page-used",
  null,
);

function info(id: string, title: string, kind: string, rung: Rung | null): RuleInfo {
  return {
    id,
    title,
    pack: "postern",
    rung,
    kind,
    confidence: "medium",
    cves: [],
    attack: kind === "account-used" ? ["T1078"] : [],
  };
}

/**
 * What to look for in a second pass: every request by addresses that got in (never shared, own or loopback ones), and
 * requests to back doors on disk whose place no rule of a pack watches. Null when there is nothing to follow.
 */
export function findPivot(
  items: readonly ItemResult[],
  matches: readonly MatchGroup[],
  mail: MailFound,
): Pivot | null {
  const addresses = followedAddresses(matches, mail);
  const pages = [...new Set([...backDoorPages(items), ...removedPages(items, REMOVED_BY_ANTIVIRUS)])];
  const gone = [...removedPages(items, GONE)].filter((page) => !pages.includes(page));
  const isBrokenInto = matches.some((group) => atLeast(group.rule.rung, "L1"));
  const mailPivot = findMailPivot(mail, isBrokenInto, suspectsOf(matches, mail, addresses));
  const isEmpty = addresses.length + pages.length + gone.length === 0 && isEmptyMailPivot(mailPivot);
  return isEmpty ? null : { addresses, pages: pages.slice(0, MAX_PAGES), gone, mail: mailPivot };
}

/** Addresses of those who got in, and of those who made rules that send mail out and hide it. */
export function followedAddresses(matches: readonly MatchGroup[], mail: MailFound): readonly string[] {
  const found = new Set([...intruderAddresses(matches), ...abuserAddresses(mail)]);
  return [...found].slice(0, MAX_ADDRESSES);
}

/** Judges records of the second look. */
export function pivotMatcher(pivot: Pivot): EventMatcher {
  const addresses = new Set(pivot.addresses);
  const pages = new Set(pivot.pages);
  const gone = new Set(pivot.gone);
  const literals = [...addresses, ...pages, ...gone].map((text) => text.toLowerCase());
  return {
    literals,
    literalsFor: () => literals,
    parseAll: new Set(),
    mayMatch: () => true,
    wishFor: () => "always", // event logs are not read twice
    eventLiterals: () => [],
    match: (event) => [
      ...matchAddress(event, addresses),
      ...(answers(event, pages) ? [isPost(event) ? PAGE_USED : PAGE_ANSWERED] : []),
      ...(isPost(event) && answers(event, gone) ? [GONE_USED] : []),
    ],
  };
}

function intruderAddresses(matches: readonly MatchGroup[]): ReadonlySet<string> {
  const join = createAddressJoin(matches, new Set());
  const found = new Set<string>();
  for (const group of matches) {
    if (!atLeast(group.rule.rung, "L1")) continue;
    for (const event of group.events) {
      const origin = join.of(event, group.rule.rung);
      if (origin === null || origin.how === "time" || addressKind(origin.address) === "loopback") continue;
      if (found.size < MAX_ADDRESSES && origin.address.length >= 7) found.add(origin.address);
    }
  }
  return found;
}

/** Pages that the packs' own rules watch already, by the folder they lie in. */
const WATCHED: Readonly<Record<string, RegExp>> = {
  "aspnet-client": /\.(aspx|ashx|asmx|asp)$/u,
  "owa-auth": /\.(aspx|ashx|asmx|asp)$/u,
  "ecp-auth": /\.(aspx|ashx|asmx|asp)$/u,
  oab: /\.(aspx|ashx|asp)$/u,
};

/** Names of back doors at other places, or under the name of a genuine page, with the slash before them. */
function backDoorPages(items: readonly ItemResult[]): ReadonlySet<string> {
  const pages = new Set<string>();
  for (const item of items) {
    const judgement = item.file?.judgement;
    if (judgement?.verdict !== "webshell" || judgement.kind !== "web-shell-file") continue;
    const page = followedPage(item.name, item.file?.facts.folder ?? "");
    if (page !== null && pages.size < MAX_PAGES) pages.add(page);
  }
  return pages;
}

/** A page that no rule of a pack watches, with the slash before it; null for what is no page, or has a name too short to look for. */
function followedPage(name: string, folder: string): string | null {
  const page = `/${name.toLowerCase()}`;
  if (WATCHED[folder]?.test(page) === true || page.length < 7) return null;
  return /^\/[\x20-\x7e]+\.(aspx|ashx|asmx|asp|svc|soap)$/u.test(page) ? page : null;
}

const REMOVED_BY_ANTIVIRUS: ReadonlySet<string> = new Set(["antivirus-removed"]);
const GONE: ReadonlySet<string> = new Set(["page-gone"]);

/** Pages that are there no longer: an antivirus log or the file table names them. */
function removedPages(items: readonly ItemResult[], kinds: ReadonlySet<string>): ReadonlySet<string> {
  const leads = items.flatMap((item) => item.settings?.leads ?? []).filter((lead) => kinds.has(lead.kind));
  const paths = leads.flatMap((lead) => lead.entities.files ?? []);
  const pages = paths.flatMap((path) => {
    const name = path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1);
    return followedPage(name, folderOf(path)) ?? [];
  });
  return new Set([...new Set(pages)].slice(0, MAX_PAGES));
}

/** The watched folder that a path lies in; empty for every other. */
function folderOf(path: string): string {
  const text = path.toLowerCase().replaceAll("/", "\\");
  return FOLDER_PARTS.find(([part]) => text.includes(part))?.[1] ?? "";
}

const FOLDER_PARTS: readonly (readonly [part: string, folder: string])[] = [
  ["\\aspnet_client\\", "aspnet-client"],
  ["\\owa\\auth\\", "owa-auth"],
  ["\\ecp\\auth\\", "ecp-auth"],
  ["\\httpproxy\\oab\\", "oab"],
];

const REQUEST_ARTIFACTS = new Set(["iis-w3c", "exchange-httpproxy", "web-access", "exchange-rps-http"]);

function matchAddress(event: Event, addresses: ReadonlySet<string>): readonly RuleInfo[] {
  const address = event.ecs["source.ip"];
  if (address === undefined || !addresses.has(address) || !REQUEST_ARTIFACTS.has(event.artifact)) return [];
  return isSignedIn(event) ? [INTRUDER_REQUEST, ACCOUNT_USED] : [INTRUDER_REQUEST];
}

/** An account name with an answer that is no refusal; machine accounts act for the server itself. */
function isSignedIn(event: Event): boolean {
  const user = event.ecs["user.name"];
  const status = event.ecs["http.response.status_code"];
  if (
    user === undefined ||
    user.endsWith("$") ||
    /^(anonymous|healthmailbox)/iu.test(user.replace(/^.*\\/u, ""))
  )
    return false;
  return status !== undefined && status >= 200 && status < 300;
}

/** The web server sent this page, and did not refuse it. */
function answers(event: Event, pages: ReadonlySet<string>): boolean {
  const path = event.ecs["url.path"]?.toLowerCase();
  if (path === undefined || event.artifact !== "iis-w3c" || event.ecs["http.response.status_code"] !== 200)
    return false;
  return [...pages].some((page) => path.endsWith(page));
}

function isPost(event: Event): boolean {
  return event.ecs["http.request.method"] === "POST";
}
