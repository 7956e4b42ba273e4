import type { Confidence } from "../../model/index.ts";
import type {
  AddressIndicator,
  DomainIndicator,
  FileIndicator,
  HashIndicator,
  IndicatorFile,
  PageNameIndicator,
  ParameterIndicator,
  UserAgentIndicator,
} from "./indicator-file.ts";
import { canonicalAddress, canonicalUserAgent, lastComponent, matchGlob, pageFolderOf } from "./canonical.ts";

/** An address of a list, and whether it was seen while the list's time holds. */
export interface FoundAddress extends AddressIndicator {
  /** False outside of the stated days: then it may belong to somebody else. Null when there is no time to compare. */
  readonly inTime: boolean | null;
}

/** Lookups in the published indicators of one pack or of several. All arguments may come from evidence. */
export interface Indicators {
  findAddress(address: string, timeMs: number | null): FoundAddress | null;
  /**
   * @param urlOrPath a URL path with or without query, or a Windows path.
   * @returns the surest indicator of that page name. One that names another folder counts as low confidence.
   */
  findPageName(urlOrPath: string): PageNameIndicator | null;
  /** @param sha256 hex, any case. */
  findHash(sha256: string): HashIndicator | null;
  /** Understands the form with `+` for blanks (IIS) and the one with blanks for commas (HttpProxy). */
  findUserAgent(text: string): UserAgentIndicator | null;
  findFile(windowsPath: string): FileIndicator | null;
  /** A listed domain or one below it. */
  findDomain(host: string): DomainIndicator | null;
  findParameter(name: string): ParameterIndicator | null;
}

/** What the lists do not say themselves. */
export interface IndicatorOptions {
  /** Days in which the campaign's addresses mean something where a list gives none; `YYYY-MM-DD`, inclusive. */
  readonly window?: { readonly from: string; readonly to: string };
  /** Names of pages that Exchange ships, which some community lists hold by mistake; never found in their own folder. */
  readonly genuine?: readonly { readonly folder: string; readonly name: string }[];
}

const DAY_MS = 86_400_000;
const RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };

/** Builds the lookups. Where two lists name the same thing, the surer one is found, then the first. */
export function createIndicators(
  files: readonly IndicatorFile[],
  options: IndicatorOptions = {},
): Indicators {
  const addresses = group(
    files.flatMap((file) => file.addresses),
    (row) => canonicalAddress(row.value),
  );
  const hashes = group(
    files.flatMap((file) => file.hashes),
    (row) => row.sha256,
  );
  const pages = group(
    files.flatMap((file) => file.pageNames),
    (row) => row.name.toLowerCase(),
  );
  const agents = group(
    files.flatMap((file) => file.userAgents),
    (row) => canonicalUserAgent(row.value),
  );
  const domains = group(
    files.flatMap((file) => file.domains),
    (row) => row.value.toLowerCase(),
  );
  const parameters = group(
    files.flatMap((file) => file.parameters),
    (row) => row.value.toLowerCase(),
  );
  const paths = files.flatMap((file) => file.files).map((row) => ({ row, glob: globOf(row) }));
  return {
    findAddress: (address, timeMs) =>
      findAddress(addresses, canonicalAddress(address), timeMs, options.window),
    findPageName: (urlOrPath) => findPage(pages, urlOrPath, options.genuine ?? []),
    findHash: (sha256) => hashes.get(sha256.toLowerCase())?.[0] ?? null,
    findUserAgent: (text) => agents.get(canonicalUserAgent(text))?.[0] ?? null,
    findFile: (path) => {
      const lower = path.toLowerCase().replace(/\//gu, "\\").slice(-PATH_LIMIT);
      return paths.find(({ glob }) => matchGlob(glob, lower))?.row ?? null;
    },
    findDomain: (host) => findDomain(domains, host),
    findParameter: (name) => parameters.get(name.toLowerCase())?.[0] ?? null,
  };
}

/** Longest path that is compared, from its end. */
const PATH_LIMIT = 1024;

function group<T extends { readonly confidence: Confidence }>(
  rows: readonly T[],
  keyOf: (row: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [row]);
    else others.push(row);
  }
  for (const list of groups.values()) list.sort((a, b) => RANK[b.confidence] - RANK[a.confidence]);
  return groups;
}

function findAddress(
  addresses: ReadonlyMap<string, readonly AddressIndicator[]>,
  address: string,
  timeMs: number | null,
  window: IndicatorOptions["window"],
): FoundAddress | null {
  const found = (addresses.get(address) ?? []).map((row) => ({
    ...row,
    inTime: isInTime(row, timeMs, window),
  }));
  return found.find((row) => row.inTime === true) ?? found[0] ?? null;
}

function isInTime(
  row: AddressIndicator,
  timeMs: number | null,
  window: IndicatorOptions["window"],
): boolean | null {
  // A list's own days may begin with the report; the attack came earlier. The wider of the two holds.
  const from = earliest(row.from, window?.from ?? null);
  const to = latest(row.to, window?.to ?? null);
  if (timeMs === null || (from === null && to === null)) return null;
  const after = from === null || timeMs >= Date.parse(from);
  return after && (to === null || timeMs < Date.parse(to) + DAY_MS);
}

function earliest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

function findPage(
  pages: ReadonlyMap<string, readonly PageNameIndicator[]>,
  urlOrPath: string,
  genuine: NonNullable<IndicatorOptions["genuine"]>,
): PageNameIndicator | null {
  const name = lastComponent(urlOrPath);
  const rows = pages.get(name);
  if (rows === undefined) return null;
  const folder = pageFolderOf(urlOrPath);
  if (genuine.some((page) => page.folder === folder && page.name.toLowerCase() === name)) return null;
  const fits = rows.find(
    (row) => row.folder === null || folder === null || pageFolderOf(row.folder) === folder,
  );
  if (fits !== undefined) return fits;
  const [first] = rows;
  return first === undefined ? null : { ...first, confidence: "low" };
}

function findDomain(
  domains: ReadonlyMap<string, readonly DomainIndicator[]>,
  host: string,
): DomainIndicator | null {
  const labels = host.toLowerCase().replace(/\.$/u, "").slice(0, 253).split(".");
  for (let index = 0; index + 1 < labels.length; index++) {
    const found = domains.get(labels.slice(index).join("."))?.[0];
    if (found !== undefined) return found;
  }
  return null;
}

/** Path and name as one pattern, without the drive: copies of a disk have other letters. */
function globOf(row: FileIndicator): string {
  const folder = (row.path ?? "\\").toLowerCase().replace(/^%[a-z]+%|^[a-z]:/u, "");
  const anchored = folder.startsWith("\\") ? folder : `\\${folder}`;
  return `*${anchored}${row.name.toLowerCase()}`;
}
