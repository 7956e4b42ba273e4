import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { fragmentJson } from "./json.ts";
import { programOf } from "./json-program.ts";
import { startRendering } from "./record.ts";
import {
  DUMP_STYLE,
  damageOf,
  dataOf,
  fieldsOf,
  readChunk,
  systemOf,
  toJson,
  toJsonText,
  toXml,
} from "@postern/evtx";
import type { EvtxRecord } from "@postern/evtx";
import * as made from "./testing/index.ts";

// Optional: real logs beside their inventory; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const folder = join(corpus, "B_evtx");
const present = corpus !== "" && existsSync(folder);
const inventory = join(corpus, "index", "evtx_inventory.csv");
const SLOW = { timeout: 300_000 };

function filesBelow(below: string, ending: string): readonly string[] {
  return readdirSync(join(folder, below), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(below, name))
    .sort();
}

/** Cells of a line of the inventory, whose notes are quoted. */
function cellsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gu)].map((cell) => cell[1] ?? cell[2] ?? "");
}

/** Files whose count differs from the better of the inventory's two, and why. */
const EXPLAINED: ReadonlyMap<string, string> = new Map([
  [
    "2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx",
    "1910 of 1912: the inventory counts two records whose second half was overwritten by an older state of the chunk; they are damage with their id",
  ],
  [
    "sample_with_a_bad_chunk_magic.evtx",
    "298 of 270: records behind a broken one are read on, where both counts stop",
  ],
]);

describe.skipIf(!present || !existsSync(inventory))(
  "real logs of many machines (POSTERN_CORPUS with its index; skipped when it is not set)",
  () => {
    it("give as many records as the better of two other counts, or the reason is known", SLOW, async () => {
      const [head = "", ...lines] = readFileSync(inventory, "utf8").trim().split(/\r?\n/u);
      const names = cellsOf(head);
      const differing = new Map<string, string>();
      for (const line of lines) {
        const row = Object.fromEntries(cellsOf(line).map((cell, index) => [names[index] ?? "", cell]));
        const path = row["path"] ?? "";
        const read = await made.readBack(readFileSync(join(folder, path)));
        const count = read.records.filter(({ origin }) => origin === "log").length;
        const wanted = Math.max(Number(row["records"]), Number(row["libevtx_records"]));
        if (count !== wanted) differing.set(basename(path), `${String(count)} of ${String(wanted)}`);
      }
      expect(lines.length).toBeGreaterThan(500);
      expect([...differing].sort()).toEqual(
        [...EXPLAINED].map(([name, why]) => [name, why.split(":")[0] ?? ""]).sort(),
      );
    });
  },
);

/** `path=value` for everything that a JSON form of an event says, in one spelling of names, GUIDs and times. */
function factsOf(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    return entries.flatMap((entry, index) => factsOf(entry, `${path}[${String(index)}]`));
  }
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => factsOf(inner, `${path}${partOf(key)}`));
  const text = plain(typeof value === "string" ? value : JSON.stringify(value));
  return value === null || text === "" ? [] : [`${path}=${text}`];
}

function partOf(key: string): string {
  if (key === "#text") return "";
  if (key === "#attributes") return "@";
  return key.endsWith("_attributes") ? `.${key.slice(0, -"_attributes".length)}@` : `.${key}`;
}

/** GUIDs without braces in capitals, times with six digits: spellings in which tools differ. */
function plain(text: string): string {
  const guid = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/iu.exec(text)?.[1];
  if (guid !== undefined) return guid.toUpperCase();
  const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)$/u.exec(text);
  return time === null ? text : `${time[1] ?? ""}.${(time[2] ?? "").padEnd(6, "0").slice(0, 6)}Z`;
}

