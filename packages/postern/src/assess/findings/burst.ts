import type { MatchGroup } from "../../scan/index.ts";

/**
 * Leaves out what a rule wants to see often from one address and was seen seldom, and such rules' records of addresses that many
 * share: many people's records together are no burst.
 */
export function withoutSeldom(
  groups: readonly MatchGroup[],
  shared: ReadonlySet<string>,
): readonly MatchGroup[] {
  return groups.filter(({ rule, count, address }) => {
    if (rule.atLeast === undefined) return true;
    return count >= rule.atLeast && (address === null || !shared.has(address));
  });
}
