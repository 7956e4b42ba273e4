import type { UsualSight } from "../detect/index.ts";

/** Hours in which an account was used from an address before anybody broke in. Plain data: workers send it. */
export interface UsualSeen {
  /** Without domain, lower case. */
  readonly account: string;
  readonly address: string;
  /** Hours since 1970, UTC; sorted. Of an address that is used day and night for months only the first ones. */
  readonly hours: readonly number[];
}

/** Addresses of one account; more is no person's habit. */
const MAX_ADDRESSES = 200;
/** 45 days day and night are 1,080. */
const MAX_HOURS = 1_200;
const MAX_ACCOUNTS = 40;

/** Gathers the habits of a few accounts in bounded memory. The same record in two copies of a log counts once. */
export class UsualHours {
  readonly #accounts = new Map<string, Map<string, Set<number>>>();
  #isFull = false;

  /** True when there was more than is kept. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add({ account, address, hour }: UsualSight): void {
    const hours = this.#hoursOf(account, address);
    if (hours !== null && (hours.size < MAX_HOURS || hours.has(hour))) hours.add(hour);
    else this.#isFull = true;
  }

  addAll(seen: readonly UsualSeen[]): void {
    for (const { account, address, hours } of seen)
      for (const hour of hours) this.add({ account, address, hour });
  }

  /** By account and address. */
  list(): readonly UsualSeen[] {
    return [...this.#accounts]
      .flatMap(([account, addresses]) =>
        [...addresses].map(([address, hours]) => ({
          account,
          address,
          hours: [...hours].sort((a, b) => a - b),
        })),
      )
      .sort((a, b) => (`${a.account}\n${a.address}` < `${b.account}\n${b.address}` ? -1 : 1));
  }

  #hoursOf(account: string, address: string): Set<number> | null {
    const addresses = entryOf(this.#accounts, account, MAX_ACCOUNTS, () => new Map<string, Set<number>>());
    return addresses === null ? null : entryOf(addresses, address, MAX_ADDRESSES, () => new Set<number>());
  }
}

function entryOf<T>(map: Map<string, T>, key: string, limit: number, make: () => T): T | null {
  const known = map.get(key);
  if (known !== undefined) return known;
  if (map.size >= limit) return null;
  const made = make();
  map.set(key, made);
  return made;
}