/** Elements, attributes and texts of XML in their order; blanks between elements are layout. */
function xmlFacts(xml: string): readonly string[] {
  const open: string[] = [];
  const facts: string[] = [];
  for (const [, end, name, attributes = "", text] of xml.matchAll(/<(\/?)([\w.:-]+)([^>]*)>|([^<]+)/gu)) {
    if (name === undefined) {
      if (text !== undefined && text.trim() !== "") facts.push(`${open.join(".")}=${plain(unescape(text))}`);
    } else if (end === "/") open.pop();
    else {
      open.push(name);
      for (const [, key, value = ""] of attributes.matchAll(/([\w.:-]+)="([^"]*)"/gu))
        facts.push(`${open.join(".")}@${key ?? ""}=${plain(unescape(value))}`);
      if (attributes.endsWith("/")) open.pop();
    }
  }
  return facts;
}

function unescape(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(\w+);/gu, (whole, name: string) => named[name] ?? whole);
}

/** The body behind the header of a snapshot. */
function snapshot(path: string): string {
  const text = readFileSync(join(folder, path), "utf8");
  return text.slice(text.indexOf("\n---\n", 3) + 5);
}

async function samplesOf(below: string): Promise<readonly EvtxRecord[]> {
  const records: EvtxRecord[] = [];
  for (const path of filesBelow(below, ".evtx"))
    records.push(...(await made.readBack(readFileSync(join(folder, path)))).records);
  return records;
}

describe.skipIf(!present)("results of other readers (POSTERN_CORPUS; skipped when it is not set)", () => {
  it("agree: every golden snapshot of the Rust crate has its record", SLOW, async () => {
    const records = await samplesOf("omerbenamram-evtx/samples");
    const json = new Map(records.map((record) => [factsOf(toJson(record)).toSorted().join("\n"), record]));
    const xml = new Set(records.map((record) => xmlFacts(toXml(record)).join("\n")));
    const missing: string[] = [];
    const paths = filesBelow("omerbenamram-evtx/tests/snapshots", ".snap").filter((path) =>
      path.includes("record_samples"),
    );
    for (const path of paths) {
      const text = snapshot(path);
      const isJson = text.trimStart().startsWith("{");
      const found = isJson
        ? json.has(factsOf(JSON.parse(text)).toSorted().join("\n"))
        : xml.has(xmlFacts(text.replace(/^<\?xml.*?\?>/u, "")).join("\n"));
      if (!found) missing.push(basename(path));
    }
    expect(paths.length).toBe(18);
    expect(missing).toEqual(WITHOUT_SAMPLE.map((name) => `test_record_samples__${name}.snap`));
  });

  it("agree field by field with the JSON beside each regression log of Sigma", SLOW, async () => {
    const paths = filesBelow("sigmahq-regression/regression_data", ".json");
    const differing: string[] = [];
    for (const path of paths) {
      const wanted = eventsIn(readFileSync(join(folder, path), "utf8")).map((event) => factsOf(event));
      const read = await made.readBack(readFileSync(join(folder, path.replace(/json$/u, "evtx"))));
      const got = new Map(
        read.records.map((record) => [systemOf(record)?.recordId, factsOf(toJson(record))]),
      );
      for (const facts of wanted) {
        const id = facts.find((fact) => fact.startsWith(".Event.System.EventRecordID="))?.split("=")[1] ?? "";
        const ours = got.get(id) ?? [];
        const unlike = [
          ...facts.filter((fact) => !ours.includes(fact)),
          ...ours.filter((fact) => !facts.includes(fact)),
        ];
        if (unlike.length > 0) differing.push(`${basename(path)} record ${id}: ${unlike.join(" | ")}`);
      }
    }
    expect(paths.length).toBeGreaterThanOrEqual(148);
    // This one was edited by hand: its parent is `Explorer.exe` there and `Explorer.EXE` in the log.
    expect(differing.filter((text) => !text.startsWith("ad691d92-15f2-4181-9aa4-723c74f9ddc3"))).toEqual([]);
  });

  it("agree on a cmdlet record of Exchange that a collector received", async () => {
    const path = "omerbenamram-evtx/samples/MSExchange_Management_wec.evtx";
    const { records, damage } = await made.readBack(readFileSync(join(folder, path)));
    expect(damage).toEqual([]);
    const [record] = records;
    if (record === undefined) throw new Error("the record was not read");
    expect(systemOf(record)).toMatchObject({
      provider: "MSExchange CmdletLogs",
      eventId: "1",
      qualifiers: "16384",
      recordId: "3229",
      channel: "MSExchange Management",
      computer: "WEC.ave.local",
      timeCreated: "2021-11-19T16:52:33.833733500Z",
    });
    const values = dataOf(record).map(({ value }) => value);
    expect(values).toHaveLength(27);
    expect(values[0]).toBe("Set-Mailbox");
    expect(values[1]).toBe(
      '-Identity "Administrateur" -DeliverToMailboxAndForward "False" -ForwardingSmtpAddress "smtp:test2@example.com"',
    );
    expect(values[26]).toBe("fr-FR");
  });
});

