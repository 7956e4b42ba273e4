import { BlockList, isIP, isIPv6 } from "node:net";

import type { Confidence, Event } from "../../../model/index.ts";
import { CONFIDENCES } from "../../../model/index.ts";
import type { EventMatcher } from "../../event-matcher.ts";
import type { RuleInfo } from "../../rule-info.ts";
import { canonicalAddress, canonicalUserAgent, matchGlob } from "../canonical.ts";
import { literalOf } from "./given-literal.ts";
import type { GivenIndicator } from "./given-indicator.ts";

/** What an indicator that was seen says, in sentences of our own around untrusted values. */
export interface GivenMeaning {
  /** Number of the indicator in the order of all lists. */
  readonly index: number;
  readonly indicator: GivenIndicator;
  /** Seen far outside of the days that its list gives. */
  readonly late: boolean;
}

/** Looks for the indicators that somebody gave. */
export interface GivenMatcher extends EventMatcher {
  readonly indicators: readonly GivenIndicator[];
  /** The indicator behind a rule of a match; null for rules of others. */
  meaningOf(ruleId: string): GivenMeaning | null;
  /** Indicators that a file of the evidence fits, by SHA-256 and by path; their numbers. */
  matchFile(path: string, sha256: string): readonly number[];
}

/** Days around the dates of a list in which its addresses still mean something: lists are written after the fact. */
const BEFORE_MS = 90 * 86_400_000;
const AFTER_MS = 30 * 86_400_000;
/** Without an end, an address means something for so long after its beginning. */
const OPEN_END_MS = 365 * 86_400_000;

/** Prepares the look-ups. The rule ids count the indicators, so that every worker with the same lists gives the same. */
export function createGivenMatcher(indicators: readonly GivenIndicator[]): GivenMatcher {
  const tables = tablesOf(indicators);
  const literals = [...new Set(indicators.flatMap((one) => literalOf(one) ?? []))].sort();
  return {
    indicators,
    literals,
    literalsFor: () => literals,
    parseAll: new Set(),
    mayMatch: () => true,
    wishFor: () => "always", // hashes and names stand anywhere, in any form
    eventLiterals: () => [],
    match: (event) => matchEvent(event, tables, indicators),
    meaningOf: (ruleId) => meaningOf(ruleId, indicators),
    matchFile: (path, sha256) => [
      ...(tables.hashes.get(sha256.toLowerCase()) ?? []),
      ...filesIn(path.toLowerCase().replaceAll("/", "\\"), tables),
    ],
  };
}

interface Tables {
  readonly addresses: ReadonlyMap<string, readonly number[]>;
  readonly networks: readonly (readonly [list: BlockList, index: number])[];
  readonly agents: ReadonlyMap<string, readonly number[]>;
  readonly pages: ReadonlyMap<string, readonly number[]>;
  readonly domains: ReadonlyMap<string, readonly number[]>;
  readonly hashes: ReadonlyMap<string, readonly number[]>;
  readonly files: ReadonlyMap<string, readonly FileEntry[]>;
  /** Names with `*`, which no map can find. */
  readonly globs: readonly FileEntry[];
}

interface FileEntry {
  readonly index: number;
  readonly name: string;
  readonly folder: string | null;
}

function tablesOf(indicators: readonly GivenIndicator[]): Tables {
  const of = (kind: GivenIndicator["kind"], keyOf: (value: string) => string): Map<string, number[]> => {
    const map = new Map<string, number[]>();
    indicators.forEach((one, index) => {
      if (one.kind !== kind) return;
      const key = keyOf(one.value);
      map.set(key, [...(map.get(key) ?? []), index]);
    });
    return map;
  };
  const same = (value: string): string => value;
  const files = new Map<string, FileEntry[]>();
  const globs: FileEntry[] = [];
  const networks: [BlockList, number][] = [];
  indicators.forEach((one, index) => {
    if (one.kind === "network") networks.push([networkOf(one.value), index]);
    if (one.kind !== "file") return;
    const entry = { index, name: one.value, folder: one.folder };
    if (one.value.includes("*")) globs.push(entry);
    else files.set(one.value, [...(files.get(one.value) ?? []), entry]);
  });
  return {
    ...{ networks, files, globs },
    addresses: of("address", canonicalAddress),
    agents: of("user-agent", canonicalUserAgent),
    ...{ pages: of("page", same), domains: of("domain", same), hashes: of("hash", same) },
  };
}

