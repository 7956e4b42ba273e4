import type { Build, FixState, Knowledge } from "../../knowledge/index.ts";
import {
  compareBuilds,
  cveState,
  findBuild,
  parseBuild,
  sameBranch,
  SOURCE_MARKS,
} from "../../knowledge/index.ts";
import type { BuildSpan, UtcTime } from "../../model/index.ts";

/** A stretch of time with one answer to "could this CVE be used against the server?". Both ends are included. */
export interface FixSpan {
  /** Null: from the beginning of time, as far as evidence goes. */
  readonly from: UtcTime | null;
  readonly to: UtcTime | null;
  /** `fixed` also says that the server was never affected. */
  readonly state: "vulnerable" | "fixed" | "unknown";
  /** One plain sentence. */
  readonly why: string;
}

/** A span whose build could be read. */
export interface KnownSpan {
  readonly span: BuildSpan;
  readonly build: Build;
}

/** The readable spans in order of time, without those that say less than another: undated ones come last, by build. */
export function orderSpans(builds: readonly BuildSpan[]): readonly KnownSpan[] {
  const known = builds.flatMap((span) => {
    const build = parseBuild(span.build);
    return build === null ? [] : [{ span, build }];
  });
  const useful = known.filter((one) => !isOutdone(one, known));
  return useful.toSorted((a, b) => byTime(a.span, b.span) || compareBuilds(a.build, b.build));
}

/** Several sources that name one build in turn are one stretch of the history. */
export function mergeSpans(spans: readonly KnownSpan[]): readonly KnownSpan[] {
  const merged: KnownSpan[] = [];
  for (const one of spans) {
    const before = merged.at(-1);
    if (before === undefined || compareBuilds(before.build, one.build) !== 0 || isUndated(one.span)) {
      merged.push(one);
      continue;
    }
    const times = [before.span.first, before.span.last, one.span.first, one.span.last]
      .filter((time) => time !== null)
      .toSorted();
    const source = isCuOnly(before.span) ? one.span.source : before.span.source;
    const span = { ...before.span, source, first: times[0] ?? null, last: times.at(-1) ?? null };
    merged[merged.length - 1] = { build: before.build, span };
  }
  return merged;
}

function isUndated(span: BuildSpan): boolean {
  return span.first === null && span.last === null;
}

/** What shows the CU only adds nothing where a better source names a build of the same CU. */
function isOutdone(one: KnownSpan, all: readonly KnownSpan[]): boolean {
  if (!isCuOnly(one.span)) return false;
  return all.some((other) => !isCuOnly(other.span) && sameBranch(other.build, one.build));
}

function byTime(a: BuildSpan, b: BuildSpan): number {
  const [left, right] = [a.first ?? a.last ?? "\uffff", b.first ?? b.last ?? "\uffff"];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** True when the source of a span never shows security updates. */
export function isCuOnly(span: BuildSpan): boolean {
  return span.source.includes(SOURCE_MARKS.cuOnly);
}

/** The state of a CVE on a build as one source names it: a CU without its update may hide a fix that came as an update. */
export function spanState(
  knowledge: Knowledge,
  cve: string,
  one: KnownSpan,
): { readonly state: FixState; readonly why: string } {
  const stated = cveState(knowledge, cve, one.build);
  const isCu = findBuild(knowledge, one.build)?.su === null;
  if (stated.state !== "not-fixed" || stated.floor === null || !isCu || !isCuOnly(one.span)) return stated;
  const why = `${one.build.text} is only the CU; an update that fixes ${cve} (${stated.floor.text}) would not show there.`;
  return { state: "unknown", why };
}

const STATES: Readonly<Record<FixState, FixSpan["state"]>> = {
  fixed: "fixed",
  "not-affected": "fixed",
  "not-fixed": "vulnerable",
  unknown: "unknown",
};

/**
 * When the server was vulnerable to a CVE, as far as dated builds show. Before the first build the state is unknown,
 * unless setup installed Exchange then; between two builds that differ in their state it is unknown too. Nothing is
 * said about the time after the last build that was seen.
 */
export function fixedSpans(
  knowledge: Knowledge,
  cve: string,
  builds: readonly BuildSpan[],
): readonly FixSpan[] {
  const seen = orderSpans(builds).flatMap((one): FixSpan[] => {
    const [from, to] = [one.span.first ?? one.span.last, one.span.last ?? one.span.first];
    if (from === null || to === null) return [];
    const { state, why } = spanState(knowledge, cve, one);
    return [{ from, to, state: STATES[state], why }];
  });
  const [first] = seen;
  if (first === undefined) return [{ from: null, to: null, state: "unknown", why: "No build is dated." }];
  const installed = builds.some(
    (span) => span.source.includes(SOURCE_MARKS.firstInstall) && span.first === first.from,
  );
  const before: FixSpan = { from: null, to: first.from, state: "unknown", why: "No older build was seen." };
  return (installed ? [] : [before]).concat(joined(seen));
}

/** Worst first: where spans overlap, the worst of them holds. */
const WORST_FIRST = ["vulnerable", "unknown", "fixed"] as const;

/** Cuts time at every end of a span, takes the worst state of each piece, and joins neighbours of the same state. */
function joined(seen: readonly FixSpan[]): readonly FixSpan[] {
  const moments = [...new Set(seen.flatMap((one) => [one.from ?? "", one.to ?? ""]))].toSorted();
  const spans: FixSpan[] = [];
  for (const [i, moment] of moments.entries()) {
    const next = moments[i + 1] ?? moment;
    for (const [from, to] of [
      [moment, moment],
      [moment, next],
    ] as const) {
      const piece = worstOf(seen, from, to);
      if (piece !== null) append(spans, piece);
    }
  }
  return spans;
}

function worstOf(seen: readonly FixSpan[], from: UtcTime, to: UtcTime): FixSpan | null {
  const over = seen.filter((one) => (one.from ?? "") <= from && to <= (one.to ?? ""));
  for (const state of WORST_FIRST) {
    const found = over.find((one) => one.state === state);
    if (found !== undefined) return { ...found, from, to };
  }
  return null;
}

/** Adds a later piece; the time before it that no build covers keeps a state that both sides share, else it is unknown. */
function append(spans: FixSpan[], piece: FixSpan): void {
  const last = spans.at(-1);
  if (last === undefined) spans.push(piece);
  else if (last.state === piece.state) spans[spans.length - 1] = { ...last, to: piece.to };
  else if (last.to === piece.from) spans.push(piece);
  else {
    const why = "The build changed in between; no record shows when.";
    append(spans, { from: last.to, to: piece.from, state: "unknown", why });
    append(spans, piece);
  }
}
