import type { Build, CveRow, Knowledge } from "../../knowledge/index.ts";
import { cveState, productOf } from "../../knowledge/index.ts";

/**
 * What the fixes of a build need besides it: settings and steps, one text each with the CVEs that it is for, worst tier
 * first. `worstTiers`: how many tiers count, default all. Only for flaws of this product whose update is there or not needed; before that the update comes first.
 */
export function configurationFor(
  knowledge: Knowledge,
  build: Build,
  worstTiers: 1 | 2 | 3 = 3,
): readonly string[] {
  const product = productOf(knowledge, build);
  const needs = new Map<string, CveRow[]>();
  const rows = knowledge.cves
    .filter((row) => row.tier <= worstTiers)
    .toSorted((a, b) => a.tier - b.tier || (a.cve < b.cve ? -1 : 1));
  for (const row of rows) {
    const { state } = cveState(knowledge, row.cve, build);
    if (row.needsMore === null || product === null || !concerns(row, product, state)) continue;
    const same = needs.get(row.needsMore);
    if (same === undefined) needs.set(row.needsMore, [row]);
    else same.push(row);
  }
  return [...needs].map(([text, same]) => `${same.map((row) => row.cve).join(", ")}: ${text}`);
}

function concerns(row: CveRow, product: string, state: string): boolean {
  if (state === "not-affected" || state === "not-fixed") return false;
  // No Exchange build fixes these (the flaw is in Windows): they concern every server.
  if (row.fixedIn.length === 0) return true;
  return (
    row.fixedIn.some((fix) => fix.product === product) ||
    (product === "SE" && state !== "unknown") ||
    !row.buildProves
  );
}
