import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseTextLog } from "../artifacts/index.ts";
import { BlockKernel, fromBytes } from "../core/index.ts";
import { buildScenario } from "../demo/index.ts";
import { compilePackRules, loadPacks } from "../detect/index.ts";
import { normalizeTextRecord } from "../events/index.ts";
import { LiteralFilters } from "./literal-filters.ts";

const matcher = compilePackRules(loadPacks(join(import.meta.dirname, "../../../../packs")).packs);

const KERNEL = BlockKernel.load();

/** Every match as `rule @ line`, and how many records were parsed in full. */
async function matchesOf(
  bytes: Uint8Array,
  road: "fast" | "plain",
): Promise<{ readonly found: readonly string[]; readonly parsed: number }> {
  const filters = new LiteralFilters(matcher);
  const select = road === "plain" ? "all" : filters.of.bind(filters);
  const found: string[] = [];
  let parsed = 0;
  const shortcuts =
    road === "plain"
      ? {}
      : { kernel: KERNEL, mayMatter: matcher.mayMatch.bind(matcher), soughtClients: filters.clients };
  const options = { select, parseAll: matcher.parseAll, ...shortcuts } as const;
  for await (const batch of parseTextLog(fromBytes(bytes), bytes.subarray(0, 65_536), 0, options)) {
    parsed += batch.records.length;
    for (const record of batch.records) {
      for (const rule of matcher.match(normalizeTextRecord(record)))
        found.push(`${rule.id} @ ${String(record.at.record)}`);
    }
  }
  return { found, parsed };
}

const logs = ["proxylogon", "two-servers", "probed"].flatMap((id) =>
  buildScenario(id, { trafficScale: 0.05 })
    .files.filter(({ path }) => /\.log$/iu.test(path))
    .map(({ path, bytes }) => ({ name: `${id}/${path}`, bytes })),
);

describe("the fast road finds what the plain road finds", () => {
  it("in every log of the demo evidence, and parses only a part of it", async () => {
    let all = 0;
    let parsed = 0;
    let matches = 0;
    for (const { name, bytes } of logs) {
      const plain = await matchesOf(bytes, "plain");
      const fast = await matchesOf(bytes, "fast");
      expect(fast.found, name).toEqual(plain.found);
      all += plain.parsed;
      parsed += fast.parsed;
      matches += plain.found.length;
    }
    expect(matches).toBeGreaterThan(100);
    expect(parsed).toBeLessThan(all * 0.8); // the first lines of each of these small logs are always read
  });

  it("in logs whose lines were mixed, quoted, cut and spaced otherwise", async () => {
    const texts = logs.map(({ bytes }) => Buffer.from(bytes).toString("latin1").split("\r\n"));
    const telling = await Promise.all(
      logs.map(async ({ bytes }) =>
        (await matchesOf(bytes, "plain")).found.map((text) => Number(text.replace(/^.*@ /u, "")) - 1),
      ),
    );
    const pieces = texts.map((lines, index) => ({
      header: lines.filter((line) => line.startsWith("#")).slice(0, 6),
      lines: [...new Set([...(telling[index] ?? []), 6, 7, 8, 9])].map((at) => lines[at] ?? ""),
    }));
    const change = fc.constantFrom<(line: string) => string>(
      (line) => line,
      (line) => line.toUpperCase(),
      (line) => line.replace(" 241 ", ' "241" '),
      (line) => line.replaceAll(" ", "  "),
      (line) => line.replaceAll(" ", "\t"),
      (line) => line.slice(0, Math.floor(line.length / 2)),
      (line) => `${line} more`,
      (line) => line.replaceAll(" ", ","),
      (line) => `"${line}"`,
    );
    const ordinary = texts.flatMap((lines) => lines.slice(9, 30));
    const part = fc
      .record({
        piece: fc.constantFrom(...pieces.filter(({ header }) => header.length > 0)),
        change,
        filler: fc.array(fc.constantFrom(...ordinary), { minLength: 8, maxLength: 12 }),
      })
      .map((one) => [...one.piece.header, ...one.filler, ...one.piece.lines.map(one.change)]);
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 3 }), async (parts) => {
        const bytes = Buffer.from(parts.flat().join("\r\n"), "latin1");
        const plain = await matchesOf(bytes, "plain");
        expect((await matchesOf(bytes, "fast")).found).toEqual(plain.found);
      }),
      { seed: 11, numRuns: 60 },
    );
  });
});
