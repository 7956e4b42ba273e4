import { readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../core/index.ts";
import type { Damage } from "../../model/index.ts";
import { findTraceReader, foldersOf, type FileTrace } from "./index.ts";
import { makeMft, makeUsnJournal } from "../testing/index.ts";

async function readAs(
  bytes: Uint8Array,
  name: string,
): Promise<{
  readonly id: string;
  readonly traces: FileTrace[];
  readonly damage: Damage[];
  readonly entries: number;
}> {
  const reader = findTraceReader(bytes.subarray(0, 65_536), name);
  const traces: FileTrace[] = [];
  const damage: Damage[] = [];
  let entries = 0;
  if (reader !== null)
    for await (const batch of reader.read(fromBytes(bytes), 3)) {
      traces.push(...batch.traces);
      damage.push(...batch.damage);
      entries += batch.entries;
    }
  return { id: reader?.id ?? "", traces, damage, entries };
}

const FOLDERS = [
  { number: 30, name: "inetpub", parent: 5, isFolder: true },
  { number: 31, name: "wwwroot", parent: 30, isFolder: true },
  { number: 32, name: "aspnet_client", parent: 31, isFolder: true },
];
const GONE = {
  number: 40,
  name: "supp0rt.aspx",
  parent: 32,
  sequence: 2,
  inUse: false,
  created: "2021-03-03T09:49:02.000Z",
  stream: "Zone.Identifier",
};
const table = makeMft([...FOLDERS, GONE, { number: 41, name: "picture.png", parent: 32 }]);

describe("the master file table", () => {
  it("gives a deleted page with its path, its times and what hangs on it", async () => {
    const { id, traces, damage, entries } = await readAs(table, "$MFT");
    expect([id, damage, entries]).toEqual(["mft", [], 7]);
    expect(traces).toEqual([
      {
        path: "?:\\inetpub\\wwwroot\\aspnet_client\\supp0rt.aspx",
        state: "gone",
        createdUtc: "2021-03-03T09:49:02.000Z",
        modifiedUtc: "2021-03-03T09:49:02.000Z",
        nameCreatedUtc: "2021-03-03T09:49:02.000Z",
        goneUtc: null,
        sizeBytes: 4,
        streams: ["Zone.Identifier"],
        excerpt: traces[0]?.excerpt,
        at: { item: 3, offsetBytes: 40 * 1024, lengthBytes: 1024, record: 40 },
      },
    ]);
  });

  it("says ? where the folder is gone and its entry serves another", async () => {
    const { traces } = await readAs(
      makeMft([{ number: 40, name: "a.aspx", parent: 9, parentSequence: 4 }]),
      "x",
    );
    expect(traces[0]?.path).toBe("?:\\?\\a.aspx");
  });

  it("finds a path whose folders stand behind the page, and folders that were deleted with it", async () => {
    const page = { number: 20, name: "b.aspx", parent: 30 };
    const deleted = { number: 30, name: "inetpub", parent: 5, isFolder: true, sequence: 2, inUse: false };
    const { traces } = await readAs(makeMft([page, deleted]), "x");
    expect(traces[0]?.path).toBe("?:\\inetpub\\b.aspx");
  });

  it("tells torn entries as damage and reads the others", async () => {
    const torn = Uint8Array.from(table);
    torn[40 * 1024 + 511] = 0x99;
    const { traces, damage } = await readAs(torn, "$MFT");
    expect(traces).toEqual([]);
    expect(damage).toMatchObject([{ code: "FILE_TABLE_MALFORMED", lost: "record", at: { record: 40 } }]);
  });

  it("cut or filled with any bytes gives what is left, never an error", async () => {
    for (let end = 1024; end < table.length; end += 997) await readAs(table.subarray(0, end), "$MFT");
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat({ max: 1000 }),
        async (bytes, at) => {
          const changed = Uint8Array.from(table);
          changed.set(bytes, 40 * 1024 + at - (at > 960 ? 64 : 0));
          expect((await readAs(changed, "$MFT")).entries).toBeLessThanOrEqual(7);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the change journal", () => {
  const journal = makeUsnJournal(
    [
      { name: "x.aspx", time: "2021-03-03T09:49:02Z", reasons: 0x100 },
      { name: "x.aspx", time: "2021-03-03T10:12:00Z", reasons: 0x8000_0200 },
      { name: "y.ashx", time: "2021-03-03T11:00:00Z", reasons: 0x100, file: 78n, version: 3 },
      { name: "z.log", time: "2021-03-03T11:00:00Z", reasons: 0x100, file: 79n },
    ],
    3 << 20,
  );

  it("tells when a page was made and when it was deleted, behind a hole", async () => {
    const { id, traces, damage, entries } = await readAs(journal, "$UsnJrnl%3A$J");
    expect([id, damage, entries]).toEqual(["usn-journal", [], 4]);
    expect(traces).toMatchObject([
      {
        path: "x.aspx",
        state: "gone",
        createdUtc: "2021-03-03T09:49:02.000Z",
        goneUtc: "2021-03-03T10:12:00.000Z",
      },
      { path: "y.ashx", state: "present", createdUtc: "2021-03-03T11:00:00.000Z", goneUtc: null },
    ]);
    expect(traces[0]?.at.offsetBytes).toBe(3 << 20);
  });

  it("names the folder by its number, of which the file table has the path", async () => {
    const { traces } = await readAs(
      makeUsnJournal([
        { name: "x.aspx", time: "2021-03-03T09:49:02Z", reasons: 0x100, folder: 31 },
        { name: "y.aspx", time: "2021-03-03T09:49:02Z", reasons: 0x100, folder: 31, version: 3 },
      ]),
      "$J",
    );
    expect(traces.map(({ folderRef }) => folderRef)).toEqual(["31-1", "31-1"]);
    const table = makeMft([
      { number: 30, name: "inetpub", parent: 5, isFolder: true },
      { number: 31, name: "wwwroot", parent: 30, isFolder: true },
      { number: 33, name: "odd", parent: 77, isFolder: true },
    ]);
    const paths = await foldersOf(fromBytes(table), new Set(["31-1", "31-3", "33-1", "x", "5-5"]));
    expect([...paths]).toEqual([
      ["31-1", "?:\\inetpub\\wwwroot"],
      ["5-5", "?:"],
    ]);
    expect(await foldersOf(fromBytes(new Uint8Array(100)), new Set(["31-1"]))).toEqual(new Map());
  });

  it("with a torn stretch tells it and goes on", async () => {
    const torn = Uint8Array.from(journal);
    torn.fill(0xee, (3 << 20) + 0x48, (3 << 20) + 0x50);
    const { damage, entries } = await readAs(torn, "$J");
    expect(damage).toMatchObject([{ code: "FILE_TABLE_MALFORMED", lost: "chunk" }]);
    expect(entries).toBe(3);
  });

  it("of any bytes gives records or damage, never an error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await readAs(Buffer.concat([journal.subarray(3 << 20), bytes]), "$J");
      }),
      { numRuns: 60 },
    );
  });
});

