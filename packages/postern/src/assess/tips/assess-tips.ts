import { dayOf, findAddress, formatUtcOrNull } from "../../core/index.ts";
import type { GivenIndicator, TipGiven } from "../../detect/index.ts";
import type { Finding, ServerAssessment, Tip } from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";

/** A tip, and what is looked for because of it. */
export interface TipLookedFor {
  readonly tip: TipGiven;
  /** Null when it cannot be looked for; then `wrong` says why. */
  readonly indicator: GivenIndicator | null;
  /** Number of the indicator among all that were given; -1 when there is none. */
  readonly index: number;
  readonly wrong: string;
}

/** Holds each tip against the findings and against what the evidence covers. Pure. */
export function assessTips(
  tips: readonly TipLookedFor[],
  of: { readonly servers: readonly ServerAssessment[]; readonly findings: readonly Finding[] },
): readonly Tip[] {
  return tips.map((one, index) => {
    const { tip, indicator } = one;
    const about = {
      ...{ id: `T${String(index + 1)}`, value: tip.value, kind: indicator?.kind ?? null },
      ...{ time: timeText(tip), source: tip.source },
    };
    const own = ownServer(tip.value, of.servers);
    if (own !== null)
      return {
        ...about,
        ...nothing(
          `This is the address of ${own} itself. Ask for the URL, or for the address of the other side.`,
        ),
      };
    if (indicator === null) return { ...about, ...nothing(`It cannot be looked for: ${one.wrong}.`) };
    return { ...about, ...answer(one, indicator, of) };
  });
}

function timeText({ timeMs, isDay }: TipGiven): string | null {
  return timeMs !== null && isDay ? dayOf(timeMs) : formatUtcOrNull(timeMs);
}

type Answer = Pick<Tip, "state" | "findings" | "text" | "covered" | "missing">;

function nothing(text: string): Answer {
  return { state: "not-checkable", findings: [], text, covered: [], missing: [] };
}

function ownServer(value: string, servers: readonly ServerAssessment[]): string | null {
  const address = findAddress(value);
  if (address === null) return null;
  return servers.find((server) => server.addresses.includes(address))?.name ?? null;
}

function answer(
  { tip, index }: TipLookedFor,
  indicator: GivenIndicator,
  of: { readonly servers: readonly ServerAssessment[]; readonly findings: readonly Finding[] },
): Answer {
  const showing = of.findings.filter((finding) => shows(finding, indicator, index));
  const refused = of.findings.filter((finding) => finding.rules.includes(`given/${String(index)}/refused`));
  const { covered, missing } = coverageOf(indicator, tip.timeMs, of.servers);
  const around = tip.timeMs === null ? "" : ` around ${dayOf(tip.timeMs)}`;
  if (showing.length > 0) {
    const told = showing.map((finding) => `${finding.id} (${finding.title})`);
    const text = `The evidence shows it: ${someOf(told, "finding")}.`;
    return { state: "confirmed", findings: idsOf(showing), text, covered, missing };
  }
  const asked =
    refused.length === 0
      ? ""
      : `It was asked for, and the server answered that it was not there or not allowed (${idsOf(refused).join(", ")}). `;
  if (covered.length === 0) {
    const text = `${asked}Nothing that would show it is in the evidence${around}: ${someOf(missing, "source") || "no logs and no web folders"}.`;
    return { state: "not-checkable", findings: idsOf(refused), text, covered, missing };
  }
  const rest = missing.length === 0 ? "" : ` Not there: ${someOf(missing, "source")}.`;
  const text = `${asked}Nothing of it was seen${around} in: ${someOf(covered, "source")}.${rest}`;
  return { state: "not-seen", findings: idsOf(refused), text, covered, missing };
}

/** Parts told one by one in a sentence. */
const TOLD = 3;

function someOf(parts: readonly string[], what: string): string {
  const left = parts.length - TOLD;
  const more = left > 0 ? ` and ${String(left)} more ${what}${left === 1 ? "" : "s"}` : "";
  return `${parts.slice(0, TOLD).join("; ")}${more}`;
}

function idsOf(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => finding.id);
}

