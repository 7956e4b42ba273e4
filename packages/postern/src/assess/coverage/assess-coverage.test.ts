import { expect, test } from "vitest";
import type { SourceTally } from "../../scan/index.ts";
import { resolveServers } from "../servers/resolve-servers.ts";
import { aFile, anItem, aTally } from "../testing/index.ts";
import { assessCoverage, missingFolders, type ServerCoverage } from "./assess-coverage.ts";

const FULL = { from: "2021-03-01T00:00", to: "2021-03-05T23:00" };

function cover(...tallies: readonly SourceTally[]): ServerCoverage {
  const items = tallies.map((tally, index) => anItem(index, { tallies: [tally] }));
  const map = resolveServers(items);
  const [server] = map.servers;
  if (server === undefined) throw new Error("no server");
  return assessCoverage(items, map, server);
}

function daysOf(coverage: ServerCoverage, source: string): string {
  const found = coverage.sources.find((one) => one.source === source);
  return found?.days.map(({ day, state }) => `${day.slice(8)} ${state}`).join(", ") ?? "no such source";
}

test("a busy log without records on a day has a missing day and a hole; few hours make a thin day", () => {
  const coverage = cover(
    aTally("name:ex01", "iis-front-end", FULL),
    aTally("name:ex01", "httpproxy/Ecp", { from: "2021-03-01T00:00", to: "2021-03-02T23:00" }),
    aTally("name:ex01", "httpproxy/Ecp", { from: "2021-03-04T00:00", to: "2021-03-04T23:00" }),
    aTally("name:ex01", "httpproxy/Ecp", { from: "2021-03-05T00:00", to: "2021-03-05T02:00" }),
  );
  expect(daysOf(coverage, "iis-front-end")).toBe(
    "01 present, 02 present, 03 present, 04 present, 05 present",
  );
  expect(daysOf(coverage, "httpproxy/Ecp")).toBe("01 present, 02 present, 03 missing, 04 present, 05 thin");
  expect(coverage.gaps).toEqual([
    {
      source: "httpproxy/Ecp",
      from: "2021-03-03T00:00:00.000Z",
      to: "2021-03-04T00:00:00.000Z",
      note: "Front-end proxy log (HttpProxy\\Ecp): no record for 24 hours",
    },
  ]);
  expect(["2021-03-03", "2021-03-05"].map((day) => coverage.covers("httpproxy/Ecp", day))).toEqual([
    false,
    true,
  ]);
  expect(coverage.covers("httpproxy/Owa", "2021-03-01")).toBe(false);
});

test("a log that is written now and then may be silent for some days, but not for a week", () => {
  const coverage = cover(
    aTally("name:ex01", "iis-front-end", { from: "2021-03-01T00:00", to: "2021-03-20T23:00" }),
    aTally("name:ex01", "ecp-server", { from: "2021-03-02T08:00", to: "2021-03-02T08:00" }),
    aTally("name:ex01", "ecp-server", { from: "2021-03-05T08:00", to: "2021-03-05T08:00" }),
    aTally("name:ex01", "ecp-server", { from: "2021-03-18T08:00", to: "2021-03-18T08:00" }),
  );
  const covered = ["01", "03", "05", "06", "10", "18", "19"].filter((day) =>
    coverage.covers("ecp-server", `2021-03-${day}`),
  );
  expect(covered).toEqual(["03", "05", "18"]);
  expect(coverage.gaps.map((gap) => gap.note)).toEqual([
    "Control panel log (ECP server): no record for 12 days",
  ]);
});

test("what the default keep time means here is said, and when a log reaches further back", () => {
  const month = cover(aTally("name:ex01", "httpproxy/Ecp", FULL));
  expect(month.sources[0]?.retention).toBe(
    "Exchange keeps this log for about 30 days by default: nothing here could show what happened before 1 March 2021.",
  );
  const half = cover(
    aTally("name:ex01", "httpproxy/Ecp", { from: "2020-10-01T00:00", to: "2021-03-05T00:00" }),
  );
  expect(half.sources[0]?.retention).toBe(
    "Exchange keeps this log for about 30 days by default; here it reaches further back, to 1 October 2020.",
  );
  expect(cover(aTally("name:ex01", "iis-front-end", FULL)).sources[0]?.retention).toBe("");
});

test("copies of one log from live disk, shadow copy and backup count once; two addresses in one log add up", () => {
  const tally = aTally("name:ex01", "iis-front-end", { ...FULL, perHour: 10 });
  const name = "u_ex210301.log";
  const copies = [0, 1, 2].map((index) =>
    anItem(index, { name, origin: `${String(index)}/${name}`, tallies: [tally] }),
  );
  const map = resolveServers(copies);
  const [server] = map.servers;
  if (server === undefined) throw new Error("no server");
  expect(assessCoverage(copies, map, server).sources[0]).toMatchObject({ records: 1200, items: 3 });
  const both = anItem(0, { tallies: [tally, { ...tally }] });
  expect(assessCoverage([both], map, server).sources[0]?.records).toBe(2400);
});

test("web folders are covered by having files, and those in a quarantine do not count", () => {
  const items = [
    anItem(0, { tallies: [aTally("name:ex01", "ews", FULL)] }),
    anItem(1, { file: aFile("owa-auth") }),
    anItem(2, { file: aFile("ecp-auth"), standing: "history" }),
  ];
  const map = resolveServers(items);
  const [server] = map.servers;
  if (server === undefined) throw new Error("no server");
  expect(missingFolders(assessCoverage(items, map, server))).toEqual(["ecp-auth", "aspnet-client"]);
});
