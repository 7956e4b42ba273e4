import type { Knowledge, Support } from "../../knowledge/index.ts";
import { findBuild, lacksOf, nextUpdateFor, productOf, supportOf } from "../../knowledge/index.ts";
import type { BuildSpan, PatchState, UtcDay, UtcTime } from "../../model/index.ts";
import { configurationFor } from "./configuration.ts";
import { longDay } from "../../core/index.ts";
import { CVE_OF_PROTECTION } from "./extended-protection.ts";
import type { KnownSpan } from "./spans.ts";
import { isCuOnly, mergeSpans, orderSpans, spanState } from "./spans.ts";

/** What is known of a server's builds. */
export interface PatchInput {
  readonly builds: readonly BuildSpan[];
  /** Mitigations that evidence shows, in plain words. */
  readonly mitigations: readonly string[];
  /** Left out: nothing says. */
  readonly extendedProtection?: PatchState["extendedProtection"];
  /** The newest record of the case: support is judged for its day; null: the day of the knowledge. */
  readonly asOf: UtcTime | null;
  readonly cvesInScope: readonly string[];
  /** When one of them was first used with success; null when nothing shows that. */
  readonly exploitedAt: UtcTime | null;
}

/**
 * Judges the patch state of one server. It never says whether the server is clean.
 * `support` speaks of the day of the evidence; `lacks` and `next` are for somebody who acts now, so they follow the
 * knowledge's own day, however old the evidence is.
 */
export function assessPatch(input: PatchInput, knowledge: Knowledge): PatchState {
  const spans = orderSpans(input.builds);
  const newest = newestOf(spans);
  const day = (input.asOf ?? knowledge.asOf).slice(0, 10);
  const level = levelOf(knowledge, input.cvesInScope, newest);
  const mitigations = [...new Set(input.mitigations)].toSorted();
  const { extendedProtection } = input;
  const shared = {
    ...{ level, mitigations, knowledgeAsOf: knowledge.asOf },
    ...(extendedProtection === undefined ? {} : { extendedProtection }),
  };
  if (newest === null) {
    const text = "No evidence states a build.";
    const next =
      "Read the file version of bin\\ExSetup.exe on the server and look it up with `postern patch`.";
    return {
      ...shared,
      build: null,
      support: "unknown",
      configurationNeeded: [],
      lacks: [],
      next,
      summary: text,
    };
  }
  const { build } = newest;
  return {
    ...shared,
    build: build.text,
    support: supportFor(knowledge, newest, day),
    configurationNeeded: configurationFor(knowledge, build, 2).filter(
      (text) => extendedProtection?.state !== "on" || !text.startsWith(`${CVE_OF_PROTECTION}:`),
    ),
    lacks: lacksOf(knowledge, build)
      .filter((row) => spanState(knowledge, row.cve, newest).state === "not-fixed")
      .map((row) => row.cve),
    next: nextUpdateFor(knowledge, build, day > knowledge.asOf ? day : knowledge.asOf).text,
    summary: summarize(input, knowledge, { spans, newest, level }),
  };
}

/** The build that was seen last; of undated ones the highest. */
function newestOf(spans: readonly KnownSpan[]): KnownSpan | null {
  let newest: KnownSpan | null = null;
  for (const one of spans) {
    const end = one.span.last ?? one.span.first ?? "";
    const best = newest === null ? null : (newest.span.last ?? newest.span.first ?? "");
    if (best === null || end >= best) newest = one;
  }
  return newest;
}

function levelOf(
  knowledge: Knowledge,
  cves: readonly string[],
  newest: KnownSpan | null,
): PatchState["level"] {
  if (newest === null || cves.length === 0) return "unknown";
  const states = cves
    .filter((cve) => !isBeyondBuilds(knowledge, cve, newest))
    .map((cve) => spanState(knowledge, cve, newest).state);
  if (states.includes("not-fixed")) return "not-fixed";
  return states.includes("unknown") ? "unknown" : "fixed";
}

/** The fix is in Windows or a setting: no build of Exchange could ever say, and the settings still needed do. */
function isBeyondBuilds(knowledge: Knowledge, cve: string, newest: KnownSpan): boolean {
  const row = knowledge.cves.find((one) => one.cve === cve);
  if (row === undefined || (row.fixedIn.length > 0 && row.buildProves)) return false;
  return spanState(knowledge, cve, newest).state === "unknown";
}

function supportFor(knowledge: Knowledge, newest: KnownSpan, day: UtcDay): Support {
  const product = productOf(knowledge, newest.build);
  return product === null ? "unknown" : supportOf(knowledge, product, day);
}

