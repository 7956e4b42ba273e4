import { isEveryHosts } from "../../core/index.ts";
import { serverName } from "../../events/index.ts";
import { namedServer } from "../state/named-server.ts";
import type { ItemResult, ServerKey } from "../../scan/index.ts";

/** One server of the case. */
export interface Server {
  /** `S1`, `S2` ... in order of names, the unknown server last. */
  readonly id: string;
  /** Name as the records give it, lower case; null for the records that no server can be named for. */
  readonly name: string | null;
  /** Its own addresses as its web server logs give them, sorted. */
  readonly addresses: readonly string[];
}

/** Which server a record or a file belongs to. */
export interface ServerMap {
  readonly servers: readonly Server[];
  /** The server of a record of an item. */
  of(key: ServerKey, item: number): Server;
  /** The server of a file or a statement that names none itself, or names one. */
  ofItem(item: number, name: string | null): Server;
}

/** What one collection of items says about servers. */
interface Collection {
  /** Names with the number of records that say so. */
  readonly names: Map<string, number>;
  readonly addresses: Set<string>;
}

/** Records of another server below this share are forwarded events or proxied requests, not a second server of the collection. */
const MAIN_SHARE = 0.9;

/**
 * Gives every record its server: by its own columns, by manifest or `--server`, by the server's own address, by what else
 * came in the same collection; what is left belongs to "server unknown".
 */
export function resolveServers(items: readonly ItemResult[]): ServerMap {
  const collections = describeCollections(items);
  const nameOfCollection = new Map<string, string>();
  for (const [id, collection] of collections) {
    const name = mainName(collection.names);
    if (name !== null) nameOfCollection.set(id, name);
  }
  const nameOfAddress = nameAddresses(collections, nameOfCollection);
  const collectionOf = new Map(items.map((item) => [item.index, item.collection] as const));
  const hintOf = new Map(items.map((item) => [item.index, item.serverHint] as const));
  const mainOf = new Map(items.map((item) => [item.index, mainAddressName(item, nameOfAddress)] as const));
  const nameOf = (key: ServerKey, item: number): string | null => {
    if (key.startsWith("name:")) return key.slice(5);
    const address = key.startsWith("ip:") ? nameOfAddress.get(key.slice(3)) : undefined;
    const collection = nameOfCollection.get(collectionOf.get(item) ?? "");
    return address ?? hintOf.get(item) ?? collection ?? mainOf.get(item) ?? null;
  };
  const used = usedNames(items, nameOf);
  const servers = numberServers(used, nameOfAddress);
  const byName = new Map(servers.map((server) => [server.name, server] as const));
  const get = (name: string | null): Server => byName.get(name) ?? byName.get(null) ?? UNKNOWN;
  return {
    servers,
    of: (key, item) => get(nameOf(key, item)),
    ofItem: (item, name) => get(name ?? nameOf(`item:${String(item)}`, item)),
  };
}

const UNKNOWN: Server = { id: "S0", name: null, addresses: [] };

function describeCollections(items: readonly ItemResult[]): ReadonlyMap<string, Collection> {
  const collections = new Map<string, Collection>();
  for (const item of items) {
    const collection = collections.get(item.collection) ?? { names: new Map(), addresses: new Set() };
    collections.set(item.collection, collection);
    if (item.serverHint !== null) count(collection.names, item.serverHint, 1_000_000);
    for (const tally of item.tallies) {
      if (tally.serverKey.startsWith("name:"))
        count(collection.names, tally.serverKey.slice(5), tally.records);
      if (tally.serverKey.startsWith("ip:")) collection.addresses.add(tally.serverKey.slice(3));
    }
  }
  return collections;
}

function count(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function mainName(names: ReadonlyMap<string, number>): string | null {
  const sorted = [...names.entries()].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const total = sorted.reduce((sum, [, records]) => sum + records, 0);
  const [name, records] = sorted[0] ?? [null, 0];
  return name !== null && records >= total * MAIN_SHARE ? name : null;
}

/** An address belongs to a name when every collection that holds it and has a name agrees. */
function nameAddresses(
  collections: ReadonlyMap<string, Collection>,
  nameOfCollection: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string | null>();
  for (const [id, collection] of collections) {
    const name = nameOfCollection.get(id);
    if (name === undefined) continue;
    for (const address of collection.addresses) {
      if (isEveryHosts(address)) continue;
      const known = found.get(address);
      found.set(address, known === undefined || known === name ? name : null);
    }
  }
  return new Map([...found].flatMap(([address, name]) => (name === null ? [] : [[address, name] as const])));
}

/** The server whose address most rows of an item name: its loopback rows are the same server's. */
function mainAddressName(item: ItemResult, nameOfAddress: ReadonlyMap<string, string>): string | null {
  const [main] = item.tallies
    .flatMap((tally) => {
      const name = nameOfAddress.get(tally.serverKey.replace(/^ip:/u, ""));
      return name === undefined ? [] : [{ name, records: tally.records }];
    })
    .sort((a, b) => b.records - a.records || (a.name < b.name ? -1 : 1));
  return main?.name ?? null;
}

function usedNames(
  items: readonly ItemResult[],
  nameOf: (key: ServerKey, item: number) => string | null,
): ReadonlySet<string | null> {
  const used = new Set<string | null>();
  for (const item of items) {
    for (const tally of item.tallies) used.add(nameOf(tally.serverKey, item.index));
    for (const observation of item.observations)
      used.add(serverName(observation.server) ?? nameOf(`item:${String(item.index)}`, item.index));
    if (item.file !== null || item.settings !== null)
      used.add(nameOf(`item:${String(item.index)}`, item.index));
  }
  // Exports speak of the organisation: they make no server of their own beside one that has a name.
  for (const { index, exported } of items) {
    const name = exported === null ? null : nameOf(`item:${String(index)}`, index);
    if (exported !== null && name !== null) used.add(name);
  }
  const exports = items.flatMap((item) => item.exported?.kept ?? []);
  if (used.size > 0 || items.every((item) => item.exported === null)) return used;
  // Nothing else is there: a single server that the objects name is the one.
  const [only = null, ...others] = [...new Set(exports.flatMap((entry) => namedServer(entry) ?? []))];
  used.add(others.length === 0 ? only : null);
  return used;
}

function numberServers(
  used: ReadonlySet<string | null>,
  nameOfAddress: ReadonlyMap<string, string>,
): readonly Server[] {
  const names = [...used].filter((name) => name !== null).sort();
  const all = used.has(null) ? [...names, null] : names;
  return all.map((name, index) => ({
    id: `S${String(index + 1)}`,
    name,
    addresses: [...nameOfAddress].flatMap(([address, of]) => (of === name ? [address] : [])).sort(),
  }));
}
