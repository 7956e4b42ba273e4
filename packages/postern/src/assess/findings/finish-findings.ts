import { formatUtc, formatUtcOrNull } from "../../core/index.ts";
import type { Pack } from "../../detect/index.ts";
import type { Citation, Confidence, Finding, Severity } from "../../model/index.ts";
import { atLeast, RUNGS } from "../../model/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import { chooseCited, citeEvent, MAX_CITATIONS } from "./citations.ts";
import type { Draft } from "./draft.ts";
import { kindText } from "./kind-text.ts";

/** What finishing needs of the case. */
export interface FinishContext {
  readonly packs: readonly Pack[];
  readonly items: readonly ItemResult[];
}

/** Numbers and words the drafts: highest rung first, then by time, server and kind. */
export function finishFindings(drafts: readonly Draft[], context: FinishContext): readonly Finding[] {
  const proven = provenCves(drafts);
  return [...drafts]
    .sort(byWeight)
    .map((draft, index) => finish(draft, { id: `F${String(index + 1)}`, proven }, context));
}

function byWeight(a: Draft, b: Draft): number {
  const rung = (draft: Draft): number => (draft.rung === null ? -1 : RUNGS.indexOf(draft.rung));
  return (
    rung(b) - rung(a) ||
    (a.firstMs ?? Infinity) - (b.firstMs ?? Infinity) ||
    compare(
      `${a.server}\n${a.kind}\n${a.entities.values("files").join()}`,
      `${b.server}\n${b.kind}\n${b.entities.values("files").join()}`,
    ) ||
    0
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** CVEs that records (not files) prove on each server. */
function provenCves(drafts: readonly Draft[]): ReadonlySet<string> {
  const proven = new Set<string>();
  for (const draft of drafts) {
    if (draft.fromFile || !atLeast(draft.rung, "L1")) continue;
    for (const cve of draft.cves) proven.add(`${draft.server} ${cve}`);
  }
  return proven;
}

function finish(
  draft: Draft,
  named: { readonly id: string; readonly proven: ReadonlySet<string> },
  context: FinishContext,
): Finding {
  const text = kindText(context.packs, draft.kind);
  const fill = (template: string): string => fillTemplate(template, draft);
  const likely = draft.fromFile
    ? [...draft.cves].filter((cve) => !named.proven.has(`${draft.server} ${cve}`)).sort()
    : [];
  const cves = [...draft.cves].filter((cve) => !likely.includes(cve)).sort();
  return {
    id: named.id,
    server: draft.server,
    kind: draft.kind,
    title: draft.title ?? fill(text.title),
    severity: severityOf(draft, text.severity),
    confidence: confidenceOf(draft),
    rung: draft.rung,
    firstSeen: formatUtcOrNull(draft.firstMs),
    lastSeen: formatUtcOrNull(draft.lastMs),
    count: draft.count,
    attack: [...draft.attack].sort(),
    cves,
    rules: [...draft.rules].sort(),
    entities: draft.entities.toEntities(),
    citations: citationsOf(draft, context.items),
    why: join([fill(text.why), ...[...draft.why].sort(), wayIn(likely)]),
    doubt: join([fill(text.doubt), ...[...draft.doubt].sort()]),
    next: fill(text.next),
  };
}

/** A back door without a trace in the logs names the likely way in, and proves no CVE. */
function wayIn(likely: readonly string[]): string {
  if (likely.length === 0) return "";
  return `Likely way in (medium confidence, judged by the form of the file, no record in the logs shows it): ${likely.join(", ")}.`;
}

function citationsOf(draft: Draft, items: readonly ItemResult[]): readonly Citation[] {
  const cited = chooseCited(draft.events).map((event) => citeEvent(event, items));
  return [...draft.citations, ...cited].slice(0, MAX_CITATIONS);
}

/** Two independent kinds of evidence that say the same are worth one step more. */
function confidenceOf(draft: Draft): Confidence {
  const artifacts = new Set(draft.events.map((event) => event.artifact));
  if (artifacts.size < 2 || !atLeast(draft.rung, "L1")) return draft.confidence;
  return draft.confidence === "low" ? "medium" : "high";
}

function severityOf(draft: Draft, severity: Severity): Severity {
  if (draft.rung === null && severity === "critical") return "high";
  return severity;
}

function fillTemplate(template: string, draft: Draft): string {
  const list = (values: readonly string[]): string =>
    values.length === 0
      ? "unknown"
      : values.length <= 3
        ? values.join(", ")
        : `${values.slice(0, 3).join(", ")} and ${String(values.length - 3)} more`;
  return template
    .replaceAll("({count})", draft.count === 1 ? "(once)" : `(${String(draft.count)} times)`)
    .replaceAll("{count}", String(draft.count))
    .replaceAll("{addresses}", list(draft.entities.values("addresses")))
    .replaceAll("{files}", list(draft.entities.values("files")))
    .replaceAll(
      "{first}",
      draft.firstMs === null
        ? "an unknown time"
        : `${formatUtc(draft.firstMs).slice(0, 16).replace("T", " ")} UTC`,
    )
    .replaceAll(
      "{last}",
      draft.lastMs === null
        ? "an unknown time"
        : `${formatUtc(draft.lastMs).slice(0, 16).replace("T", " ")} UTC`,
    );
}

function join(sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}
