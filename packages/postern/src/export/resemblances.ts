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

/**
 * The groups that the assessment names for its intruders, by name. A case of an older version names none: its form is looked at, not assumed.
 */
export function resemblancesOf(assessment: Assessment): readonly SharedResemblance[] {
  const found = new Map<string, SharedResemblance>();
  for (const intruder of listOf(fieldOf(assessment, "intruders"))) {
    const addresses = textsOf(fieldOf(intruder, "addresses"));
    for (const one of listOf(fieldOf(intruder, "resembles"))) {
      const name = fieldOf(one, "name");
      if (typeof name !== "string" || name === "") continue;
      const known = found.get(name);
      found.set(name, {
        name,
        confidence: fieldOf(one, "confidence") === "medium" ? "medium" : (known?.confidence ?? "low"),
        addresses: [...new Set([...(known?.addresses ?? []), ...addresses])].sort(),
        matches: [...new Set([...(known?.matches ?? []), ...textsOf(fieldOf(one, "matches"))])].sort(),
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((text) => typeof text === "string");
}