/** The events of a file: one behind the other, each over many lines. */
function eventsIn(text: string): readonly unknown[] {
  return text
    .split(/\n(?=\{)/u)
    .filter((part) => part.trim() !== "")
    .map((part): unknown => JSON.parse(part));
}

describe.skipIf(!present)("the quick way to JSON (POSTERN_CORPUS; skipped when it is not set)", () => {
  it("writes the same bytes as the plain one for every record there is", SLOW, async () => {
    let quick = 0;
    let records = 0;
    for (const path of filesBelow("", ".evtx")) {
      await made.readBack(readFileSync(join(folder, path)), (record) => {
        if (record.root === null) return;
        records++;
        if (programOf(record.root.template) !== null) quick++;
        const plain = fragmentJson(record.root, startRendering(record, DUMP_STYLE));
        if (toJsonText(record) !== plain) expect(toJsonText(record), path).toBe(plain);
      });
    }
    expect(quick / records).toBeGreaterThan(0.9);
  });
});

/** Snapshots of samples that are not there. */
const WITHOUT_SAMPLE: readonly string[] = [
  "event_json_sample_with_event_data",
  "event_json_sample_with_separate_json_attributes",
  "event_json_with_size_t",
  "event_xml_sample_with_event_data",
];

/** Every output, so that whatever a chunk can break is met. */
function decodeAll(record: EvtxRecord): void {
  toJsonText(record);
  toXml(record);
  systemOf(record);
  dataOf(record);
  fieldsOf(record, ["Image", "CommandLine"]);
  damageOf(record);
}

describe.skipIf(!present)(
  "real chunks, broken on purpose (POSTERN_CORPUS; skipped when it is not set)",
  () => {
    const chunks = present
      ? [
          "omerbenamram-evtx/samples/system.evtx",
          "omerbenamram-evtx/samples/MSExchange_Management_wec.evtx",
          "artemis/Security.evtx",
        ].map((path) => readFileSync(join(folder, path)).subarray(4096, 4096 + 65_536))
      : [];

    it("cut at every offset give what stands before the cut", SLOW, () => {
      for (const chunk of chunks) {
        const used = readChunk(chunk, 0).header?.freeSpaceOffset ?? 0;
        // The records between two cuts differ only near the cut, so the last few are decoded at each.
        for (let end = 0; end <= used; end++) {
          const { records } = readChunk(chunk.subarray(0, end), 0);
          records.slice(-2).forEach(decodeAll);
        }
      }
    });

    it("with a flipped byte at any place give records or damage", SLOW, () => {
      for (const chunk of chunks) {
        const copy = Buffer.from(chunk);
        for (let at = 0; at < 12_000; at++) {
          const byte = copy[at] ?? 0;
          for (const mask of [0xff, 0x01]) {
            copy[at] = byte ^ mask;
            readChunk(copy, 0).records.slice(0, 12).forEach(decodeAll);
          }
          copy[at] = byte;
        }
      }
    });
  },
);
