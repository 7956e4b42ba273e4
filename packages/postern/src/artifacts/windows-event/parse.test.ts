import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../core/index.ts";
import type { ByteSource } from "../../core/index.ts";
import type { ArtifactRecord, Damage } from "../../model/index.ts";
import { identify, parseWindowsEvents } from "./index.ts";
import type { WindowsEventOptions } from "./index.ts";
import { SAMPLES, SYSMON_VALUES } from "./samples.ts";

interface Result {
  readonly records: ArtifactRecord[];
  readonly damage: Damage[];
}

async function parse(bytes: Uint8Array | string, options: WindowsEventOptions = {}): Promise<Result> {
  const source = fromBytes(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  const all: Result = { records: [], damage: [] };
  for await (const batch of parseWindowsEvents(source, 7, options)) {
    all.records.push(...batch.records);
    all.damage.push(...batch.damage);
  }
  return all;
}

function fieldsOf(record: ArtifactRecord | undefined): Record<string, string> {
  return Object.fromEntries((record?.names ?? []).map((name, i) => [name, record?.values[i] ?? ""]));
}

function only(record: ArtifactRecord | undefined, names: readonly string[]): Record<string, string> {
  const fields = fieldsOf(record);
  return Object.fromEntries(
    names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name] ?? ""]),
  );
}

const one = (id: number, extra = ""): string =>
  `{"Event":{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":${String(id)},"EventRecordID":${String(id)},` +
  `"Channel":"Security","Computer":"EX1"},"EventData":{"A":"x${extra}"}}}`;

describe("every form of an exported event", () => {
  it.each(SAMPLES)("$name gives the same values under the same names", async ({ text }) => {
    expect(identify(Buffer.from(text), "any-name.bin")).toBe(true);
    const { records, damage } = await parse(text);
    expect(damage).toEqual([]);
    expect(records).toHaveLength(1);
    expect(only(records[0], Object.keys(SYSMON_VALUES))).toEqual(SYSMON_VALUES);
    expect(only(records[0], ["Channel", "EventID", "Level"])).toEqual(
      expect.objectContaining({ EventID: "1" }),
    );
  });

  it.each(SAMPLES.filter(({ header }) => header))(
    "$name keeps channel, provider, computer, record id and level",
    async ({ text }) => {
      const fields = fieldsOf((await parse(text)).records[0]);
      expect(
        only((await parse(text)).records[0], [
          "Channel",
          "Provider",
          "EventID",
          "Computer",
          "EventRecordID",
          "Level",
        ]),
      ).toEqual({
        Channel: "Microsoft-Windows-Sysmon/Operational",
        Provider: "Microsoft-Windows-Sysmon",
        EventID: "1",
        Computer: "EXCH01.school.example",
        EventRecordID: "4711",
        Level: "4",
      });
      expect(fields["TimeCreated"]).not.toBe("");
    },
  );

  it.each(SAMPLES)(
    "$name reads the same with CRLF, with a byte order mark, in UTF-16 and in chunks of one byte",
    async ({ text }) => {
      const plain = (await parse(text)).records.map(fieldsOf);
      const crlf = text.replace(/\n/g, "\r\n");
      const wide = Buffer.from(`\ufeff${text}`, "utf16le");
      const big = Buffer.from(wide).swap16();
      const shapes = [Buffer.from(`\ufeff${text}`), Buffer.from(crlf), wide, big, wide.subarray(2)];
      for (const [index, bytes] of shapes.entries()) {
        expect(identify(bytes, "")).toBe(true);
        for (const chunkBytes of [1, 7, 65_536]) {
          const { records, damage } = await parse(bytes, { chunkBytes });
          expect(damage).toEqual([]);
          if (index !== 1) expect(records.map(fieldsOf)).toEqual(plain);
          else expect(records).toHaveLength(plain.length);
        }
      }
    },
  );
});

