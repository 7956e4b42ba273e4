import { addressKind } from "../../core/index.ts";
import { atLeast } from "../../model/index.ts";
import type { Act } from "./acts.ts";

/** Addresses that are taken for one intruder, and why. */
export interface AddressSet {
  readonly addresses: readonly string[];
  readonly why: readonly string[];
}

/** Neighbouring addresses count as one intruder's when they were at work within this time of each other. */
const NEIGHBOURS_WITHIN_MS = 48 * 3_600_000;

/** A key that two addresses share, and the sentence for it. */
interface Bond {
  readonly key: string;
  readonly why: string;
}

/**
 * Joins addresses that got in (L1 or more) into intruders: by a session token, by the same back door or account with the same
 * program, by neighbouring addresses with the same program at nearly the same time. A shared program alone, or a shared back door alone, joins nobody:
 * many use the same tools, and back doors were found and used by others.
 */
export function joinAddresses(acts: readonly Act[]): readonly AddressSet[] {
  const sets = new Sets();
  const inside = acts.filter((act) => atLeast(act.rung, "L1"));
  for (const act of inside) sets.add(act.address);
  const holder = new Map<string, string>();
  const insiders = new Set(inside.map((act) => act.address));
  for (const act of acts) {
    if (!insiders.has(act.address)) continue;
    for (const { key, why } of bondsOf(act)) {
      const other = holder.get(key);
      if (other === undefined) holder.set(key, act.address);
      else sets.join(other, act.address, `${pair(other, act.address)} ${why}`);
    }
  }
  joinNeighbours(inside, sets);
  return sets.list();
}

function bondsOf(act: Act): readonly Bond[] {
  const bonds: Bond[] = [];
  if (act.session !== null)
    bonds.push({ key: `session\n${act.session}`, why: "carried the same session token." });
  if (act.page !== null && act.program !== null)
    bonds.push({
      key: `page\n${act.page}\n${act.program}`,
      why: `used the same back door (${act.page}) with the same program.`,
    });
  if (act.account !== null && act.program !== null)
    bonds.push({
      key: `account\n${act.account.toLowerCase()}\n${act.program}`,
      why: `signed in as ${act.account} with the same program.`,
    });
  return bonds;
}

function joinNeighbours(inside: readonly Act[], sets: Sets): void {
  const lastOf = new Map<string, Act>();
  for (const act of inside) {
    const network = networkOf(act.address);
    if (network === null || act.timeMs === null || act.program === null) continue;
    const key = `${network}\n${act.program}`;
    const before = lastOf.get(key);
    if (before !== undefined && act.timeMs - (before.timeMs ?? 0) <= NEIGHBOURS_WITHIN_MS)
      sets.join(
        before.address,
        act.address,
        `${pair(before.address, act.address)} are neighbours, and were at work with the same program within two days of each other.`,
      );
    lastOf.set(key, act);
  }
}

/** The /24 of a public IPv4 address, the /64 of an IPv6 one; inside a house neighbours are other people. */
function networkOf(address: string): string | null {
  if (addressKind(address) !== "public") return null;
  if (/^\d+(\.\d+){3}$/u.test(address)) return address.replace(/\.\d+$/u, "");
  const groups = address.split(":");
  return groups.length < 5 || address.slice(0, 20).includes("::") ? null : groups.slice(0, 4).join(":");
}

function pair(a: string, b: string): string {
  return [a, b].sort().join(" and ");
}

/** Disjoint sets of addresses with the reasons of their joins. */
class Sets {
  readonly #parent = new Map<string, string>();
  readonly #why = new Map<string, Set<string>>();

  add(address: string): void {
    if (!this.#parent.has(address)) this.#parent.set(address, address);
  }

  join(a: string, b: string, why: string): void {
    const [left, right] = [this.#root(a), this.#root(b)].sort();
    if (left === undefined || right === undefined || left === right) return;
    this.#parent.set(right, left);
    const reasons = new Set([...(this.#why.get(left) ?? []), ...(this.#why.get(right) ?? []), why]);
    this.#why.set(left, reasons);
  }

  list(): readonly AddressSet[] {
    const members = new Map<string, string[]>();
    for (const address of this.#parent.keys()) {
      const root = this.#root(address);
      members.set(root, [...(members.get(root) ?? []), address]);
    }
    return [...members]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([root, addresses]) => ({
        addresses: addresses.sort(),
        why: [...(this.#why.get(root) ?? [])].sort(),
      }));
  }

  #root(address: string): string {
    let at = address;
    for (let up = this.#parent.get(at); up !== undefined && up !== at; up = this.#parent.get(at)) at = up;
    return at;
  }
}
