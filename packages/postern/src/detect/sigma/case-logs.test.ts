import { describe, expect, it } from "vitest";

import { parseTextLog, parseWindowsEvents } from "../../artifacts/index.ts";
import { fromBytes } from "../../core/index.ts";
import { normalizeTextRecord, normalizeWindowsEvent } from "../../events/index.ts";
import { WHOLE_RECORD, type ArtifactRecord, type Event } from "../../model/index.ts";
import { findDataFolder } from "../../knowledge/index.ts";
import { loadPacks, readRuleCases, type RuleCase } from "../packs/index.ts";
import { compilePackRules } from "./index.ts";

const { packs } = loadPacks(findDataFolder("packs"));
const rules = compilePackRules(packs);
const cases = packs.flatMap((pack) => pack.rules.flatMap((rule) => readRuleCases(pack, rule, [])));

/** A case written as the log that would hold it, and what our own readers make of that log. */
interface CaseRecord {
  /** The line or JSON object of the record alone. */
  readonly raw: string;
  readonly events: readonly Event[];
}

const LOG_TYPES: Readonly<Record<string, string>> = {
  "exchange-httpproxy": "HttpProxy Logs",
  "exchange-ecp-server": "ECP Server Log",
  "exchange-oab-generator": "OAB Generator Log",
  "exchange-cmdlet": "Rps Cmdlet Logs",
  "exchange-audit": "audit",
  "exchange-ews": "EWS Logs",
  "exchange-rps-http": "Rps Http Logs",
};
const TIME = "2021-03-03T06:44:37.622Z";

/** Writes a case as its artifact would, reads that with the real parsers and gives the events. */
async function readCase(one: RuleCase): Promise<CaseRecord> {
  if (one.artifact === "raw-text") return { raw: one.raw ?? "", events: [rawEvent(one.raw ?? "")] };
  if (one.artifact === "windows-event") return readWindowsCase(one);
  const { header, line } = one.artifact === "iis-w3c" ? writeW3c(one) : writeExchange(one);
  const bytes = Buffer.from(`${header}\r\n${line}\r\n`, "utf8");
  const records: ArtifactRecord[] = [];
  for await (const batch of parseTextLog(fromBytes(bytes), bytes.subarray(0, 4096), 0, { select: "all" })) {
    records.push(...batch.records);
  }
  return { raw: line, events: records.map((record) => normalizeTextRecord(record)) };
}

function rawEvent(raw: string): Event {
  const at = { item: 0, offsetBytes: 0, lengthBytes: raw.length, record: 1 };
  return {
    artifact: "raw-text",
    timeMs: null,
    server: null,
    fields: { text: raw },
    ecs: {},
    at,
    raw,
    repairs: [],
  };
}

function writeW3c({ fields }: RuleCase): { readonly header: string; readonly line: string } {
  const { date = "2021-03-03", ...others } = fields;
  const names = ["date", "time", ...Object.keys(others), "time-taken"];
  const values = [date, "06:44:37", ...Object.values(others).map((value) => value || "-"), "31"];
  const header = `#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Fields: ${names.join(" ")}`;
  return { header, line: values.join(" ") };
}

function writeExchange({ artifact, fields }: RuleCase): { readonly header: string; readonly line: string } {
  const columns = columnsOf(artifact, fields);
  const header = [
    "#Software: Microsoft Exchange Server",
    "#Version: 15.01.2106.002",
    `#Log-type: ${LOG_TYPES[artifact] ?? ""}`,
    `#Date: ${TIME}`,
    `#Fields: ${columns.map(([name]) => name).join(",")}`,
  ];
  return { header: header.join("\r\n"), line: columns.map(([, value]) => csv(value)).join(",") };
}

type Column = readonly [name: string, value: string];

function columnsOf(artifact: string, fields: Readonly<Record<string, string>>): readonly Column[] {
  if (artifact === "exchange-audit") return auditColumns(fields);
  const plain = Object.entries(fields).filter(([name]) => !name.startsWith("S:"));
  if (artifact === "exchange-oab-generator") {
    return [["timestamp", TIME], ["recordType", ""], ...plain.filter(([name]) => name !== "timestamp")];
  }
  if (artifact !== "exchange-ecp-server") return [["DateTime", TIME], ...plain];
  const items = Object.entries(fields)
    .filter(([name]) => name.startsWith("S:"))
    .map(([name, value]) => packed(`${name}=${value}`));
  return [["TimeStamp", TIME], ...plain, ["EventData", items.join(";")]];
}

