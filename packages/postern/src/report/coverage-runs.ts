import type { Coverage, DayState, SourceCoverage, UtcDay } from "../model/index.ts";

/** More columns than this do not fit a page or a phone; longer spans are drawn in columns of whole weeks. */
const COLUMNS_MAX = 62;
/** Columns under one label of the axis. */
const AXIS_STEP = 7;
const DAY_MS = 86_400_000;
/** A longer span is not a server's life but a wrong clock: only the days that are named are drawn. */
const DAYS_MAX = 15_000;

/** A stretch of columns of the same state. */
export interface Run {
  readonly state: DayState;
  readonly from: UtcDay;
  readonly to: UtcDay;
  readonly columns: number;
  readonly records: number;
}

/** The days of a server as columns of a drawing. */
export interface CoverageGrid {
  /** Days in a column: 1, or a number of whole weeks. */
  readonly daysPerColumn: number;
  readonly columns: number;
  readonly axis: readonly { readonly from: UtcDay; readonly columns: number }[];
  readonly rows: readonly { readonly source: SourceCoverage; readonly runs: readonly Run[] }[];
}

function allDays(coverage: Coverage): readonly UtcDay[] {
  const named = [...new Set(coverage.sources.flatMap((source) => source.days.map(({ day }) => day)))].sort();
  const first = Date.parse(named[0] ?? "");
  const count = (Date.parse(named.at(-1) ?? "") - first) / DAY_MS + 1;
  if (!(count >= 1 && count <= DAYS_MAX)) return named;
  return Array.from({ length: count }, (_, i) => new Date(first + i * DAY_MS).toISOString().slice(0, 10));
}

function chunked<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

function columnState(states: readonly DayState[]): DayState {
  const first = states[0] ?? "missing";
  // A column of several days that differ is neither there nor gone.
  return states.every((state) => state === first) ? first : "thin";
}

function runsOf(source: SourceCoverage, columns: readonly (readonly UtcDay[])[]): readonly Run[] {
  const known = new Map(source.days.map((day) => [day.day, day]));
  const runs: Run[] = [];
  for (const days of columns) {
    const state = columnState(days.map((day) => known.get(day)?.state ?? "missing"));
    const records = days.reduce((sum, day) => sum + (known.get(day)?.records ?? 0), 0);
    const last = runs.at(-1);
    const to = days.at(-1) ?? "";
    if (last?.state === state) {
      runs[runs.length - 1] = { ...last, to, columns: last.columns + 1, records: last.records + records };
    } else {
      runs.push({ state, from: days[0] ?? "", to, columns: 1, records });
    }
  }
  return runs;
}

/** Lays out the days of a server; sources without time (files) have no runs. Null when no source names a day. */
export function toGrid(coverage: Coverage): CoverageGrid | null {
  const days = allDays(coverage);
  if (days.length === 0) return null;
  const daysPerColumn = days.length <= COLUMNS_MAX ? 1 : Math.ceil(days.length / COLUMNS_MAX / 7) * 7;
  const columns = chunked(days, daysPerColumn);
  return {
    daysPerColumn,
    columns: columns.length,
    axis: chunked(columns, AXIS_STEP).map((group) => ({ from: group[0]?.[0] ?? "", columns: group.length })),
    rows: coverage.sources.map((source) => ({
      source,
      runs: source.days.length === 0 ? [] : runsOf(source, columns),
    })),
  };
}
