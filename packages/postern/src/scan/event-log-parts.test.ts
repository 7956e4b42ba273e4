import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventBody, eventDataTemplate, resealHeader, wide, writeLog } from "@postern/evtx/testing";
import type { NewRecord } from "@postern/evtx/testing";
import { afterAll, describe, expect, it } from "vitest";

import { compilePackRules, firstMailWatcher, joinMatchers, loadPacks } from "../detect/index.ts";
import type { EventMatcher } from "../detect/index.ts";
import { scan, type ScanResult } from "./scan.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rules = compilePackRules(loadPacks(join(import.meta.dirname, "../../../../packs")).packs);
const ADDRESS = "203.0.113.66";

/** Looks for a text that any event may hold: only its bytes can tell whether it must be decoded. */
const byText: EventMatcher = {
  literals: [ADDRESS],
  literalsFor: () => [ADDRESS],
  parseAll: new Set(),
  mayMatch: () => true,
  wishFor: () => [ADDRESS],
  eventLiterals: () => [ADDRESS],
  match: (event) => {
    const holds = Object.values(event.fields).includes(ADDRESS);
    return holds ? [{ ...rule, id: "test/address" }] : [];
  },
};
const rule = {
  id: "",
  title: "An address",
  pack: "test",
  rung: null,
  kind: "known-bad-address",
  confidence: "low",
  cves: [],
  attack: [],
} as const;

const DATA = eventDataTemplate(["IpAddress", "Text"]);
const NOON = 132_592_464_000_000_000n; // 2021-03-03T12:00:00Z

/** A Security log of some chunks: a hole in the ids, the log cleared, a process that rules ask for, one record with the address. */
function makeLog(count: number): Uint8Array {
  const records = Array.from({ length: count }, (_, n): NewRecord => {
    const id = BigInt(n < count / 2 ? n + 1 : n + 40);
    const filetime = NOON + id * 10_000_000n * 60n;
    const values = [wide(n === count - 7 ? ADDRESS : "10.0.0.5"), wide(`text ${String(n)} `.repeat(20))];
    const body = eventBody({
      provider: n === 300 ? "Microsoft-Windows-Eventlog" : "Microsoft-Windows-Security-Auditing",
      eventId: n === 300 ? 1102 : n % 3 === 0 ? 4672 : 4634,
      channel: "Security",
      computer: n % 50 === 0 ? "EX02.example.org" : "EX01.example.org",
      recordId: id,
      timeCreated: filetime,
      data: { nested: { template: DATA, values } },
    });
    return { id, filetime, body };
  });
  return writeLog(records);
}

interface Reading {
  readonly fast?: boolean;
  readonly cutFromBytes?: number;
}

function read(path: string, reading: Reading): Promise<ScanResult> {
  return scan({
    evidence: [path],
    intake: {},
    matcher: joinMatchers([rules, byText]),
    files: null,
    settings: null,
    mail: { first: firstMailWatcher(), following: () => firstMailWatcher() },
    pivotMatcher: () => byText,
    findPivot: () => null,
    ...reading,
  });
}

const IN_PARTS = { cutFromBytes: 2 * 65_536 };

describe("a large event log", () => {
  const bytes = Buffer.from(makeLog(900));
  const path = join(folder, "Security.evtx");
  writeFileSync(path, bytes);

  it("gives the same whether it is read in one piece or in parts", async () => {
    expect(bytes.length).toBeGreaterThan(6 * 65_536);
    const whole = await read(path, {});
    expect(await read(path, IN_PARTS)).toEqual(whole);
    const [item] = whole.items;
    expect(item?.records).toBe(900);
    expect(item?.sha256).toMatch(/^[0-9a-f]{64}$/u);
    expect(item?.logs.gaps.map(({ gap }) => [gap.afterId, gap.beforeId, gap.missing])).toEqual([
      [450, 490, 39],
    ]);
    expect(item?.logs.signs.map(({ sign }) => sign.kind)).toEqual(["log-cleared"]);
    expect(whole.matches.map(({ rule: { id }, count }) => [id, count])).toContainEqual(["test/address", 1]);
  });

  it("gives the same whether all records are decoded or only those that somebody may ask for", async () => {
    expect(await read(path, { fast: false })).toEqual(await read(path, {}));
    expect(await read(path, { ...IN_PARTS, fast: false })).toEqual(await read(path, {}));
  });

  it("counts a record once that stands in the log and in the slack of another part", async () => {
    const copied = Buffer.from(bytes);
    const text = copied.indexOf(Buffer.from(ADDRESS, "utf16le"));
    const from = copied.lastIndexOf(Buffer.from([0x2a, 0x2a, 0, 0]), text);
    const record = Buffer.from(copied.subarray(from, from + copied.readUInt32LE(from + 4)));
    // Cut the first chunk's records short, so that there is room for a copy of the record.
    const first = copied.subarray(4096, 4096 + 65_536);
    let end = 512;
    while (end < 30_000) end += first.readUInt32LE(end + 4);
    first.fill(0, end);
    first.writeUInt32LE(end, 48);
    resealHeader(first);
    record.copy(first, end + 1024);
    const countIn = async (name: string, log: Uint8Array): Promise<readonly unknown[]> => {
      const place = join(folder, name);
      writeFileSync(place, log);
      const inParts = await read(place, IN_PARTS);
      const found = inParts.matches.filter(({ rule: { id } }) => id === "test/address");
      return found.map(({ count, events }) => [count, events.length]);
    };
    expect(await countIn("slack.evtx", copied.subarray(0, 4096 + 65_536))).toEqual([[1, 1]]);
    expect(await countIn("doubled.evtx", copied)).toEqual([[1, 1]]);
  });

  it("says which chunks are damaged, in parts as in one piece", async () => {
    const broken = Buffer.from(bytes);
    broken.fill(0xff, 4096 + 3 * 65_536 + 700, 4096 + 3 * 65_536 + 900);
    broken.fill(0, 4096 + 5 * 65_536, 4096 + 5 * 65_536 + 8);
    const damaged = join(folder, "damaged.evtx");
    writeFileSync(damaged, broken.subarray(0, broken.length - 1000));
    const plain = await read(damaged, { fast: false });
    expect(plain.damage.total).toBeGreaterThan(2);
    expect(await read(damaged, IN_PARTS)).toEqual(plain);
  });
});

const corpus = process.env["POSTERN_CORPUS"] ?? "";
const real = join(corpus, "B_evtx");
const hasReal = corpus !== "" && existsSync(real);

describe("real event logs (skipped unless POSTERN_CORPUS names a folder with B_evtx)", () => {
  it.skipIf(!hasReal)(
    "give the same on the fast road, in parts, and on the plain road",
    async () => {
      const names = readdirSync(real, { recursive: true, encoding: "utf8" }).filter((name) =>
        /\.evtx$/iu.test(name),
      );
      expect(names.length).toBeGreaterThan(100);
      const plain = await read(real, { fast: false });
      expect(await read(real, { cutFromBytes: 4 * 65_536 })).toEqual(plain);
    },
    300_000,
  );
});