describe("a file of many records", () => {
  const good = [one(1), one(2), one(3)];
  const pretty = good.map((text) => JSON.stringify(JSON.parse(text), null, 2));

  it("cites the bytes of every record and keeps its text", async () => {
    const text = good.join("\n");
    const { records, damage } = await parse(text);
    expect([records.length, damage.length]).toEqual([3, 0]);
    const start = Buffer.byteLength(good[0] ?? "") + 1;
    expect(records[1]).toEqual({
      artifact: "windows-event",
      names: ["Channel", "Provider", "EventID", "Computer", "EventRecordID", "A"],
      values: ["Security", "P", "2", "EX1", "2", "x"],
      surplus: [],
      at: { item: 7, offsetBytes: start, lengthBytes: Buffer.byteLength(good[1] ?? ""), record: 2 },
      raw: good[1],
      repairs: [],
    });
  });

  it.each([
    ["lines", good.join("\n") + "\n"],
    ["a list on one line", `[${good.join(",")}]`],
    ["a list over lines", `[\n${good.join(",\n")}\n]`],
    ["objects over many lines one after the other", pretty.join("\n")],
    ["objects without anything between", good.join("")],
    [
      "an indented list",
      JSON.stringify(
        good.map((text): unknown => JSON.parse(text)),
        null,
        4,
      ),
    ],
    ["PowerShell's list inside value", `{"value":[${good.join(",")}],"Count":3}`],
    ["lines behind a syslog prefix", good.map((text) => `<14>Mar  3 10:00:00 wec nx: ${text}`).join("\n")],
    [
      "a search result",
      `{"took":3,"timed_out":false,"hits":{"total":{"value":3},"hits":[${good.map((t) => `{"_id":"a","_source":${t}}`).join(",")}]}}`,
    ],
  ])("reads %s", async (_name, text) => {
    const { records, damage } = await parse(text);
    expect(damage).toEqual([]);
    expect(records.map((record) => record.at.record)).toEqual([1, 2, 3]);
  });

  it.each([
    ["a missing brace", (text: string) => text.slice(0, -1)],
    ["a cut line", (text: string) => text.slice(0, 60)],
    ["an open quote", (text: string) => text.replace('"A":"x"', '"A":"x')],
    ["a quote inside a text", (text: string) => text.replace('"A":"x"', '"A":"x"y"')],
    ["a comma too many", (text: string) => text.replace('"A":"x"', '"A":"x",')],
    ["a text that is no object", () => "some note of an admin"],
  ])("goes on with the next record after %s", async (_name, breakIt) => {
    const text = [good[0] ?? "", breakIt(good[1] ?? ""), good[2] ?? ""].join("\n");
    const { records, damage } = await parse(text);
    expect(records.map((record) => record.at.record)).toEqual([1, 3]);
    expect(damage).toHaveLength(1);
    expect(damage[0]).toMatchObject({ code: "JSON_MALFORMED", lost: "record", at: { item: 7, record: 2 } });
    expect(damage[0]?.at.offsetBytes).toBe((good[0] ?? "").length + 1);
  });

  it.each([
    [
      "an indented list",
      (texts: string[]) => `[\n${texts.map((text) => text.replace(/^/gm, "  ")).join(",\n")}\n]`,
      pretty,
    ],
    ["a list on one line", (texts: string[]) => `[${texts.join(",")}]`, good],
    ["objects over many lines", (texts: string[]) => texts.join("\n"), pretty],
  ])("loses only the broken record of %s", async (_name, join, texts) => {
    const broken = (texts[1] ?? "").replace(/"A":\s*"x"/, '"A":"x');
    const { records, damage } = await parse(join([texts[0] ?? "", broken, texts[2] ?? ""]));
    expect(records.map((record) => record.at.record)).toEqual([1, 3]);
    expect(damage.map(({ code }) => code)).toEqual(["JSON_MALFORMED"]);
  });

  it("mends paths whose backslashes are not doubled and says so", async () => {
    const text = one(5).replace('"A":"x"', String.raw`"A":"C:\Windows\inetsrv"`);
    const { records } = await parse(text);
    expect(fieldsOf(records[0])["A"]).toBe(String.raw`C:\Windows\inetsrv`);
    expect(records[0]?.repairs).toEqual(["control characters or backslashes not escaped"]);
  });

  it("reports an object beyond the limit with its place and reads the next one", async () => {
    const { records, damage } = await parse([one(1), one(2, "y".repeat(5000)), one(3)].join("\n"), {
      maxRecordUnits: 1000,
    });
    expect(records.map((record) => record.at.record)).toEqual([1, 3]);
    expect(damage.map(({ code, lost }) => [code, lost])).toEqual([["JSON_TOO_LARGE", "record"]]);
    expect(damage[0]?.at.lengthBytes).toBeGreaterThan(5000);
  });

  it("refuses to follow an object that is nested too deep", async () => {
    const deep = `{"Event":${"[".repeat(200)}${"]".repeat(200)}}`;
    const { records, damage } = await parse([one(1), deep, one(3)].join("\n"));
    expect(records).toHaveLength(2);
    expect(damage[0]?.note).toContain("nested deeper");
  });

  it("says that an object which is no event is none", async () => {
    const { records, damage } = await parse(`${one(1)}\n{"index":{"_id":"1"}}\n`);
    expect([records.length, damage.length]).toEqual([1, 1]);
    expect(damage[0]?.note).toContain("not a Windows event");
  });

  it("needs memory for one record, not for the file", async () => {
    const line = Buffer.from(`${one(9, "z".repeat(900))}\n`);
    const sizeBytes = line.length * 20_000;
    let largest = 0;
    const source: ByteSource = {
      sizeBytes,
      read: (offset, length) => {
        largest = Math.max(largest, length);
        const end = Math.min(sizeBytes, offset + length);
        const bytes = Buffer.alloc(Math.max(0, end - offset));
        for (let at = 0; at < bytes.length;) at += line.copy(bytes, at, (offset + at) % line.length);
        return Promise.resolve(bytes);
      },
      close: () => Promise.resolve(),
    };
    let records = 0;
    for await (const batch of parseWindowsEvents(source, 0)) {
      expect(batch.records.length).toBeLessThan(1000);
      records += batch.records.length;
    }
    expect([records, largest]).toEqual([20_000, 1 << 18]);
  });
});