/** An item with a quote or semicolon is wrapped in single quotes, and its own are doubled. */
function packed(item: string): string {
  return /[;']/.test(item) ? `'${item.replaceAll("'", "''")}'` : item;
}

function auditColumns(fields: Readonly<Record<string, string>>): readonly Column[] {
  const pairs = [...(fields["Parameters"] ?? "").matchAll(/-(\w+) "([^"]*)"/g)];
  const data = {
    Operation: fields["Cmdlet"],
    ResultStatus: fields["ExecutionResult"],
    UserId: fields["AuthenticatedUser"],
    Parameters: pairs.map(([, Name, Value]) => ({ Name, Value })),
  };
  return [
    ["Timestamp", TIME],
    ["Server", "EXCH01"],
    ["RecordType", "ExchangeAdmin"],
    ["Data", JSON.stringify(data).replaceAll("/", "\\/")],
    ["Operation", fields["Cmdlet"] ?? ""],
  ];
}

function csv(value: string): string {
  return /[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** As winlogbeat would send it: header fields apart from the event's own. */
async function readWindowsCase({ fields }: RuleCase): Promise<CaseRecord> {
  const { EventID, Channel, Provider, Computer, Message, Cmdlet, Parameters, ...own } = fields;
  // Cmdlet and Parameters are made of the unnamed values that stand beside them.
  const data =
    Cmdlet === undefined || own["Data0"] !== undefined ? own : { ...own, Data0: Cmdlet, Data1: Parameters };
  const event = {
    "@timestamp": TIME,
    ...(Message === undefined ? {} : { message: Message }),
    winlog: {
      channel: Channel,
      provider_name: Provider,
      event_id: EventID,
      computer_name: Computer,
      event_data: namedData(data),
    },
  };
  const raw = JSON.stringify(event);
  const records: ArtifactRecord[] = [];
  for await (const batch of parseWindowsEvents(fromBytes(Buffer.from(`${raw}\n`, "utf8")), 0)) {
    records.push(...batch.records);
  }
  return { raw, events: records.map((record) => normalizeWindowsEvent(record)) };
}

/** winlogbeat names unnamed values param1, param2 ...; `Data` alone is the first of them. */
function namedData(
  own: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      const unnamed = /^Data(\d*)$/.exec(name);
      return [unnamed === null ? name : `param${String(Number(unnamed[1] ?? "0") + 1)}`, value];
    }),
  );
}

describe("every case of every rule, written as a log and read by our own readers", () => {
  it.each(cases.map((one): [string, RuleCase] => [`${one.rule}: ${one.why}`, one]))(
    "%s",
    async (_name, one) => {
      const { events } = await readCase(one);
      expect(events.map(({ artifact }) => artifact)).toEqual([one.artifact]);
      const matched = events.flatMap((each) => rules.match(each)).some(({ id }) => id === one.rule);
      expect(matched).toBe(one.matches);
    },
  );
});

describe("the byte filter on the bytes of the log", () => {
  it("the raw text of every case that matches holds a literal of its artifact", async () => {
    for (const one of cases.filter(({ matches, artifact }) => matches && !rules.parseAll.has(artifact))) {
      const { raw } = await readCase(one);
      const literals = rules.literalsFor(one.artifact);
      expect([one.rule, one.why, literals.some((text) => raw.toLowerCase().includes(text))]).toEqual([
        one.rule,
        one.why,
        true,
      ]);
      const get = (column: string): string | null => (column === WHOLE_RECORD ? raw.toLowerCase() : null);
      const glimpse = { get, numberOf: () => null, holdsAny: () => null };
      const found = literals.filter((text) => raw.toLowerCase().includes(text));
      expect([one.rule, one.why, rules.mayMatch(one.artifact, glimpse, found)]).toEqual([
        one.rule,
        one.why,
        true,
      ]);
    }
  });
});
