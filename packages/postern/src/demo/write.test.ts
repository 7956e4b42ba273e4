import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { writeBulkLogs } from "./bulk.ts";
import { scenarioTruth, writeScenario } from "./write.ts";

/** Runs a test in a folder of its own that is gone afterwards. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "postern-demo-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("a scenario lands on the disk with the times of the server", () =>
  inFolder(async (folder) => {
    const truth = await writeScenario("proxylogon-logs-rolled-off", folder, { trafficScale: 0.1 });
    expect(truth).toEqual(scenarioTruth("proxylogon-logs-rolled-off", { trafficScale: 0.1 }));
    const shell = truth.planted[0]?.path ?? "";
    expect((await stat(join(folder, shell))).mtime.toISOString()).toBe("2021-03-03T10:15:34.000Z");
    expect(await readdir(folder)).toEqual(["LUSD-EX01"]);
  }));

test("bulk logs have the size that was asked for, and every planted row can be found", () =>
  inFolder(async (folder) => {
    const result = await writeBulkLogs(folder, { bytes: 6_000_000, seed: 3, files: 20 });
    expect(result.bytes).toBeGreaterThanOrEqual(6_000_000);
    expect(result.bytes).toBeLessThan(6_020_000);
    expect(result.files.length).toBe(20);
    const sizes = await Promise.all(result.files.map(async (path) => (await stat(join(folder, path))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(result.bytes);
    expect(result.planted.filter((row) => row.what === "ssrf-session-241")).toHaveLength(3);
    for (const row of result.planted) {
      const line = (await readFile(join(folder, row.path), "utf8"))
        .split("\r\n")
        .filter((text) => text.includes(row.needle));
      expect(line).toHaveLength(1);
      expect(line[0]?.slice(0, 10)).toBe(row.timeUtc.slice(0, 10));
    }
  }));

test("each further day of bulk logs brings people, addresses and versions of programs that the days before did not have", () =>
  inFolder(async (folder) => {
    await writeBulkLogs(folder, { bytes: 4_000_000, seed: 3, files: 20 });
    const logs = join(folder, "LUSD-EX01", "C", "inetpub", "logs", "LogFiles", "W3SVC1");
    const [one, two] = await Promise.all(
      (await readdir(logs))
        .sort()
        .map(async (name) => (await readFile(join(logs, name), "utf8")).split("\r\n")),
    );
    for (const pattern of [/LARCHMERE\\[a-z]\.[a-z]+/u, / 10\.20\.1\d\.\d+ /u, /Chrome\/[\d.]+/u]) {
      const seen = new Set(one?.flatMap((line) => pattern.exec(line)?.[0] ?? []));
      const fresh = new Set(
        two?.flatMap((line) => pattern.exec(line)?.[0] ?? []).filter((text) => !seen.has(text)),
      );
      expect(seen.size, pattern.source).toBeGreaterThan(2);
      expect(fresh.size, pattern.source).toBeGreaterThan(seen.size / 2);
    }
  }));

test("in a storm every fifth request is a scanner's", () =>
  inFolder(async (folder) => {
    const shareOfScanners = async (name: string, probeEvery: number): Promise<number> => {
      const { files } = await writeBulkLogs(join(folder, name), { bytes: 2_000_000, seed: 3, probeEvery });
      const log = files.find((path) => path.includes("W3SVC1")) ?? "";
      const lines = (await readFile(join(folder, name, log), "utf8")).split("\r\n");
      return lines.filter((line) => line.includes(" 203.0.113.1")).length / lines.length;
    };
    const usual = await shareOfScanners("usual", Infinity);
    const storm = await shareOfScanners("storm", 5);
    expect(storm - usual * 0.8).toBeGreaterThan(0.19);
    expect(storm - usual * 0.8).toBeLessThan(0.21);
  }));

test("bulk logs repeat exactly for the same seed", () =>
  inFolder(async (folder) => {
    const options = { bytes: 1_500_000, seed: 9 };
    const one = await writeBulkLogs(join(folder, "one"), options);
    const two = await writeBulkLogs(join(folder, "two"), options);
    expect(one).toEqual(two);
    for (const path of one.files) {
      const [a, b] = await Promise.all([
        readFile(join(folder, "one", path)),
        readFile(join(folder, "two", path)),
      ]);
      expect(a.equals(b)).toBe(true);
    }
  }));