interface Judged {
  readonly spans: readonly KnownSpan[];
  readonly newest: KnownSpan;
  readonly level: PatchState["level"];
}

function summarize(input: PatchInput, knowledge: Knowledge, judged: Judged): string {
  const sentences = [
    historyOf(knowledge, judged.spans),
    ...levelSentences(knowledge, input.cvesInScope, judged),
  ];
  const { newest } = judged;
  if (isCuOnly(newest.span))
    sentences.push(
      `${newest.build.text} shows the CU only: its source never shows security updates, so a newer one may be installed.`,
    );
  if (input.exploitedAt !== null) sentences.push(exploited(knowledge, input, judged));
  if (input.mitigations.length > 0)
    sentences.push("A mitigation is in place; it is narrower than the update and does not replace it.");
  if (judged.level === "fixed" || input.exploitedAt !== null)
    sentences.push("An update closes the way in; it does not remove what was put on the server before.");
  sentences.push(...supportSentence(knowledge, judged));
  return sentences.join(" ");
}

function historyOf(knowledge: Knowledge, spans: readonly KnownSpan[]): string {
  const MAX_NAMED = 6;
  const merged = mergeSpans(spans);
  const parts = merged.slice(-MAX_NAMED).map((one) => `${named(knowledge, one)}${period(one.span)}`);
  const left = merged.length > MAX_NAMED ? `${merged.length - MAX_NAMED} older builds, then ` : "";
  return `The server was on ${left}${parts.join(", then on ")}.`;
}

function named(knowledge: Knowledge, one: KnownSpan): string {
  const { build } = one;
  const known = findBuild(knowledge, build);
  if (known === null) return `${build.text} (a build that is not listed)`;
  const near = known.exact ? "" : "at least ";
  const none = isCuOnly(one.span) ? "security updates not shown" : "no security update";
  const update = known.su === null ? `${known.name}, ${none}` : known.name;
  return `${build.text} (${near}${update})`;
}

function period(span: BuildSpan): string {
  const [from, to] = [span.first ?? span.last, span.last ?? span.first].map((time) => time && longDay(time));
  if (!from || !to) return " (not dated)";
  return from === to ? ` on ${to}` : ` from ${from} until ${to}`;
}

function levelSentences(
  knowledge: Knowledge,
  cves: readonly string[],
  { newest, level }: Judged,
): readonly string[] {
  const cu = new Set(cves.filter((cve) => spanState(knowledge, cve, newest).state === "not-fixed"));
  if (level === "not-fixed") return [`That build still has ${[...cu].toSorted().join(", ")}.`];
  if (level === "fixed") return [`That build holds the fixes of every flaw in scope that concerns it.`];
  return cves.length === 0 ? [] : ["Whether that build holds the fixes in scope cannot be told."];
}

function exploited(knowledge: Knowledge, input: PatchInput, { spans }: Judged): string {
  const at = input.exploitedAt ?? "";
  const day = longDay(at);
  const on = spans.findLast((one) => (one.span.first ?? "\uffff") <= at && at <= (one.span.last ?? ""));
  const before = spans.findLast((one) => (one.span.last ?? "\uffff") < at);
  const after = spans.find((one) => (one.span.first ?? "") > at);
  if (on === undefined) {
    const gap = [
      before && `last seen before on ${before.build.text}`,
      after && `first seen after on ${after.build.text}`,
    ];
    const known = gap.filter((part) => part !== undefined).join(", ");
    return `It was exploited on ${day}; its build on that day was not seen${known === "" ? "" : ` (${known})`}.`;
  }
  const open = input.cvesInScope.filter((cve) => spanState(knowledge, cve, on).state === "not-fixed");
  const seen = `It was exploited on ${day}, when it was on ${on.build.text}`;
  return open.length > 0 ? `${seen}, which had ${open.toSorted().join(", ")}.` : `${seen}.`;
}

function supportSentence(knowledge: Knowledge, { newest }: Judged): readonly string[] {
  const product = productOf(knowledge, newest.build);
  const state = product === null ? "unknown" : supportOf(knowledge, product, knowledge.asOf);
  if (product === null || state === "supported" || state === "unknown") return [];
  const end = knowledge.products.find((row) => row.product === product)?.endOfSupport ?? "";
  const paid = state === "extended" ? " and gets updates only with paid extended updates" : "";
  return [`Exchange ${product} has been out of support since ${longDay(end)}${paid}.`];
}
