import { formatUtc, formatUtcOrNull, least, longDay, most } from "../../core/index.ts";
import type { Coverage, SourceCoverage, UtcDay } from "../../model/index.ts";
import { type ItemResult } from "../../scan/index.ts";
import type { Server, ServerMap } from "../servers/resolve-servers.ts";
import { coverDays } from "./day-coverage.ts";
import { coverExports } from "./state-coverage.ts";
import { mergeTallies, type SourceTotal } from "./merge-tallies.ts";
import { lostLogs, missingRecords } from "./log-losses.ts";
import { factsOf } from "./source-facts.ts";

/** Coverage of one server, and what verdicts need of it. */
export interface ServerCoverage {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly sources: readonly SourceCoverage[];
  readonly gaps: Coverage["gaps"];
  /** Logs that were cleared or switched off, one plain sentence each, in order of time. */
  readonly lost: readonly string[];
  /** True when the source has records of that day, or may be silent on it. */
  covers(source: string, day: UtcDay): boolean;
  has(source: string): boolean;
}

/** The web folders in which every back door of the known campaigns was found. */
const WEB_FOLDERS = ["owa-auth", "ecp-auth", "aspnet-client"];

/** Works out what the evidence of a server covers. */
export function assessCoverage(items: readonly ItemResult[], map: ServerMap, server: Server): ServerCoverage {
  const totals = [...mergeTallies(items, map, server).values()];
  const firstMs = totals.reduce<number | null>((found, total) => least(found, total.firstMs), null);
  const lastMs = totals.reduce<number | null>((found, total) => most(found, total.lastMs), null);
  const covered = totals.map((total) => ({
    total,
    days: firstMs === null || lastMs === null ? null : coverDays(total, { firstMs, lastMs }),
  }));
  const dayStates = new Map(
    covered.map(
      ({ total, days }) =>
        [total.source, new Map(days?.days.map((day) => [day.day, day.state]) ?? [])] as const,
    ),
  );
  const sources = covered.map(({ total, days }) => toSource(total, days?.days ?? []));
  const folders = coverFolders(items, map, server);
  const states = [...coverStates(items, map, server), ...coverExports(items, map, server)];
  return {
    firstMs,
    lastMs,
    sources: [...sources, ...folders, ...states],
    gaps: [...covered.flatMap(({ days }) => days?.gaps ?? []), ...missingRecords(items, map, server)],
    lost: lostLogs(items, map, server),
    covers: (source, day) => (dayStates.get(source)?.get(day) ?? "missing") !== "missing",
    has: (source) => dayStates.has(source) || [...folders, ...states].some((one) => one.source === source),
  };
}

function toSource(total: SourceTotal, days: SourceCoverage["days"]): SourceCoverage {
  const facts = factsOf(total.source);
  return {
    source: total.source,
    title: facts.title,
    items: total.items,
    records: total.records,
    damaged: total.damaged,
    first: formatUtcOrNull(total.firstMs),
    last: formatUtcOrNull(total.lastMs),
    days,
    retention: retentionText(total, facts.keepDays),
  };
}

const DAY_MS = 86_400_000;

function retentionText(total: SourceTotal, keepDays: number | null): string {
  if (keepDays === null || total.firstMs === null || total.lastMs === null) return "";
  const keeps = `Exchange keeps this log for about ${String(keepDays)} days by default`;
  const spanDays = (total.lastMs - total.firstMs) / DAY_MS;
  if (spanDays > keepDays + 3)
    return `${keeps}; here it reaches further back, to ${longDay(formatUtc(total.firstMs))}.`;
  return `${keeps}: nothing here could show what happened before ${longDay(formatUtc(total.firstMs))}.`;
}

/** Web folders have files, not days. */
function coverFolders(
  items: readonly ItemResult[],
  map: ServerMap,
  server: Server,
): readonly SourceCoverage[] {
  const counts = new Map<string, number>();
  for (const item of items) {
    const folder = item.file?.facts.folder ?? null;
    if (folder === null || item.standing === "history" || map.ofItem(item.index, null).id !== server.id)
      continue;
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, count]) =>
      withoutDays(`web-folders/${folder}`, { items: count, records: count, damaged: 0 }),
    );
}

/** How the server is set up, and what was removed from it: a state, not days. What a backup says is no state of today. */
function coverStates(
  items: readonly ItemResult[],
  map: ServerMap,
  server: Server,
): readonly SourceCoverage[] {
  const counts = new Map<string, { items: number; records: number; damaged: number }>();
  for (const item of items) {
    const { settings } = item;
    if (settings === null || item.standing === "history" || map.ofItem(item.index, null).id !== server.id)
      continue;
    const known = counts.get(settings.source) ?? { items: 0, records: 0, damaged: 0 };
    counts.set(settings.source, {
      items: known.items + 1,
      records: known.records + settings.entries,
      damaged: known.damaged + item.damaged,
    });
  }
  return [...counts.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, count]) => withoutDays(source, count));
}

function withoutDays(
  source: string,
  count: Pick<SourceCoverage, "items" | "records" | "damaged">,
): SourceCoverage {
  const { title } = factsOf(source);
  return { source, title, ...count, first: null, last: null, days: [], retention: "" };
}

/** Web folders of which no file is in the evidence. */
export function missingFolders(coverage: ServerCoverage): readonly string[] {
  return WEB_FOLDERS.filter((folder) => !coverage.has(`web-folders/${folder}`));
}