function networkOf(text: string): BlockList {
  const [address = "", bits = ""] = text.split("/");
  const list = new BlockList();
  list.addSubnet(address, Number(bits), isIPv6(address) ? "ipv6" : "ipv4");
  return list;
}

function matchEvent(
  event: Event,
  tables: Tables,
  indicators: readonly GivenIndicator[],
): readonly RuleInfo[] {
  const { ecs } = event;
  const source = ecs["source.ip"] === undefined ? null : canonicalAddress(ecs["source.ip"]);
  const found = new Map<number, Role>();
  const add = (numbers: readonly number[] | undefined, role: Role): void => {
    for (const number of numbers ?? []) if (!found.has(number)) found.set(number, role);
  };
  if (source !== null) add(addressesOf(source, tables), "source");
  const agent = ecs["user_agent.original"];
  if (agent !== undefined) add(tables.agents.get(canonicalUserAgent(agent)), "value");
  const path = ecs["url.path"]?.toLowerCase();
  if (path !== undefined) add(pagesOf(path, tables), pageRole(ecs["http.response.status_code"]));
  for (const value of textsOf(event)) {
    for (const token of value.match(NAMES) ?? []) add(contactsOf(token, { tables, source }), "contact");
    add(filesIn(value, tables), "value");
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .flatMap(([index, role]) => ruleOf(index, { role, event, indicators }));
}

/** How an indicator stands in a record. */
type Role = "source" | "contact" | "value" | "refused";

function addressesOf(address: string, { addresses, networks }: Tables): readonly number[] {
  const exact = addresses.get(address) ?? [];
  const version = networks.length === 0 ? 0 : isIP(address);
  if (version === 0) return exact;
  const family = version === 6 ? "ipv6" : "ipv4";
  return [...exact, ...networks.filter(([list]) => list.check(address, family)).map(([, index]) => index)];
}

/** The page itself, or the page with something behind it (`/x.aspx/anything` runs x.aspx). */
function pagesOf(path: string, { pages }: Tables): readonly number[] {
  const cut = /^(.*?\.(?:aspx|ashx|asmx|asp|svc|soap))\//u.exec(path)?.[1];
  return [...(pages.get(path) ?? []), ...(cut === undefined ? [] : (pages.get(cut) ?? []))];
}

/** Only content is an answer of the page: a missing one gives 404, or sends the caller to the sign-in page. */
function pageRole(status: number | undefined): Role {
  return status !== undefined && (status < 200 || status >= 300) ? "refused" : "value";
}

/** Texts of a record are looked through up to here. */
const MAX_TEXT = 8_192;
/** Domains and addresses in running text. */
const NAMES = /(?<![\w.-])(?:\w[\w-]{0,62}\.){1,8}\w[\w-]{0,62}(?![\w-])/gu;
/** Fields that name the server or the request itself: they contact nobody. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...[
    "s-ip",
    "c-ip",
    "date",
    "time",
    "DateTime",
    "ClientIpAddress",
    "cs(User-Agent)",
    "UserAgent",
    "ServerHostName",
  ],
  ...["TimeCreated", "Computer", "Provider", "Channel", "MajorVersion", "cs-version", "cs-host", "UrlHost"],
]);

function textsOf({ fields }: Event): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value.length < 4 || OWN_FIELDS.has(name) || !/[.\\]/u.test(value)
      ? []
      : [value.slice(0, MAX_TEXT).toLowerCase()],
  );
}

function contactsOf(
  token: string,
  { tables, source }: { readonly tables: Tables; readonly source: string | null },
): readonly number[] {
  if (/^[\d.]+$/u.test(token)) return token === source ? [] : addressesOf(token, tables);
  if (tables.domains.size === 0) return [];
  const labels = token.split(".");
  return labels.flatMap((_, index) => tables.domains.get(labels.slice(index).join(".")) ?? []);
}

/** Names of files in a text: what follows a backslash, a slash or a blank and is in the list. */
const FILE_NAMES = /[^\\/\s"'|<>;,=()&?:]{1,128}/gu;

function filesIn(text: string, { files, globs }: Tables): readonly number[] {
  if (files.size === 0 && globs.length === 0) return [];
  const found: number[] = [];
  for (const match of text.matchAll(FILE_NAMES)) {
    const [name] = match;
    const before = text.slice(Math.max(0, match.index - 512), match.index).replaceAll("/", "\\");
    const entries = [...(files.get(name) ?? []), ...globs.filter((entry) => matchGlob(entry.name, name))];
    for (const { index, folder } of entries)
      if (folder === null || before.endsWith(`${folder}\\`) || isUrlOf(folder, before)) found.push(index);
  }
  return found;
}

/** `frontend\httpproxy\owa\auth` is `/owa/auth/` and `inetpub\wwwroot\x` is `/x/` in an address. */
function isUrlOf(folder: string, before: string): boolean {
  const served = /^(?:frontend\\httpproxy|inetpub\\wwwroot)\\(.+)$/u.exec(folder)?.[1];
  return served !== undefined && before.endsWith(`\\${served}\\`);
}

const KINDS: Readonly<Record<GivenIndicator["kind"], string>> = {
  address: "given-address",
  network: "given-address",
  "user-agent": "given-user-agent",
  page: "given-page",
  file: "given-file",
  domain: "given-contact",
  hash: "given-file",
};

/** How sure a sight of each kind can make at most: an address or a name of a program alone proves nothing. */
const MOST: Readonly<Record<GivenIndicator["kind"], Confidence>> = {
  address: "medium",
  network: "low",
  "user-agent": "low",
  page: "high",
  file: "high",
  domain: "high",
  hash: "high",
};

function ruleOf(
  index: number,
  of: { readonly role: Role; readonly event: Event; readonly indicators: readonly GivenIndicator[] },
): readonly RuleInfo[] {
  const one = of.indicators[index];
  if (one === undefined) return [];
  const late = isOutOfTime(one, of.event.timeMs);
  const isWeak = late || one.weak !== "" || of.role === "refused";
  const isContact = of.role === "contact";
  return [
    {
      id: `given/${String(index)}${of.role === "refused" ? "/refused" : late ? "/late" : ""}`,
      title: `Of your list: ${one.value.slice(0, 120)}`,
      pack: "given",
      rung: null,
      kind: isContact ? "given-contact" : KINDS[one.kind],
      confidence: isWeak ? "low" : lower(one.confidence, MOST[one.kind]),
      ...{ cves: [], attack: [] },
    },
  ];
}

function lower(a: Confidence, b: Confidence): Confidence {
  return CONFIDENCES.indexOf(a) < CONFIDENCES.indexOf(b) ? a : b;
}

/** Only addresses and domains change hands; a hash stays what it is. */
function isOutOfTime(one: GivenIndicator, timeMs: number | null): boolean {
  if (timeMs === null || !["address", "network", "domain"].includes(one.kind)) return false;
  if (one.fromMs !== null && timeMs < one.fromMs - BEFORE_MS) return true;
  const end = one.toMs ?? (one.fromMs === null ? null : one.fromMs + OPEN_END_MS);
  return end !== null && timeMs > end + AFTER_MS;
}

function meaningOf(ruleId: string, indicators: readonly GivenIndicator[]): GivenMeaning | null {
  const [, number, late] = /^given\/(\d+)(?:(\/late)|\/refused)?$/u.exec(ruleId) ?? [];
  const index = number === undefined ? -1 : Number(number);
  const indicator = indicators[index];
  return indicator === undefined ? null : { index, indicator, late: late !== undefined };
}
