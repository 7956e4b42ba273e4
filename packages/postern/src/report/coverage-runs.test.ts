import { describe, expect, it } from "vitest";
import { toGrid } from "./coverage-runs.ts";
import { coverageOf, sourceOf } from "./testing/build.ts";

const grid = (states: string, from = "2021-02-26"): ReturnType<typeof toGrid> =>
  toGrid(
    coverageOf({
      sources: [sourceOf("iis", "IIS logs", { from, states }), sourceOf("files", "Files", null)],
    }),
  );

describe("the coverage grid", () => {
  it("joins days of the same state to one stretch", () => {
    expect(grid("ppptmm")?.rows[0]?.runs).toEqual([
      { state: "present", from: "2021-02-26", to: "2021-02-28", columns: 3, records: 55_296 },
      { state: "thin", from: "2021-03-01", to: "2021-03-01", columns: 1, records: 211 },
      { state: "missing", from: "2021-03-02", to: "2021-03-03", columns: 2, records: 0 },
    ]);
  });

  it("has a column for each day up to two months, and columns of whole weeks beyond", () => {
    expect(grid("p".repeat(62))).toMatchObject({ daysPerColumn: 1, columns: 62 });
    expect(grid("p".repeat(63))).toMatchObject({ daysPerColumn: 7, columns: 9 });
    expect(grid("p".repeat(2000))).toMatchObject({ daysPerColumn: 35, columns: 58 });
  });

  it("calls a week thin when some of its days are missing", () => {
    const runs = grid(`${"p".repeat(7)}ppmpppp${"p".repeat(56)}`)?.rows[0]?.runs;
    expect(runs?.map(({ state, columns }) => [state, columns])).toEqual([
      ["present", 1],
      ["thin", 1],
      ["present", 8],
    ]);
  });

  it("treats a day that no source names as missing", () => {
    const sources = [
      sourceOf("a", "A", { from: "2021-03-01", states: "p" }),
      sourceOf("b", "B", { from: "2021-03-04", states: "p" }),
    ];
    const runs = toGrid(coverageOf({ sources }))?.rows[0]?.runs;
    expect(runs?.map(({ state, from, to }) => [state, from, to])).toEqual([
      ["present", "2021-03-01", "2021-03-01"],
      ["missing", "2021-03-02", "2021-03-04"],
    ]);
  });

  it("gives files no days, and is not drawn when nothing has days", () => {
    expect(grid("p")?.rows[1]?.runs).toEqual([]);
    expect(toGrid(coverageOf({ sources: [sourceOf("files", "Files", null)] }))).toBeNull();
  });

  it("does not draw millions of days because of one wrong clock", () => {
    const sources = [
      sourceOf("a", "A", { from: "0001-01-01", states: "p" }),
      sourceOf("b", "B", { from: "9999-12-31", states: "p" }),
    ];
    expect(toGrid(coverageOf({ sources }))?.columns).toBe(2);
  });
});
