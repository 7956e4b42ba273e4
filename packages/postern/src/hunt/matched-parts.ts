import type { RoutedRule } from "@postern/sigma";

import { explainWay } from "../detect/index.ts";
import type { Event } from "../model/index.ts";

/** A field of a record that a rule asked for, with what it held. Untrusted. */
export interface MatchedPart {
  readonly field: string;
  readonly value: string;
}

/** Which fields of a record made a rule match, each once, in the rule's order. */
export function explainMatch(ways: readonly RoutedRule[], event: Event): readonly MatchedPart[] {
  const parts = new Map<string, string>();
  for (const { field, found, wanted } of explainWay(ways, event)?.parts ?? []) {
    const name = field ?? "text";
    if (!parts.has(name)) parts.set(name, field === null ? wanted.join(", ") : (found[0] ?? ""));
  }
  return [...parts].map(([field, value]) => ({ field, value }));
}
