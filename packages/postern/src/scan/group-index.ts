import type { RuleInfo } from "../detect/index.ts";
import type { ServerKey } from "./server-key.ts";

/** What a group of matches has in common. */
export interface GroupKey {
  readonly rule: RuleInfo;
  readonly serverKey: ServerKey;
  /** Address of the other side, null when the artifact has none, or when it is counted together with others. */
  readonly address: string | null;
}

/** Groups kept of each rule: above it addresses are counted together. */
const MAX_GROUPS_PER_RULE = 1_000;

/** Groups of matches by rule, server and address, in bounded number. */
export class GroupIndex<G extends GroupKey> {
  readonly #make: (key: GroupKey) => G;
  readonly #groups = new Map<string, G>();
  readonly #groupsOfRule = new Map<string, number>();
  #joinsAddresses = false;

  constructor(make: (key: GroupKey) => G) {
    this.#make = make;
  }

  /** True when there were too many groups of a rule: then addresses are counted together. */
  get joinsAddresses(): boolean {
    return this.#joinsAddresses;
  }

  /** The group of a match; made when it is the first one. */
  of(rule: RuleInfo, serverKey: ServerKey, address: string | null): G {
    const key = `${rule.id}\n${serverKey}\n${address ?? ""}`;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const groups = this.#groupsOfRule.get(rule.id) ?? 0;
    if (groups >= MAX_GROUPS_PER_RULE && address !== null) {
      this.#joinsAddresses = true;
      return this.of(rule, serverKey, null);
    }
    this.#groupsOfRule.set(rule.id, groups + 1);
    const group = this.#make({ rule, serverKey, address });
    this.#groups.set(key, group);
    return group;
  }

  /** In the order in which each was first met. */
  list(): readonly G[] {
    return [...this.#groups.values()];
  }

  /** In a fixed order: rule id, server key, address. */
  sorted(): readonly G[] {
    return [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }
}