describe("tables, markup and lines", () => {
  it("reads a message over several lines in a CSV of PowerShell", async () => {
    const text =
      '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n"Message","Id","ProviderName","LogName","MachineName","TimeCreated","RecordId"\n' +
      '"Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory, parameters -ExternalUrl ""http://f/"".\n\nmore","1","MSExchange CmdletLogs","MSExchange Management","EX1","3/3/2021 10:00:00 AM","12"\n';
    const { records, damage } = await parse(text);
    expect(damage).toEqual([]);
    expect(records).toHaveLength(1);
    expect(fieldsOf(records[0])).toMatchObject({
      EventID: "1",
      Channel: "MSExchange Management",
      TimeCreated: "3/3/2021 10:00:00 AM",
    });
    expect(fieldsOf(records[0])["Message"]).toContain('-ExternalUrl "http://f/".\n\nmore');
  });

  it("reads the German event viewer's CSV", async () => {
    const { records } = await parse(
      'Ebene;Datum und Uhrzeit;Quelle;Ereignis-ID;Aufgabenkategorie\nInformationen;03.03.2021 10:00:00;MSExchange CmdletLogs;1;Allgemein;"Cmdlet suceeded. Cmdlet Get-Mailbox, parameters ."\n',
    );
    expect(fieldsOf(records[0])).toMatchObject({ EventID: "1", Provider: "MSExchange CmdletLogs" });
    expect(fieldsOf(records[0])["Message"]).toContain("Get-Mailbox");
  });

  it("reads UserData, forbidden control characters and a rendered message in XML, and goes on after a cut element", async () => {
    const cleared =
      "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Eventlog'/><EventID>104</EventID>" +
      "<EventRecordID>8</EventRecordID><Channel>System</Channel><Computer>EX1</Computer></System><UserData><LogFileCleared xmlns='u'>" +
      "<SubjectUserName>admin&#x1;</SubjectUserName><Channel>Security</Channel></LogFileCleared></UserData>" +
      "<RenderingInfo Culture='en-US'><Message>The log was cleared.</Message></RenderingInfo></Event>";
    const { records, damage } = await parse(
      `<Events>\n${cleared}\n${cleared.slice(0, 140)}\n${cleared}\n</Events>`,
    );
    expect(records).toHaveLength(2);
    expect(damage.map(({ code }) => code)).toEqual(["XML_MALFORMED"]);
    expect(fieldsOf(records[1])).toMatchObject({
      Message: "The log was cleared.",
      SubjectUserName: "admin ",
      Channel: "System",
      "EventData.Channel": "Security",
    });
  });

  it("keeps quotes and blanks of key=value lines", async () => {
    const { records, damage } = await parse(
      'TimeCreated=2021-03-03T10:00:00.000Z EventCode=4104 Computer=EX1 ScriptBlockText="New-X -Path "a b" -Y=1" EngineVersion=5.1\nrubbish\n',
    );
    expect(fieldsOf(records[0])).toMatchObject({
      ScriptBlockText: 'New-X -Path "a b" -Y=1',
      EngineVersion: "5.1",
      EventID: "4104",
    });
    expect(damage.map(({ code }) => code)).toEqual(["TEXT_LINE_MALFORMED"]);
  });

  it("reads the few columns that Get-WinEvent shows, and lists of one value as Kibana writes them", async () => {
    const shown =
      '{"TimeCreated":"2021-03-03T09:00:00Z","Id":1,"LevelDisplayName":"Information","Message":"Cmdlet suceeded."}';
    const kibana =
      '{"fields":{"winlog.channel":["Security"],"event.code":["4624"],"winlog.event_data.IpAddress":["192.0.2.1"]}}';
    const { records } = await parse(`${shown}\n${kibana}`);
    expect(fieldsOf(records[0])).toMatchObject({ EventID: "1", Message: "Cmdlet suceeded." });
    expect(fieldsOf(records[1])).toEqual({ Channel: "Security", EventID: "4624", IpAddress: "192.0.2.1" });
  });

  it("recognises a file whose beginning ends inside a character", () => {
    const bytes = Buffer.from(`{"EventID":1,"Channel":"Security","A":"${"é".repeat(40_000)}"}`);
    for (const end of [65_535, 65_536]) expect(identify(bytes.subarray(0, end), "")).toBe(true);
  });

  it("gives unnamed values their names where the event is known, else numbers", async () => {
    const known = JSON.stringify({
      Id: 7045,
      ProviderName: "Service Control Manager",
      LogName: "System",
      Properties: ["svc", "C:\\x.exe", "user mode service", "auto start", "LocalSystem"].map((Value) => ({
        Value,
      })),
    });
    const unknown = JSON.stringify({
      Id: 4,
      ProviderName: "MSExchange Control Panel",
      LogName: "Application",
      Properties: [{ Value: "a" }, { Value: 2 }],
    });
    const { records } = await parse(`${known}\n${unknown}`);
    expect(fieldsOf(records[0])).toMatchObject({ ServiceName: "svc", ImagePath: "C:\\x.exe" });
    expect(fieldsOf(records[1])).toMatchObject({ Data0: "a", Data1: "2", Data: "a\n2" });
  });
});

