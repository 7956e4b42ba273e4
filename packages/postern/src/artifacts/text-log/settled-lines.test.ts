import { expect, it } from "vitest";

import { BlockKernel, compileLiterals, fromBytes } from "../../core/index.ts";
import type { Glimpse, NoSuchMatch, SameIn } from "../../model/index.ts";
import { parseTextLog } from "./index.ts";

const KERNEL = BlockKernel.load();
const SOFTWARE = "#Software: Microsoft Internet Information Services 10.0\r\n";
const COLUMNS = ["date", "time", "s-ip", "cs-method", "cs-uri-stem", "c-ip", "sc-status", "time-taken"];
const SAME_IN: SameIn = [["cs-method", "cs-uri-stem"], ["sc-status"]];
const NOTHING: NoSuchMatch = { sameIn: SAME_IN, unless: null };

function header(columns: readonly string[]): string {
  return `${SOFTWARE}#Fields: ${columns.join(" ")}\r\n`;
}

function lines(count: number, page: string, status: string): string {
  return `2021-03-03 09:12:13 10.0.0.5 GET ${page} 192.0.2.7 ${status} 15\r\n`.repeat(count);
}

/** Reads a log of which lines with `.aspx` are asked about; told are the pages and statuses asked about, and what was counted and parsed. */
async function read(
  text: string,
  matters: (page: string, status: string) => boolean,
  nothing: NoSuchMatch = NOTHING,
): Promise<{ readonly asked: readonly string[]; readonly records: number; readonly parsed: number }> {
  const asked: string[] = [];
  const filter = compileLiterals([".aspx", "/ecp/"]);
  const mayMatter = (_: string, glimpse: Glimpse): boolean | NoSuchMatch => {
    const [page, status] = [glimpse.get("cs-uri-stem") ?? "", glimpse.get("sc-status") ?? ""];
    asked.push(`${page} ${status}`);
    return matters(page, status) ? true : nothing;
  };
  const options = { select: () => filter, mayMatter, kernel: KERNEL, clients: true };
  const limits = { blockBytes: 4096, maxLineBytes: 65_536 };
  const bytes = Buffer.from(text);
  let parsed = 0;
  let records = 0;
  for await (const batch of parseTextLog(fromBytes(bytes), bytes.subarray(0, 4096), 0, {
    ...options,
    limits,
  })) {
    parsed += batch.records.length;
    records = batch.counts.records;
  }
  return {
    asked: [...new Set(asked)].map((one) => `${one}: ${String(timesIn(asked, one))}`),
    records,
    parsed,
  };
}

function timesIn(all: readonly string[], one: string): number {
  return all.filter((text) => text === one).length;
}

/** Lines of the first block are asked about one by one; all that follow are read after something was settled. */
const FIRST_BLOCK = 4096 / 60;

it("a line that does not matter is asked about once, and counted like all others that hold the same", async () => {
  const text = header(COLUMNS) + lines(2_000, "/owa/a.aspx", "200") + lines(900, "/owa/", "200");
  const { asked, records, parsed } = await read(text, () => false);
  expect([records, parsed]).toEqual([2_900, 8]);
  expect(asked).toHaveLength(1);
  expect(Number(asked[0]?.split(": ")[1])).toBeLessThan(FIRST_BLOCK);
});

it("is asked about again with another value, other literals, or where it matters", async () => {
  const once = lines(300, "/owa/a.aspx", "200");
  const more =
    lines(1, "/owa/a.aspx", "404") + lines(1, "/owa/b.aspx", "200") + lines(3, "/ecp/a.aspx", "200");
  const { asked, records, parsed } = await read(
    header(COLUMNS) + once + more + once + lines(2, "/owa/b.aspx", "500"),
    (page, status) => page.startsWith("/ecp/") || status === "500",
  );
  expect([records, parsed]).toEqual([607, 13]);
  expect(asked.slice(1)).toEqual([
    "/owa/a.aspx 404: 1",
    "/owa/b.aspx 200: 1",
    "/ecp/a.aspx 200: 3",
    "/owa/b.aspx 500: 2",
  ]);
});

it("is asked about below a header that names other columns in the same places", async () => {
  const names = new Map([
    ["c-ip", "sc-status"],
    ["sc-status", "sc-win32-status"],
  ]);
  const other = COLUMNS.map((name) => names.get(name) ?? name);
  const all = lines(200, "/owa/a.aspx", "200");
  const { asked, parsed } = await read(
    header(COLUMNS) + all + header(other) + all,
    (_, status) => status === "192.0.2.7",
  );
  expect(asked[1]).toBe("/owa/a.aspx 192.0.2.7: 192");
  expect(parsed).toBe(8 + 200);
});

it("is asked about again when it holds a text that unsettles it, wherever it stands", async () => {
  const plain = lines(400, "/owa/a.aspx", "200");
  const text = header(COLUMNS) + plain + plain.replace(/15\r\n$/u, "15WhoAmI\r\n") + plain;
  const { asked, records, parsed } = await read(text, () => false, { ...NOTHING, unless: ["whoami"] });
  expect([records, parsed]).toEqual([1_200, 8]);
  const { asked: without } = await read(header(COLUMNS) + plain, () => false);
  expect(timesAsked(asked)).toBe(timesAsked(without) + 1);
});

function timesAsked(asked: readonly string[]): number {
  return Number(asked[0]?.split(": ")[1]);
}
