import { formatUtcOrNull } from "../../core/index.ts";
import { ALL_MAILBOXES, localPart, nameKey, readName } from "../../detect/index.ts";
import type { Identity, IdentityName, NameKind } from "../../model/index.ts";
import type { ItemResult, PairSeen } from "../../scan/index.ts";

/** Who stands behind a name, as far as the evidence pairs names. */
export interface Person {
  /** Equal for all names of one person. */
  readonly key: string;
  /** Best name for people: an address, else an account, else what the record says. */
  readonly label: string;
  /** Every other name. */
  readonly others: readonly string[];
}

/** Names of mailboxes and accounts, joined by what records say. */
export interface IdentityTable {
  of(name: string): Person;
  /** The entries behind names, each with its proof. */
  list(names: readonly string[]): readonly Identity[];
}

/** Best name first. */
const RANK: readonly NameKind[] = ["address", "account", "canonical", "alias", "legacy-dn", "sid", "guid"];
const MAX_PAIRS_SHOWN = 12;

/** Builds the table. A pair that would give one mailbox id to several accounts is a delegate's, and joins nothing. */
export function buildIdentities(pairs: readonly PairSeen[], items: readonly ItemResult[]): IdentityTable {
  const trusted = withoutDelegates(pairs);
  const parent = new Map<string, string>();
  const names = new Map<string, IdentityName>();
  const find = (key: string): string => {
    let at = key;
    for (let next = parent.get(at); next !== undefined && next !== at; next = parent.get(at)) at = next;
    return at;
  };
  for (const { a, b } of trusted) {
    for (const name of [a, b]) names.set(nameKey(name), name);
    const [x, y] = [find(nameKey(a)), find(nameKey(b))].sort();
    if (x !== undefined && y !== undefined && x !== y) parent.set(y, x);
  }
  const members = new Map<string, IdentityName[]>();
  for (const [key, name] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const root = find(key);
    members.set(root, [...(members.get(root) ?? []), name]);
  }
  const rootOf = (text: string): string | null => rootOfName(text, { names, find, members });
  return {
    of: (text) => personOf(text, rootOf(text), members),
    list: (texts) => {
      const roots = [...new Set(texts.flatMap((text) => rootOf(text) ?? []))].sort();
      return roots.map((root) => toIdentity(members.get(root) ?? [], { pairs: trusted, items }));
    },
  };
}

interface Known {
  readonly names: ReadonlyMap<string, IdentityName>;
  readonly find: (key: string) => string;
  readonly members: ReadonlyMap<string, readonly IdentityName[]>;
}

/** An alias, or the end of a canonical name, is somebody's when exactly one known person has it as account or address: a hint, no proof. */
function rootOfName(text: string, known: Known): string | null {
  const name = readName(text);
  if (name === null || text === ALL_MAILBOXES) return null;
  const key = nameKey(name);
  if (known.names.has(key)) return known.find(key);
  if (name.kind !== "alias" && name.kind !== "account" && name.kind !== "address") return null;
  const roots = new Set<string>();
  for (const [root, list] of known.members)
    if (
      list.some(
        ({ kind, value }) =>
          (kind === "account" || kind === "address") && localPart(value) === localPart(name.value),
      )
    )
      roots.add(root);
  const [only] = roots;
  return roots.size === 1 && only !== undefined ? only : null;
}

function personOf(
  text: string,
  root: string | null,
  members: ReadonlyMap<string, readonly IdentityName[]>,
): Person {
  if (text === ALL_MAILBOXES) return { key: "*", label: "all mailboxes", others: [] };
  const own = readName(text);
  const list = root === null ? [] : (members.get(root) ?? []);
  if (own === null || list.length === 0)
    return { key: `local ${localPart(text)}`, label: text.replace(/^smtp:/iu, ""), others: [] };
  const sorted = [...list].sort(
    (a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind) || (a.value < b.value ? -1 : 1),
  );
  const best = own.kind === "address" ? own : (sorted[0] ?? own);
  const others = [...new Set([...sorted, own].map(({ value }) => value))].filter(
    (value) => value !== best.value,
  );
  const byName = sorted.find(({ kind }) => kind === "address" || kind === "account");
  return { key: `local ${localPart((byName ?? best).value)}`, label: best.value, others };
}

/** Kinds of ids that belong to one mailbox or one account only. */
const IDS: ReadonlySet<NameKind> = new Set(["guid"]);

function withoutDelegates(pairs: readonly PairSeen[]): readonly PairSeen[] {
  const partners = new Map<string, Set<string>>();
  for (const { a, b } of pairs) {
    for (const [id, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!IDS.has(id.kind) || IDS.has(other.kind)) continue;
      const known = partners.get(nameKey(id)) ?? new Set<string>();
      partners.set(nameKey(id), known);
      known.add(localPart(other.value));
    }
  }
  const isClear = (name: IdentityName): boolean => (partners.get(nameKey(name))?.size ?? 0) <= 1;
  return pairs.filter(({ a, b }) => isClear(a) && isClear(b));
}

function toIdentity(
  names: readonly IdentityName[],
  from: { readonly pairs: readonly PairSeen[]; readonly items: readonly ItemResult[] },
): Identity {
  const keys = new Set(names.map(nameKey));
  const pairs = from.pairs.filter(({ a, b }) => keys.has(nameKey(a)) && keys.has(nameKey(b)));
  return {
    names,
    pairs: pairs.slice(0, MAX_PAIRS_SHOWN).map((pair) => ({
      a: pair.a,
      b: pair.b,
      firstSeen: formatUtcOrNull(pair.firstMs),
      lastSeen: formatUtcOrNull(pair.lastMs),
      records: pair.count,
      citation: {
        evidence: from.items[pair.event.at.item]?.sha256 ?? "",
        path: from.items[pair.event.at.item]?.path ?? "",
        offset: pair.event.at.offsetBytes,
        length: pair.event.at.lengthBytes,
        record: pair.event.at.record,
        excerpt: pair.excerpt,
        time: formatUtcOrNull(pair.event.timeMs),
      },
    })),
    note: noteOn(names),
  };
}

/** Several accounts or addresses behind one SID: the account was renamed, or the id given again. Both are shown. */
function noteOn(names: readonly IdentityName[]): string {
  const sids = names.filter(({ kind }) => kind === "sid");
  const accounts = names.filter(({ kind }) => kind === "account");
  if (sids.length === 0 || new Set(accounts.map(({ value }) => localPart(value))).size < 2) return "";
  return `One id with several names (${accounts.map(({ value }) => value).join(", ")}): the account was renamed, or its name was given to somebody else.`;
}