describe("hostile input", () => {
  it.each(SAMPLES)("$name cut at every offset gives records or damage, never an error", async ({ text }) => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut < bytes.length; cut += cut < 400 ? 1 : 13) {
      const { records, damage } = await parse(bytes.subarray(0, cut));
      expect(records.length + damage.length).toBeLessThanOrEqual(3);
      if (
        cut > 0 &&
        bytes.subarray(0, cut).toString().trim() !== "" &&
        records.length === 0 &&
        identify(bytes.subarray(0, cut), "")
      ) {
        expect(records.length + damage.length).toBeGreaterThanOrEqual(text.includes("\n") ? 0 : 1);
      }
    }
  });

  it("takes any bytes, also behind a good record, and always covers them within the file", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("", `${one(1)}\n`, SAMPLES[0]?.text ?? ""),
        async (noise, before) => {
          const bytes = Buffer.concat([Buffer.from(before), noise]);
          const whole = await parse(bytes);
          for (const { at } of [...whole.records, ...whole.damage]) {
            expect(at.offsetBytes).toBeGreaterThanOrEqual(0);
            expect(at.offsetBytes + at.lengthBytes).toBeLessThanOrEqual(bytes.length);
          }
          expect(await parse(bytes, { chunkBytes: 3 })).toEqual(whole);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("is not slowed down or stopped by texts made to do so", async () => {
    const long = "x".repeat(3_000_000);
    const texts = [
      one(1, `${long}\\P`),
      one(1, "\\P".repeat(300_000)),
      `{"took":${" ".repeat(60_000)}`,
      '"System":{'.repeat(6000),
      `{"EventID":1,"Channel":"c"${',"a":"'.repeat(9000)}`,
      `EventCode=1 Computer=x A="${'"'.repeat(20_000)}`,
      `"Id","LogName","Message","TimeCreated"\n${'"'.repeat(100_001)}`,
      `<Event><System><EventID>1</EventID></System>${"<a>".repeat(50_000)}</Event>`,
    ];
    for (const text of texts) {
      const { records, damage } = await parse(text);
      expect(records.length + damage.length).toBeGreaterThan(0);
    }
  });

  it("does not let a name in the evidence reach an object's inner workings", async () => {
    const { records } = await parse(one(1).replace('"A":"x"', '"__proto__":"p","constructor":"c"'));
    expect(records[0]?.names.slice(-2)).toEqual(["__proto__", "constructor"]);
  });

  it.each([
    "",
    "{}",
    "[]",
    "null",
    '{"a":1}',
    "<html></html>",
    "a,b\n1,2\n",
    '{"time":"x","host":"y","Id":"z"}',
    "2021-03-03 10:00:00 GET /owa 200",
  ])("does not take %j for an export of events", (text) => {
    expect(identify(Buffer.from(text), "Security.json")).toBe(false);
  });
});
