import { PosternError } from "../../core/index.ts";
import type { Pack } from "./pack.ts";

/**
 * The packs of some campaigns, with the packs that those use; in order of id.
 * @param campaigns ids of packs; none means all
 * @throws PosternError USAGE for a campaign that no pack is about
 */
export function choosePacks(packs: readonly Pack[], campaigns: readonly string[]): readonly Pack[] {
  if (campaigns.length === 0) return packs;
  const byId = new Map(packs.map((pack) => [pack.id, pack]));
  const chosen = new Set<string>();
  const open = [...campaigns];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const pack = byId.get(id);
    if (pack === undefined) {
      const known = packs.map((one) => one.id).join(", ");
      throw new PosternError("USAGE", `there is no campaign ${JSON.stringify(id)}; there are ${known}`);
    }
    if (chosen.has(id)) continue;
    chosen.add(id);
    open.push(...pack.uses);
  }
  return packs.filter((pack) => chosen.has(pack.id));
}
