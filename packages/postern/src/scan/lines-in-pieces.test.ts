import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { buildScenario } from "../demo/index.ts";
import {
  compilePackRules,
  firstMailWatcher,
  followingMailWatcher,
  loadPacks,
  NO_MAIL_PIVOT,
} from "../detect/index.ts";
import { openEvidence, type EvidenceItem } from "../evidence/index.ts";
import type { ItemOutcome } from "./item-outcome.ts";
import { ItemReader } from "./item-reader.ts";
import { joinHash } from "./join-units.ts";
import type { Pivot } from "./pivot.ts";
import { joinLines } from "./scan-item.ts";
import { cutItems, type Unit, type UnitOutcome } from "./unit.ts";

const root = mkdtempSync(join(tmpdir(), "postern-pieces-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const matcher = compilePackRules(loadPacks(join(import.meta.dirname, "../../../../packs")).packs);

interface Read {
  /** Null when the log must be read at one go. */
  readonly outcome: ItemOutcome | null;
  readonly pieces: number;
  /** What was put aside, by file. */
  readonly spool: Readonly<Record<string, string>>;
}

interface Way {
  readonly cutFromBytes: number | null;
  readonly fast?: boolean;
  readonly all?: boolean;
  /** Given in a second look. */
  readonly pivot?: Pivot;
}

/** Reads a log at one go, or cuts it and puts it together again. */
async function read(item: EvidenceItem, way: Way): Promise<Read> {
  const { cutFromBytes, fast = true, all = false, pivot = null } = way;
  const folder = mkdtempSync(join(root, "spool-"));
  const tools = {
    ...{ matcher, files: null, settings: null, spool: { folder, all } },
    mail: {
      first: firstMailWatcher(),
      following: ({ mail, addresses }: Pivot) => followingMailWatcher(mail, addresses),
    },
    pivotMatcher: () => matcher,
  };
  const reader = new ItemReader(tools, { fast, isStopped: () => false });
  const stage = pivot === null ? "reading" : "following";
  reader.startLook({ stage, pivot });
  const units: Unit[] = [];
  const cut = { cutFromBytes: cutFromBytes ?? Number.POSITIVE_INFINITY, readers: 2 };
  for await (const unit of cutItems([item], stage, cut)) units.push(unit);
  const given: UnitOutcome[] = [];
  for (const unit of units) given.push(structuredClone(await reader.read(unit, () => undefined)));
  const outcome = joined(reader, item, given);
  const spool = Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
  return { outcome, pieces: given.filter(({ kind }) => kind === "lines").length, spool };
}

function joined(reader: ItemReader, item: EvidenceItem, given: readonly UnitOutcome[]): ItemOutcome | null {
  const whole = given.flatMap((one) => (one.kind === "item" ? [one.outcome] : []));
  const [first] = whole;
  if (given.length === 1 && first !== undefined) return first;
  if (whole.length === given.length) throw new Error("the log was not cut at line ends");
  const pieces = reader.startJoin(item);
  for (const one of given) if (one.kind === "lines") pieces.add(one.part);
  const lines = joinLines(pieces);
  return lines === null ? null : whole.reduce(joinHash, lines);
}

async function itemOf(name: string, text: string | Buffer): Promise<EvidenceItem> {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  for await (const entry of openEvidence([path], {})) if (entry.kind === "item") return entry.item;
  throw new Error("no item");
}

/** Logs of the demo evidence, those of a folder and a build in one. */
function demoLogs(id: string): readonly { readonly name: string; readonly text: string }[] {
  const folders = new Map<string, string[]>();
  for (const { path, bytes } of buildScenario(id, { trafficScale: 0.6 }).files) {
    const text = Buffer.from(bytes).toString("latin1");
    if (!/^#Fields/mu.test(text)) continue;
    const build = /^#Version: *(.*?)\r?$/mu.exec(text)?.[1] ?? "";
    const folder = join(path, "..", build);
    const files = folders.get(folder) ?? [];
    folders.set(folder, files);
    files.push(files.length === 0 ? text : text.replace(/^[^]*\n#Fields[^\n]*\n/u, ""));
  }
  return [...folders].map(([folder, files]) => ({ name: join(folder, "all.log"), text: files.join("") }));
}

const IIS_HEAD =
  "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-03-03 00:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";

function request(index: number, what: string, client = "192.0.2.7", agent = "Mozilla/5.0"): string {
  const time = new Date(index * 7_000).toISOString().slice(11, 19);
  return `2021-03-03 ${time} 10.20.0.5 ${what} 443 - ${client} ${agent} - 404 0 2 3\r\n`;
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe("a text log that is cut at line ends comes to the same as one that is read at one go", () => {
  it("with the logs of the demo evidence, wherever they are cut", async () => {
    let inPieces = 0;
    let atOneGo = 0;
    for (const { name, text } of ["proxylogon", "probed", "two-servers"].flatMap(demoLogs)) {
      if (text.length < 40_000) continue;
      const item = await itemOf(name, Buffer.from(text, "latin1"));
      const whole = await read(item, { cutFromBytes: null });
      for (const cutFromBytes of [20_000, 37_000]) {
        const cut = await read(item, { cutFromBytes });
        if (cut.outcome === null) atOneGo++;
        else {
          inPieces += cut.pieces;
          expect(cut.outcome, name).toEqual(whole.outcome);
          expect(cut.spool, name).toEqual(whole.spool);
        }
      }
    }
    expect(inPieces).toBeGreaterThan(200);
    // Web server's logs of which a piece holds nothing but its own probes.
    expect(atOneGo).toBeLessThan(10);
  });

  it("with a storm, lines that are equal, broken and in odd encodings, and records of mail", async () => {
    const lines = numbers(3_000).flatMap((index) => [
      request(index, "GET /aspnet_client/help.aspx -", "203.0.113.7", "python-requests/2.25.1"),
      request(index, `GET /owa/auth/x${String(index % 3)}.aspx -`, `203.0.113.${String(index % 40)}`),
      ...(index % 900 === 899 ? [IIS_HEAD.replace("00:00:00", "01:02:03")] : []),
      ...(index % 10 === 0 ? [request(index, "GET /aspnet_client/help.aspx -", "203.0.113.7")] : []),
      ...(index % 50 === 0
        ? [request(7, "POST /ecp/y.js -", "203.0.113.9").repeat(2), "a broken line\r\n"]
        : []),
      ...(index % 70 === 0 ? [request(index, "GET /owa/\u00e9.aspx -"), "\r\n", "# a comment\r\n"] : []),
      request(index, "GET /owa/ -", `10.20.4.${String(index % 250)}`),
    ]);
    const text = Buffer.from(`${IIS_HEAD}${lines.join("")}2021-03-03 10:00:00 10.20.0.5 GET /cut`, "latin1");
    const item = await itemOf("W3SVC1/u_ex210303.log", text);
    for (const way of [{}, { fast: false }, { all: true }]) {
      const whole = await read(item, { ...way, cutFromBytes: null });
      expect(whole.outcome?.matches.map(({ count }) => count).sort((a, b) => b - a)[0]).toBeGreaterThan(
        1_000,
      );
      const cut = await read(item, { ...way, cutFromBytes: 50_000 });
      expect(cut.pieces).toBeGreaterThan(10);
      expect(cut.outcome).toEqual(whole.outcome);
      expect(cut.spool).toEqual(whole.spool);
    }
  });
});

it("comes to the same in a second look", async () => {
  let rows = 0;
  let habits = 0;
  for (const { name, text } of demoLogs("proxylogon")) {
    if (text.length < 80_000) continue;
    const addresses = [...new Set(text.match(/\b(?:\d{1,3}\.){3}\d{1,3}\b/gu) ?? [])].slice(0, 9);
    const accounts = [...new Set(text.match(/(?<=\\)[a-z]+\.[a-z]+(?=[, ])/gu) ?? [])].slice(0, 5);
    const usual = { usual: accounts, usualBeforeMs: Date.parse("2022-01-01T00:00:00Z") };
    const pivot = { addresses, pages: ["/aspnet_client/"], gone: [], mail: { ...NO_MAIL_PIVOT, ...usual } };
    const item = await itemOf(name, Buffer.from(text, "latin1"));
    const whole = await read(item, { cutFromBytes: null, pivot });
    const cut = await read(item, { cutFromBytes: 30_000, pivot });
    expect(cut.pieces, name).toBeGreaterThan(1);
    const { matches, mail } = whole.outcome ?? {};
    expect([cut.outcome?.matches, cut.outcome?.mail, cut.spool], name).toEqual([matches, mail, whole.spool]);
    rows += mail?.groups.length ?? 0;
    habits += mail?.usual?.length ?? 0;
  }
  expect(habits).toBeGreaterThan(5);
  expect(rows).toBeGreaterThan(20);
});

describe("a text log of which pieces don't tell all is read at one go", () => {
  const many = numbers(1_500).map((index) => request(index, "GET /owa/ -"));

  it("when another header stands further down", async () => {
    const other = IIS_HEAD.replace(" cs(Referer)", "");
    const item = await itemOf("W3SVC3/u_ex210303.log", IIS_HEAD + many.join("") + other + many.join(""));
    expect((await read(item, { cutFromBytes: 30_000 })).outcome).toBeNull();
  });

  it("when more addresses match a rule than are counted one by one", async () => {
    const scan = numbers(1_500).map((index) => {
      const client = `198.18.${String(index >> 8)}.${String(index & 255)}`;
      return request(index, "GET /aspnet_client/help.aspx -", client);
    });
    const item = await itemOf("W3SVC4/u_ex210303.log", IIS_HEAD + scan.join(""));
    expect((await read(item, { cutFromBytes: 30_000 })).outcome).toBeNull();
  });
});
