import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockKernel, compileLiterals, fromBytes } from "../../core/index.ts";
import type { ArtifactRecord } from "../../model/index.ts";
import { identifyTextLog, parseTextLog, type TextBatch, type TextLogOptions } from "./index.ts";

interface Read {
  readonly records: readonly ArtifactRecord[];
  readonly damage: TextBatch["damage"];
  readonly counts: TextBatch["counts"];
}

async function read(text: string | Uint8Array, options: TextLogOptions = { select: "all" }): Promise<Read> {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const records: ArtifactRecord[] = [];
  const damage: TextBatch["damage"][number][] = [];
  let counts: TextBatch["counts"] = { records: 0, damaged: 0, headers: 0 };
  for await (const batch of parseTextLog(fromBytes(bytes), bytes.subarray(0, 65_536), 0, options)) {
    records.push(...batch.records);
    damage.push(...batch.damage);
    counts = batch.counts;
  }
  return { records, damage, counts };
}

function valueOf(record: ArtifactRecord | undefined, name: string): string | undefined {
  return record?.values[record.names.indexOf(name)];
}

const IIS =
  "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n";
const LINE = "2021-03-03 09:12:13 10.0.0.5 GET /owa/ - 443 - 192.0.2.7 Mozilla/5.0 - 200 0 0 15\r\n";
const HTTPPROXY =
  "#Software: Microsoft Exchange Server\n#Version: 15.01.2176.002\n#Log-type: HttpProxy Logs\n#Fields: DateTime,RequestId,Protocol,UrlStem,AnchorMailbox,UserAgent,HttpStatus\n";

test("an ordinary line of a web server gives one record with its place", async () => {
  const { records, damage, counts } = await read(IIS + LINE);
  expect(damage).toEqual([]);
  expect(counts).toEqual({ records: 1, damaged: 0, headers: 2 });
  expect(records[0]?.at).toEqual({
    item: 0,
    offsetBytes: IIS.length,
    lengthBytes: LINE.length - 2,
    record: 3,
  });
  expect(valueOf(records[0], "c-ip")).toBe("192.0.2.7");
});

test("notes of Exchange with blanks inside the query, and two blanks before the user, lose nothing", async () => {
  const blank = LINE.replace(" - 443", " &ADRequests=2; ADLatency=0 443");
  const two = LINE.replace("443 - ", "444  DOM\\user ");
  const { records, counts } = await read(IIS + blank + two);
  expect(counts.damaged).toBe(0);
  expect(valueOf(records[0], "cs-uri-query")).toBe("&ADRequests=2; ADLatency=0");
  expect(valueOf(records[1], "cs-username")).toBe("DOM\\user");
});

test("fields may change in the middle of a file, and headers may repeat", async () => {
  const { records, counts } = await read(
    `${IIS}${LINE}#Fields: date time c-ip cs-uri-stem sc-status\r\n2021-03-03 10:00:00 192.0.2.9 /ecp/ 302\r\n${IIS}${LINE}`,
  );
  expect(counts.records).toBe(3);
  expect(valueOf(records[1], "sc-status")).toBe("302");
  expect(valueOf(records[2], "sc-status")).toBe("200");
});

test("a quote that is never closed, as in published attack rows, still gives the row", async () => {
  const row =
    "2021-04-06T14:54:38.677Z,SRV,ECP.Request,\"S:TIME=1;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://o/''';S:EX=;S:BLD=15.0.847.32\n";
  const { records, damage } = await read(`log 1 = ${row}`);
  expect(damage).toEqual([]);
  expect(records[0]).toMatchObject({ artifact: "exchange-ecp-server" });
  expect(records[0]?.repairs).toEqual(["no header", "unclosed quote", "text before the row"]);
});

test("rows with a header of any known columns are read, also with semicolons, other names and quoted line breaks", async () => {
  const german = await read(
    "Zeitstempel;src_ip;AnchorMailbox;Status\n03.03.2021 10:15:23;192.0.2.1;ServerInfo~a]@x:444/ecp/;241\n",
  );
  expect(german.records[0]).toMatchObject({ artifact: "exchange-httpproxy" });
  expect(valueOf(german.records[0], "HttpStatus")).toBe("241");
  const broken = await read(
    '"DateTime","AnchorMailbox"\n"2021-03-03T00:00:00Z","two\nlines"\n"2021-03-03T00:00:01Z","one"\n',
  );
  expect(broken.counts).toEqual({ records: 2, damaged: 0, headers: 2 });
});

test("UTF-16, a byte of Windows-1252, zero bytes and a cut last line are read as far as they go", async () => {
  const utf16 = await read(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(IIS + LINE, "utf16le")]));
  expect(utf16.counts).toEqual({ records: 1, damaged: 0, headers: 2 });
  const latin = await read(Buffer.from(IIS + LINE.replace("/owa/", "/m\u00fcll/"), "latin1"));
  expect(valueOf(latin.records[0], "cs-uri-stem")).toBe("/m\u00fcll/");
  const cut = await read(IIS + LINE + LINE.slice(0, 60));
  expect(cut.damage.map((one) => one.code)).toEqual(["TEXT_LINE_CUT"]);
  const zeros = await read(`${IIS}${LINE}\0\0\0\0`);
  expect(zeros.damage.map((one) => one.code)).toEqual(["TEXT_NUL_BYTES"]);
});

