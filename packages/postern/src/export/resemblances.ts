import type { Assessment, Confidence } from "../model/index.ts";

/** A known group that an intruder of the case looks like. */
export interface SharedResemblance {
  readonly name: string;
  readonly confidence: Confidence;
  /** Addresses of the intruders that look like it. */
  readonly addresses: readonly string[];
  /** Facts of the group that are in the evidence. */
  readonly matches: readonly string[];
}

/** The groups that the assessment names for its intruders, by name. */
export function resemblancesOf(assessment: Assessment): readonly SharedResemblance[] {
  const found = new Map<string, SharedResemblance>();
  for (const { addresses, resembles } of assessment.intruders) {
    for (const { name, confidence, matches } of resembles) {
      const known = found.get(name);
      found.set(name, {
        name,
        confidence: confidence === "medium" ? confidence : (known?.confidence ?? confidence),
        addresses: [...new Set([...(known?.addresses ?? []), ...addresses])].sort(),
        matches: [...new Set([...(known?.matches ?? []), ...matches])].sort(),
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
