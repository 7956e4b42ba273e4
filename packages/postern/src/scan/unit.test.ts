import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

import { firstMailWatcher } from "../detect/index.ts";
import { openEvidence, type EvidenceItem } from "../evidence/index.ts";
import { ItemReader, type ScanTools } from "./item-reader.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import { joinHash } from "./join-units.ts";
import { cutItems, type Unit } from "./unit.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-hash-apart-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD =
  "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";
const LINE = "2021-03-03 09:12:13 10.0.0.5 GET /owa/ - 443 - 192.0.2.7 Mozilla/5.0 - 200 0 0 15\r\n";
const CUT = { cutFromBytes: 10_000 };

const byText = {
  literals: ["python-requests"],
  literalsFor: () => ["python-requests"],
  parseAll: new Set<string>(),
  mayMatch: () => true,
  wishFor: () => "always" as const,
  eventLiterals: () => [],
  match: () => [],
};
const TOOLS: ScanTools = {
  matcher: byText,
  files: null,
  settings: null,
  mail: { first: firstMailWatcher(), following: () => firstMailWatcher() },
  pivotMatcher: () => byText,
};

async function itemsOf(name: string, text: string): Promise<readonly EvidenceItem[]> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const items: EvidenceItem[] = [];
  for await (const entry of openEvidence([path], {})) if (entry.kind === "item") items.push(entry.item);
  return items;
}

async function unitsOf(items: readonly EvidenceItem[], readers: number): Promise<readonly Unit[]> {
  const units: Unit[] = [];
  for await (const unit of cutItems(items, "reading", { ...CUT, readers })) units.push(unit);
  return units;
}

const kinds = (units: readonly Unit[]): readonly unknown[] => units.map(({ part }) => part?.kind ?? null);

it("a log that one reader alone would be busy with, and that has no header, is hashed by another, and comes to the same", async () => {
  const tool = LINE.replace("Mozilla/5.0", "python-requests/2.25");
  const text = `${LINE.repeat(300)}${tool}a broken line\r\n${LINE.repeat(300)}${LINE.slice(0, 60)}`;
  const items = await itemsOf("u_ex210303.log", text);
  expect(kinds(await unitsOf(items, 1))).toEqual([null]);
  const units = await unitsOf(items, 2);
  expect(kinds(units)).toEqual(["records", "hash"]);
  const [whole] = await unitsOf(items, 1);
  if (whole === undefined) throw new Error("no unit");
  const [outcome] = await outcomesOf([whole]);
  expect(outcome?.result.sha256).toMatch(/^[0-9a-f]{64}$/u);
  expect(outcome?.result.records).toBeGreaterThan(600);
  expect(outcome?.result.damaged).toBe(2);
  const [records, hash] = await outcomesOf(units);
  if (records === undefined || hash === undefined) throw new Error("no outcome");
  expect(joinHash(records, hash)).toEqual(outcome);
});

async function outcomesOf(units: readonly Unit[]): Promise<readonly ItemOutcome[]> {
  const reader = new ItemReader(TOOLS, { fast: true, isStopped: () => false });
  const outcomes: ItemOutcome[] = [];
  for (const unit of units) {
    const given = await reader.read(unit, () => undefined);
    if (given.kind === "item") outcomes.push(given.outcome);
  }
  return outcomes;
}

it("small logs, logs beside others as large, and files that are no logs are read at one go", async () => {
  expect(kinds(await unitsOf(await itemsOf("small.log", HEAD + LINE), 2))).toEqual([null]);
  const [a, b] = [
    await itemsOf("a.log", HEAD + LINE.repeat(500)),
    await itemsOf("b.log", HEAD + LINE.repeat(500)),
  ];
  expect(kinds(await unitsOf([...a, ...b], 2))).toEqual([null, null]);
  expect(kinds(await unitsOf(await itemsOf("page.aspx", "<%@ Page %>\n".repeat(5_000)), 2))).toEqual([null]);
});

it("of three logs as large one is cut at line ends, so that two readers end at the same time", async () => {
  const logs = ["a.log", "b.log", "c.log"].map((name) => itemsOf(name, HEAD + LINE.repeat(500)));
  const units = await unitsOf((await Promise.all(logs)).flat(), 2);
  const [first, second, ...rest] = kinds(units);
  expect([first, second]).toEqual([null, null]);
  expect(rest.length).toBeGreaterThan(3);
  expect(new Set(rest.slice(0, -1))).toEqual(new Set(["lines"]));
  expect(rest.at(-1)).toBe("hash");
});