test("a damaged line is counted, told with its place, and still given out as raw text", async () => {
  const { records, damage, counts } = await read(`${HTTPPROXY}garbage ServerInfo~x]@y:444/ecp/\n`);
  expect(counts).toEqual({ records: 0, damaged: 1, headers: 4 });
  expect(damage[0]).toMatchObject({ code: "TEXT_LINE_MALFORMED", lost: "record" });
  expect(records[0]).toMatchObject({ artifact: "raw-text" });
});

test("texts that are no logs are not taken for logs", () => {
  for (const text of ["", "hello\nworld", '{"a":1}', "a,b\n1,2", "%PDF-1.7"])
    expect(identifyTextLog(text)).toBe(false);
});

const KERNEL = BlockKernel.load();
const SAMPLE = `${IIS}${LINE}${LINE.replace("Mozilla/5.0", "python-requests/2.25.1")}${HTTPPROXY}2021-03-03T09:12:13.001Z,id,Ecp,/ecp/y.js,ServerInfo~a]@s:444/ecp/proxyLogon.ecp?#,"a ""b"", c",241\n`;

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0);
}

test("a log cut at any place gives records or damage, never an error, and every line is accounted for", async () => {
  for (let at = 0; at < SAMPLE.length; at++) {
    const text = SAMPLE.slice(0, at);
    const { counts } = await read(text);
    expect(counts.records + counts.damaged + counts.headers).toBe(lineCount(text));
  }
});

test("any bytes and any mix of lines are accounted for, in blocks of any size, on the fast road as on the plain one", async () => {
  const line = fc.oneof(
    fc.constantFrom(...SAMPLE.split("\n")),
    fc.string({ maxLength: 60 }).map((text) => text.replaceAll("\n", " ")),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 30 }),
      fc.constantFrom(7, 64, 1 << 16),
      async (lines, blockBytes) => {
        const text = `#\n${lines.map((one) => `${one}\n`).join("")}`;
        const plain = await read(text);
        const limits = { blockBytes, maxLineBytes: 1 << 16 };
        expect(await read(text, { select: "all", limits })).toEqual(plain);
        expect(plain.counts.records + plain.counts.damaged + plain.counts.headers).toBe(lineCount(text));
        const filter = compileLiterals(["python-requests", "serverinfo~"]);
        const fast = await read(text, { select: () => filter, limits });
        expect(await read(text, { select: () => filter, limits, kernel: KERNEL })).toEqual(fast);
        expect(fast.counts).toEqual(plain.counts);
        expect(fast.damage).toEqual(plain.damage);
        const wanted = plain.records.filter((record) =>
          /python-requests|serverinfo~/iu.test(record.raw ?? ""),
        );
        expect(fast.records).toEqual(expect.arrayContaining(wanted));
      },
    ),
    { numRuns: 150 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      const { records } = await read(bytes);
      expect(records.length).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test("addresses found by their column are found in every line of theirs, whatever header the line stands below", async () => {
  const sought = ["203.0.113.66", "198.51.100.23"];
  const client = fc.oneof(
    fc.constantFrom(...sought, "10.1.2.3", "203.0.113.6", "-", "::ffff:203.0.113.66", "203.0.113.66:4431"),
    fc.ipV4(),
    fc.ipV6(),
  );
  const row = client.map((address) => LINE.replace("192.0.2.7", address));
  const turned = IIS.replace("c-ip", "x-ip").replace("cs(Referer)", "c-ip");
  const many = fc.array(row, { minLength: 10, maxLength: 30 }).map((rows) => rows.join(""));
  const part = fc.oneof(many, row, fc.constantFrom(IIS, turned, HTTPPROXY));
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 12 }),
      fc.constantFrom(512, 1 << 16),
      async (parts, block) => {
        const text = IIS + parts.join("");
        const limits = { blockBytes: block, maxLineBytes: 1 << 16 };
        const filters = [compileLiterals(["no such text"]), compileLiterals(["no such text", ...sought])];
        const options: TextLogOptions = {
          select: (_artifact, _sample, apart) => filters[apart ? 0 : 1] ?? compileLiterals([]),
          soughtClients: sought,
          limits,
          kernel: KERNEL,
          clients: true,
        };
        const plain = await read(text);
        const fast = await read(text, options);
        expect(fast.counts).toEqual(plain.counts);
        const wanted = plain.records.filter((record) => sought.includes(valueOf(record, "c-ip") ?? ""));
        expect(fast.records).toEqual(expect.arrayContaining(wanted));
      },
    ),
    { numRuns: 150 },
  );
});