/** A finding that the tip itself made (but for refused requests), or one that names the same page, address, file or hash. */
function shows(finding: Finding, indicator: GivenIndicator, index: number): boolean {
  if (
    finding.rules.includes(`given/${String(index)}`) ||
    finding.rules.includes(`given/${String(index)}/late`)
  )
    return true;
  const { entities } = finding;
  switch (indicator.kind) {
    case "page":
      // A guess at a page (L0) is no sight of it.
      return (
        atLeast(finding.rung, "L2") &&
        (entities.urls ?? []).some((url) => url.replace(/[?#].*$/su, "").toLowerCase() === indicator.value)
      );
    case "address":
      return finding.rung !== null && (entities.addresses ?? []).includes(indicator.value);
    case "hash":
      return (entities.hashes ?? []).some((hash) => hash.toLowerCase() === indicator.value);
    case "file":
      return (
        atLeast(finding.rung, "L2") &&
        (entities.files ?? []).some((path) => path.toLowerCase().endsWith(`\\${indicator.value}`))
      );
    case "network":
    case "domain":
    case "user-agent":
      return false;
  }
}

/** Sources that show each kind. A source without time (files) speaks for any time up to its collection. */
function isShownBy(indicator: GivenIndicator, source: string): boolean {
  switch (indicator.kind) {
    case "page":
      return source === "iis-front-end" || source === folderSource(indicator.value);
    case "address":
    case "network":
      return source === "iis-front-end" || source.startsWith("httpproxy/");
    case "user-agent":
      return source === "iis-front-end" || source.startsWith("httpproxy/");
    case "file":
    case "hash":
      return source.startsWith("web-folders/");
    case "domain":
      return /^windows-events\/(?:Security|Microsoft-Windows-Sysmon)/u.test(source);
  }
}

/** What would show it where a server lacks it altogether. */
const WANTED: Readonly<Record<GivenIndicator["kind"], string>> = {
  page: "iis-front-end",
  address: "iis-front-end",
  network: "iis-front-end",
  "user-agent": "iis-front-end",
  file: "web-folders",
  hash: "web-folders",
  domain: "windows-events/Security",
};

function folderSource(page: string): string {
  if (page.startsWith("/owa/auth/")) return "web-folders/owa-auth";
  if (page.startsWith("/ecp/auth/")) return "web-folders/ecp-auth";
  if (page.startsWith("/aspnet_client/")) return "web-folders/aspnet-client";
  return page.startsWith("/oab/") ? "web-folders/oab" : "web-folders/wwwroot";
}

const DAY_MS = 86_400_000;

/** Which sources of all servers would show it and were there on the day of the tip (or at any time), and which were not. */
function coverageOf(
  indicator: GivenIndicator,
  timeMs: number | null,
  servers: readonly ServerAssessment[],
): Pick<Tip, "covered" | "missing"> {
  const covered: string[] = [];
  const missing: string[] = [];
  for (const server of servers) {
    const sources = server.coverage.sources.filter(({ source }) => isShownBy(indicator, source));
    for (const { title, days, first, last } of sources) {
      const name = servers.length > 1 ? `${server.name}, ${title}` : title;
      const span = first === null || last === null ? "" : ` (${first.slice(0, 10)} to ${last.slice(0, 10)})`;
      const kept = days.length === 0 ? " as it was when it was collected" : span;
      const isThere = days.length === 0 || timeMs === null || hasDay(days, timeMs);
      if (isThere) covered.push(`${name}${kept}`);
      else
        missing.push(
          `${name} of ${dayOf(timeMs)}${span === "" ? "" : `, which has${span.replace(/[()]/gu, "")}`}`,
        );
    }
    if (!sources.some(({ source }) => source.startsWith(WANTED[indicator.kind])))
      missing.push(
        `${servers.length > 1 ? `${server.name}: ` : ""}${WANTED_TITLES[WANTED[indicator.kind]] ?? ""}`,
      );
  }
  return { covered, missing };
}

const WANTED_TITLES: Readonly<Record<string, string>> = {
  "iis-front-end": "the web server log of the front end",
  "web-folders": "the web folders",
  "windows-events/Security": "process or name records (Security or Sysmon event log)",
};

/** The day of the tip: other sides' clocks and zones differ, so that the day before or after also does. */
function hasDay(days: ServerAssessment["coverage"]["sources"][number]["days"], timeMs: number): boolean {
  const wanted = new Set([dayOf(timeMs)]);
  const near = new Set([dayOf(timeMs - DAY_MS), dayOf(timeMs + DAY_MS)]);
  const has = (of: ReadonlySet<string>): boolean =>
    days.some(({ day, state }) => of.has(day) && state !== "missing");
  return has(wanted) || (!days.some(({ day }) => wanted.has(day)) && has(near));
}
