import type { Finding } from "../model/index.ts";

/** Findings of one kind on one server, which a short list tells in one line. */
export interface FoundGroup {
  readonly first: Finding;
  /** The others of this kind, in order. */
  readonly others: readonly Finding[];
}

/** Groups findings for a short list, in the order of the first of each group. */
export function groupFindings(findings: readonly Finding[]): readonly FoundGroup[] {
  const groups = new Map<string, { readonly first: Finding; readonly others: Finding[] }>();
  for (const finding of findings) {
    const key = `${finding.server}\n${finding.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: finding, others: [] });
    else group.others.push(finding);
  }
  return [...groups.values()];
}
