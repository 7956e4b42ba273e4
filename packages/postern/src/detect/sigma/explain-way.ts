import { type Explanation, explain, type RoutedRule } from "@postern/sigma";

import type { Event } from "../../model/index.ts";
import { fieldsOf, textOf } from "./event-fields.ts";
import { findWay } from "./rule-set.ts";

/** Which parts of a rule an event met; null when the rule is not for such events. */
export function explainWay(ways: readonly RoutedRule[], event: Event): Explanation | null {
  const way = findWay(ways, event);
  return way === null ? null : explain(way.rule, fieldsOf(event), () => textOf(event), way.fields);
}
