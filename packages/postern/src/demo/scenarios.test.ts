import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";

import { CHUNK_BYTES, dataOf, FILE_HEADER_BYTES, readChunk, systemOf } from "@postern/evtx";
import { SCENARIOS, buildScenario } from "./scenarios.ts";
import type { BuiltScenario } from "./scenarios.ts";
import type { PlantKind } from "./ledger.ts";
import type { BuiltFile } from "./tree.ts";

const SCALE = 0.3;
const built = new Map<string, BuiltScenario>();

function scenario(id: string): BuiltScenario {
  const known = built.get(id) ?? buildScenario(id, { trafficScale: SCALE });
  built.set(id, known);
  return known;
}

function digest(files: readonly BuiltFile[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file.path}\0${file.modifiedMs}\0`).update(file.bytes);
  return hash.digest("hex");
}

/** The events of a log, one a line. */
function recordsText(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = FILE_HEADER_BYTES; at < bytes.length; at += CHUNK_BYTES)
    for (const record of readChunk(bytes.subarray(at, at + CHUNK_BYTES), at).records)
      lines.push(JSON.stringify(dataOf(record)));
  return lines.join("\n");
}

/** The text of a file, in the encoding in which it was written. */
function textOf(file: BuiltFile): string {
  const bytes = Buffer.from(file.bytes);
  if (file.path.endsWith(".evtx")) return recordsText(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le");
  return file.path.startsWith("LUSD-EX03/Auswertung") ? bytes.toString("latin1") : bytes.toString("utf8");
}

function kinds(id: string): Partial<Record<PlantKind, number>> {
  const counts: Partial<Record<PlantKind, number>> = {};
  for (const row of scenario(id).truth.planted) counts[row.what] = (counts[row.what] ?? 0) + 1;
  return counts;
}

/** Number of values of a CSV line; quotes may hold commas. */
function csvWidth(line: string): number {
  return line.replaceAll(/"(?:[^"]|"")*"/g, "").split(",").length;
}

interface OddLine {
  readonly path: string;
  readonly line: string;
}

/** Every data line whose number of values differs from its header. */
function misfits(files: readonly BuiltFile[]): readonly OddLine[] {
  return files.filter((file) => /\.log$/i.test(file.path) && !file.path.includes("Setup")).flatMap(misfitsOf);
}

function misfitsOf(file: BuiltFile): readonly OddLine[] {
  const odd: OddLine[] = [];
  let fields = "";
  for (const line of textOf(file).replace("\uFEFF", "").split("\r\n")) {
    if (line.startsWith("#Fields: ")) fields = line.slice("#Fields: ".length);
    if (line === "" || line.startsWith("#") || line.startsWith("DateTime,")) continue;
    const iis = !fields.includes(",");
    const [has, needs] = iis
      ? [line.split(" ").length, fields.split(" ").length]
      : [csvWidth(line), csvWidth(fields)];
    if (has !== needs) odd.push({ path: file.path, line });
  }
  return odd;
}

describe.each(SCENARIOS.map(({ id }) => id))("scenario %s", (id) => {
  test("the same seed gives the same bytes, file times included", () => {
    const again = buildScenario(id, { trafficScale: SCALE });
    expect(digest(again.files)).toBe(digest(scenario(id).files));
    expect(again.truth).toEqual(scenario(id).truth);
  });

  test("what the truth calls planted is in its file, once", () => {
    const { files, truth } = scenario(id);
    const texts = new Map(files.map((file) => [file.path, textOf(file)]));
    for (const row of truth.planted) {
      const text = texts.get(row.path);
      expect(text, row.path).toBeDefined();
      if (row.what === "web-shell-file") continue;
      const times = (text ?? "").split(row.needle).length - 1;
      if (row.what === "process-event" || row.what === "compiled-trace") expect(times).toBeGreaterThan(0);
      else expect(times, `${row.what} ${row.needle}`).toBe(1);
    }
  });

  test("every line has as many values as its header, but for the listed oddities", () => {
    const { files, truth } = scenario(id);
    const listed = new Set(truth.oddities.map((oddity) => oddity.path));
    for (const { path, line } of misfits(files)) {
      const twoBlanks = path.includes("W3SVC2") || path === "u_ex210303.log";
      if (twoBlanks) expect(line).toMatch(/ \/powershell .* 444 {2}LARCHMERE/);
      else expect(listed, line).toContain(path);
    }
  });

  test("no address outside the documentation and private ranges occurs", () => {
    for (const file of scenario(id).files.filter(({ path }) => /W3SVC|u_ex/.test(path))) {
      for (const [address] of textOf(file).matchAll(/(?<=[ ])\d{1,3}(?:\.\d{1,3}){3}(?=[ ])/g)) {
        expect(address).toMatch(/^(?:10|127\.0\.0|192\.0\.2|198\.51\.100|203\.0\.113)\./);
      }
    }
  });
});

test("another seed gives other bytes", () => {
  const other = buildScenario("two-servers", { seed: 2, trafficScale: SCALE });
  expect(digest(other.files)).not.toBe(digest(scenario("two-servers").files));
});

test("an unknown scenario is refused by name", () => {
  expect(() => buildScenario("nothing")).toThrow("no such demo scenario: nothing");
});

describe("what the scenarios hold", () => {
  test("a quiet month holds no forged request and no request for a back door", () => {
    expect(scenario("clean").truth.planted).toEqual([]);
    for (const file of scenario("clean").files) expect(textOf(file)).not.toMatch(/ServerInfo~|aspnet_client/);
  });

  test("the probed server answered one anchor on autodiscover and nothing else", () => {
    expect(kinds("probed")).toMatchObject({
      "ssrf-autodiscover": 1,
      "ssrf-refused": 3,
      "ssrf-localhost-scan": 2,
      "iis-back-ssrf": 1,
    });
  });

  test("the patched server refused every step", () => {
    const counts = kinds("patched-then-attacked");
    expect(counts["ssrf-refused"]).toBe(24);
    expect(counts["shell-name-guess"]).toBe(40);
    const rows = scenario("patched-then-attacked").files.flatMap((file) =>
      file.path.includes("/HttpProxy/") ? textOf(file).split("\r\n") : [],
    );
    for (const row of rows.filter((line) => line.includes("ServerInfo~"))) {
      expect(row.split(",")[19]).toMatch(/^[45]\d\d$/);
    }
  });

  test("the broken-into server shows every step of the chain in every log", () => {
    expect(kinds("proxylogon")).toMatchObject({
      "ssrf-autodiscover": 1,
      "ssrf-mapi": 1,
      "ssrf-session-241": 1,
      "ssrf-get-object": 1,
      "ssrf-set-object": 1,
      "ssrf-reset": 1,
      "ssrf-tidy-up": 1,
      "ssrf-ews": 3,
      "iis-back-ssrf": 10,
      "ecp-set-script": 1,
      "ecp-reset": 2,
      "cmdlet-event": 3,
      "ews-mailbox-read": 3,
      "web-shell-file": 1,
      "compiled-trace": 1,
      "shell-used": 6,
      "process-event": 1,
    });
  });

  test("when the logs are gone only the file and a module are left", () => {
    expect(kinds("proxylogon-logs-rolled-off")).toEqual({ "web-shell-file": 1, "iis-module": 1 });
    const shell = scenario("proxylogon-logs-rolled-off").files.find(({ path }) =>
      path.endsWith("q7Zr2mXw.aspx"),
    );
    expect(new Date(shell?.modifiedMs ?? 0).toISOString()).toBe("2021-03-03T10:15:34.000Z");
  });

  test("mail is stolen in three ways, and the twin has none of them", () => {
    expect(kinds("proxylogon-mail-theft")).toMatchObject({
      "ews-mailbox-read": 6,
      "mail-command": 3,
      "ssrf-powershell": 3,
    });
    expect(kinds("proxyshell-export")).toMatchObject({ "proxyshell-request": 6, "mail-command": 5 });
    expect(kinds("rule-forwarding")).toMatchObject({ "stolen-session": 8, "mail-forwarded": 4 });
    expect(kinds("clean-delegates")).toEqual({});
  });

  test("two servers share the traces between them, and one log has no server's name", () => {
    const where = new Map(
      scenario("two-servers").truth.planted.map((row) => [row.what, row.path.split("/")[0]]),
    );
    expect(where.get("ssrf-session-241")).toBe("LUSD-EX01");
    expect(where.get("ecp-set-script")).toBe("LUSD-EX02");
    expect(where.get("web-shell-file")).toBe("LUSD-EX02");
    expect(where.get("cmdlet-event")).toBe("LUSD-EX02");
    expect(where.get("iis-back-ssrf")).toBe("u_ex210303.log");
  });

  test("the load balancer is the client of nearly all front-end lines", () => {
    const lines = scenario("two-servers").files.flatMap((file) =>
      file.path.startsWith("LUSD-EX01/C/inetpub/logs/LogFiles/W3SVC1") ? textOf(file).split("\r\n") : [],
    );
    const outside = lines.filter((line) => / 10\.20\.1\.11 [A-Z_]+ /.test(line));
    const balanced = outside.filter((line) => line.includes(" 10.20.0.5 "));
    expect(balanced.length / outside.length).toBeGreaterThan(0.8);
    expect(balanced.length).toBeLessThan(outside.length);
  });

  test("the spreadsheet has German dates, semicolons and Windows-1252", () => {
    const table = scenario("localised").files.find(({ path }) => path.endsWith(".csv"));
    const text = Buffer.from(table?.bytes ?? []).toString("latin1");
    expect(text).toMatch(/\r\n03\.03\.2021 10:15:23;/);
    expect(text).toContain("NT-AUTORITÄT\\SYSTEM");
  });

  test("every id that IIS notes on an authenticated request is a request id of HttpProxy", () => {
    const { files } = scenario("proxylogon");
    const ids = new Set<string>();
    for (const file of files.filter(({ path }) => path.includes("/HttpProxy/"))) {
      for (const line of textOf(file).split("\r\n"))
        if (/^\d{4}-/.test(line)) ids.add(line.split(",")[1] ?? "");
    }
    let joined = 0;
    for (const file of files.filter(
      ({ path }) => path.includes("/W3SVC1/") && path > "LUSD-EX01/C/inetpub/logs/LogFiles/W3SVC1/u_ex210210",
    )) {
      for (const line of textOf(file).split("\r\n")) {
        const id = /cafeReqId=([0-9a-f-]+)/.exec(line)?.[1];
        if (id === undefined || / 443 - .* 401 /.test(line)) continue;
        expect(ids).toContain(id);
        joined++;
      }
    }
    expect(joined).toBe(ids.size);
  });

  test("every text log is there on every day of a quiet month", () => {
    const paths = scenario("clean").files.map(({ path }) => path);
    const folders = [
      "W3SVC1",
      "W3SVC2",
      "ECP/Server",
      "Ews",
      "MapiHttp",
      "OABGeneratorLog",
      "audit",
      "MessageTracking",
    ];
    const protocols = ["Autodiscover", "Eas", "Ecp", "Ews", "Mapi", "Oab", "Owa", "PowerShell", "RpcHttp"];
    const all = [...folders, ...protocols.map((protocol) => `HttpProxy/${protocol}`)];
    for (let day = Date.UTC(2021, 1, 8); day < Date.UTC(2021, 2, 13); day += 86_400_000) {
      const stamp = new Date(day).toISOString().slice(2, 10).replaceAll("-", "");
      for (const folder of all) {
        const found = paths.some((path) => path.includes(`/${folder}/`) && path.includes(stamp));
        expect(found, `${folder} ${stamp}`).toBe(true);
      }
    }
  });

  test("the logs themselves hold the same events as an export would", () => {
    const management = scenario("proxylogon").files.find(({ path }) =>
      path.endsWith("winevt/Logs/MSExchange Management.evtx"),
    );
    const chunk = Buffer.from(management?.bytes ?? []).subarray(FILE_HEADER_BYTES);
    const { records, damage } = readChunk(chunk, FILE_HEADER_BYTES);
    expect(damage).toEqual([]);
    expect(records.length).toBeGreaterThan(30);
    const script = records.find((record) => dataOf(record)[1]?.value.includes("<script"));
    expect(script && systemOf(script)).toMatchObject({
      provider: "MSExchange CmdletLogs",
      eventId: "1",
      timeCreated: "2021-03-03T10:15:32.0200000Z",
    });
  });

  test("the exported events are valid JSON of PowerShell and of winlogbeat", () => {
    const management = scenario("probed").files.find(({ path }) =>
      path.endsWith("MSExchange Management.json"),
    );
    const text = Buffer.from(management?.bytes ?? []).toString("utf8");
    expect(text).toContain("\\/Date(");
    const events: unknown = JSON.parse(text.slice(1));
    expect(Array.isArray(events) && events.length).toBeGreaterThan(20);
    expect(events).toContainEqual(
      expect.objectContaining({
        Id: 1,
        ProviderName: "MSExchange CmdletLogs",
        LogName: "MSExchange Management",
      }),
    );
    const beats = scenario("two-servers").files.find(({ path }) => path.endsWith("winlogbeat.ndjson"));
    const lines = Buffer.from(beats?.bytes ?? [])
      .toString("utf8")
      .trimEnd()
      .split("\n");
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("winlog.channel");
  });

  test("the update shows in the version of the logs", () => {
    const versions = scenario("clean").files.flatMap((file) =>
      file.path.includes("/HttpProxy/Ews/")
        ? [...textOf(file).matchAll(/#Version: (\S+)/g)].map((match) => match[1])
        : [],
    );
    expect([...new Set(versions)]).toEqual(["15.01.2176.002", "15.01.2176.009"]);
  });
});
