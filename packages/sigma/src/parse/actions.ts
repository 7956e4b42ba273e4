import type { Source } from "./source.ts";
import { entriesOf, merged, scalarOf, type Tree, without } from "./tree.ts";

/** Rules that one `global` or `repeat` may lie under; more is no rule file. */
const MAX_DOCUMENTS = 10_000;

/**
 * The documents of a file with the withdrawn `action` worked in: `global` is laid under every document that follows, `reset`
 * ends that, `repeat` is the document before with other content laid upon it. Source: Sigma specification 1.0, Rule Collections.
 */
export function expandActions(source: Source): readonly Tree[] {
  const out: Tree[] = [];
  let template: Tree | null = null;
  let previous: Tree | null = null;
  for (const document of source.documents.slice(0, MAX_DOCUMENTS)) {
    if (document === null) continue;
    const entry = entriesOf(document)?.find(({ key }) => key === "action");
    const action = entry === undefined ? undefined : scalarOf(entry.value);
    const content = entry === undefined ? document : without(document, "action");
    if (entry !== undefined && !tellAction(action, source, entry)) continue;
    if (action === "global") template = content;
    else if (action === "reset") template = null;
    else if (action === undefined)
      out.push((previous = template === null ? content : merged(template, content)));
    else if (previous !== null) out.push((previous = merged(previous, content)));
    else source.sinkAt(entry).error("SIGMA_ACTION", "there is no rule before this one to repeat");
    if (action === "global" || action === "reset") previous = null;
  }
  return out;
}

/** @returns false when there is no such action. */
function tellAction(action: unknown, source: Source, entry: { readonly at: number }): boolean {
  const known = action === "global" || action === "reset" || action === "repeat";
  const sink = source.sinkAt(entry);
  const advice = "write each rule out in full, separated by ---";
  if (known) sink.warn("SIGMA_ACTION", `action: ${action} is withdrawn from Sigma`, advice);
  else sink.error("SIGMA_ACTION", "action must be global, reset or repeat", advice);
  return known;
}