describe("listings of files", () => {
  const page = "C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx";
  it.each([
    [
      "MFTECmd's table",
      "EntryNumber,InUse,ParentPath,FileName,FileSize,Created0x10,Created0x30,LastModified0x10,ZoneIdContents\n40,False,C:\\inetpub\\wwwroot\\aspnet_client,a.aspx,12,2019-01-01 00:00:00.0000000,2021-03-03 09:49:02.1234567,2019-01-01 00:00:00.0000000,",
      {
        state: "gone",
        createdUtc: "2019-01-01T00:00:00.000Z",
        nameCreatedUtc: "2021-03-03T09:49:02.123Z",
        sizeBytes: 12,
      },
    ],
    [
      "MFTECmd's journal",
      "Name,ParentPath,UpdateTimestamp,UpdateReasons\na.aspx,C:\\inetpub\\wwwroot\\aspnet_client,2021-03-03 10:12:00.0000000,FileDelete|Close",
      { state: "gone", goneUtc: "2021-03-03T10:12:00.000Z" },
    ],
    [
      "Get-ChildItem",
      `#TYPE System.IO.FileInfo\r\n"FullName","Length","CreationTimeUtc","LastWriteTimeUtc"\r\n"${page}","12","2021-03-03 09:49:02","2021-03-03 09:49:02"\r\n`,
      { state: "present", createdUtc: "2021-03-03T09:49:02.000Z", sizeBytes: 12 },
    ],
    [
      "Velociraptor's file table",
      `${JSON.stringify({ EntryNumber: 40, InUse: false, OSPath: page, FileSize: 12, Created0x10: "2021-03-03T09:49:02.5Z", Created0x30: "2021-03-03T09:49:02.5Z", LastModified0x10: "2021-03-03T09:49:02.5Z" })}\n`,
      { state: "gone", createdUtc: "2021-03-03T09:49:02.500Z" },
    ],
    [
      "a body file",
      `0|C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx (deleted)|40-128-1|r/rrwxrwxrwx|0|0|12|1614764942|1614764942|1614764942|1614764942\n`,
      { state: "gone", createdUtc: "2021-03-03T09:49:02.000Z" },
    ],
    [
      "dir /s",
      ` Volume in drive C has no label.\r\n\r\n Directory of C:\\inetpub\\wwwroot\\aspnet_client\r\n\r\n03/03/2021  09:49 AM                12 a.aspx\r\n`,
      { state: "present", createdUtc: null, sizeBytes: 12 },
    ],
  ])("%s names pages", async (_name, text, expected) => {
    const { id, traces } = await readAs(Buffer.from(text), "list.csv");
    expect(id).toBe("file-listing");
    expect(traces).toMatchObject([{ path: page, ...expected }]);
    const at = traces[0]?.at ?? { offsetBytes: 0, lengthBytes: 0 };
    expect(text.slice(at.offsetBytes, at.offsetBytes + at.lengthBytes)).toContain("a.aspx");
  });

  it("in UTF-16 is read, with its places in bytes", async () => {
    const text = `"FullName","CreationTimeUtc","Length"\r\n"${page}","2021-03-03 09:49:02","12"\r\n`;
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    const { traces } = await readAs(bytes, "files.csv");
    expect(traces).toMatchObject([
      { path: page, at: { offsetBytes: 2 + 2 * text.indexOf(`"${page}`), record: 2 } },
    ]);
  });

  it.each(["date,time,cs-uri-stem\n", '{"EventID":1}\n', "Name,Version\nx,1\n", "", "a|b|c\n"])(
    "%j is none",
    (text) => {
      expect(findTraceReader(Buffer.from(text), "a.csv")).toBeNull();
    },
  );
});

const corpus = join(process.env["POSTERN_CORPUS"] ?? "", "E_artifacts");
describe.skipIf(!existsSync(corpus))("real tables (POSTERN_CORPUS; skipped when it is not set)", () => {
  it("are read, but for the entries that are torn in the sample itself", async () => {
    const mft = await readAs(readFileSync(join(corpus, "artemis/dfir/windows/mft/win11/MFT")), "MFT");
    expect([mft.id, mft.damage.length]).toEqual(["mft", 10]);
    expect(mft.entries).toBeGreaterThan(300);
    const usn = await readAs(readFileSync(join(corpus, "plaso/UsnJrnl.raw")), "$UsnJrnl");
    expect([usn.id, usn.damage.length, usn.entries]).toEqual(["usn-journal", 0, 19]);
  });
});
