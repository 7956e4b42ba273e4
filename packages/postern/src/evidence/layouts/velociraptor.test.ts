import { join } from "node:path";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EvidenceItem } from "../index.ts";
import { makeScratch, takeIn, textOf, writeZip } from "../testing/index.ts";
import type { Scratch, ZipPart } from "../testing/index.ts";
import { unescapeComponent } from "./escaping.ts";

const CLIENT_INFO: ZipPart = {
  name: "client_info.json",
  bytes: '{"Hostname":"EX01","Fqdn":"ex01.school.test"}',
};
const NTFS = "uploads/ntfs/%5C%5C.%5CC%3A";
const SHADOW = "uploads/ntfs_vss/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy3";

function named(items: readonly EvidenceItem[], name: string): EvidenceItem | undefined {
  return items.find((item) => item.name === name);
}

function lines(...rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

describe("a Velociraptor collection", () => {
  let scratch: Scratch;
  beforeEach(() => (scratch = makeScratch()));
  afterEach(() => scratch.remove());

  const zip = (parts: readonly ZipPart[], name = "Collection-EX01-2021-03-09T10_00_00Z.zip"): string =>
    scratch.write(name, writeZip(parts.map((part) => ({ trailer: true, ...part }))));

  it("gives paths on the server, from the escaped names when nothing else says", async () => {
    const path = zip([
      CLIENT_INFO,
      { name: `${NTFS}/inetpub/logs/LogFiles/W3SVC1/u_ex.log`, bytes: "iis" },
      { name: `${NTFS}/$Extend/$UsnJrnl%3A$Max`, bytes: "max" },
      { name: "uploads/auto/C%3A/Windows/%2Ehidden", bytes: "auto" },
      { name: `${SHADOW}/inetpub/old.log`, bytes: "vss" },
    ]);
    const { items, damage } = await takeIn([path]);
    expect(damage).toEqual([]);
    expect(items.map((item) => [item.logicalPath, item.standing])).toEqual([
      [null, "live"],
      ["C:\\Windows\\.hidden", "live"],
      ["C:\\$Extend\\$UsnJrnl:$Max", "live"],
      ["C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex.log", "live"],
      ["C:\\inetpub\\old.log", "shadow-copy"],
    ]);
    expect(new Set(items.map((item) => item.server))).toEqual(new Set(["EX01"]));
    expect(new Set(items.map((item) => item.collection))).toEqual(new Set([path]));
  });

  it("believes the collector's own listing first, for paths and for times", async () => {
    const uploads = lines(
      {
        vfs_path: "\\\\.\\C:\\inetpub\\wwwroot\\a?.aspx",
        _Components: ["uploads", "ntfs", "\\\\.\\C:", "x", "a?.aspx"],
      },
      {
        vfs_path: "\\\\.\\C:\\x.idx",
        _Components: ["uploads", "ntfs", "\\\\.\\C:", "x", "a?.aspx"],
        Type: "idx",
      },
    );
    const rows = lines({
      SourceFile: "C:\\inetpub\\wwwroot\\a?.aspx",
      Created: "2021-03-03T05:12:01.5Z",
      Modified: "2021-03-03 05:12:02",
      CopiedOnTimestamp: "2021-03-09T10:00:00Z",
    });
    const path = zip([
      CLIENT_INFO,
      { name: "uploads.json", bytes: `${uploads}{"vfs_path": "cut` },
      { name: "results/Windows.KapeFiles.Targets%2FUploads.json", bytes: `not json\n${rows}` },
      { name: `${NTFS}/x/a%3F.aspx`, bytes: "page" },
    ]);
    const page = named((await takeIn([path])).items, "a%3F.aspx");
    expect(page?.logicalPath).toBe("C:\\inetpub\\wwwroot\\a?.aspx");
    expect(page?.times).toEqual({
      modified: "2021-03-03T05:12:02.000Z",
      created: "2021-03-03T05:12:01.500Z",
      source: "collection",
    });
  });

  it("rebuilds a sparse file with zeros where nothing was stored", async () => {
    const index = {
      ranges: [
        { file_length: 3, length: 3 },
        { original_offset: 3, length: 5, file_offset: 3 },
        { original_offset: 8, file_offset: 3, file_length: 2, length: 2 },
      ],
    };
    const path = zip([
      CLIENT_INFO,
      { name: `${NTFS}/$Extend/$UsnJrnl%3A$J`, bytes: "abcde" },
      { name: `${NTFS}/$Extend/$UsnJrnl%3A$J.idx`, bytes: JSON.stringify(index) },
    ]);
    const { items, damage } = await takeIn([path]);
    expect(damage).toEqual([]);
    const journal = named(items, "$UsnJrnl%3A$J");
    expect(journal?.sizeBytes).toBe(10);
    expect(await textOf(journal)).toBe("abc\0\0\0\0\0de");
    const source = await journal?.open();
    for (let at = 0; at < 10; at++) {
      const part = Buffer.from((await source?.read(at, 4)) ?? []).toString();
      expect(part).toBe("abc\0\0\0\0\0de".slice(at, at + 4));
    }
    await source?.close();
  });

  it("reads a sparse file as it was stored when its index is damaged or claims too much", async () => {
    const huge = {
      ranges: [
        { file_length: 5, length: 5 },
        { original_offset: 5, length: 2 ** 50 },
      ],
    };
    const path = zip([
      CLIENT_INFO,
      { name: `${NTFS}/a`, bytes: "abcde" },
      { name: `${NTFS}/a.idx`, bytes: '{"ranges":[{"file_offset":4,"file_length":9,"length":9}]}' },
      { name: `${NTFS}/b`, bytes: "abcde" },
      { name: `${NTFS}/b.idx`, bytes: JSON.stringify(huge) },
    ]);
    const { items, damage } = await takeIn([path]);
    expect(damage.map((one) => [one.code, one.lost])).toEqual([
      ["SPARSE_INDEX_MALFORMED", "value"],
      ["ARCHIVE_RATIO_LIMIT", "value"],
    ]);
    expect(await textOf(named(items, "a"))).toBe("abcde");
    expect(await textOf(named(items, "b"))).toBe("abcde");
  });

  it("warns when the collector ran but took nothing", async () => {
    const path = zip([CLIENT_INFO, { name: "uploads.json", bytes: "" }, { name: "log.json", bytes: "{}" }]);
    const { items, damage } = await takeIn([path]);
    expect(damage).toMatchObject([{ code: "COLLECTION_EMPTY" }]);
    expect(items[damage[0]?.at.item ?? -1]?.name).toBe("uploads.json");
  });

  it("is recognised when unpacked, in a hunt export, and by its name when nothing inside names the server", async () => {
    const info = (host: string): string => JSON.stringify({ os_info: { hostname: host } });
    scratch.write("hunt/EX01-C.0123456789abcdef/client_info.json", info("EX01"));
    scratch.write("hunt/EX01-C.0123456789abcdef/uploads/auto/C%3A/Windows/a.log", "x");
    scratch.write("hunt/EX02-C.0123456789abcdee/uploads.json", "");
    scratch.write("hunt/EX02-C.0123456789abcdee/uploads/auto/C%3A/Windows/b.log", "x");
    zip(
      [{ name: "uploads/auto/D%3A/c.log", bytes: "x" }],
      "Collection-ex03.school.test-2021-03-09T10_00_00Z.zip",
    );
    const { items } = await takeIn([scratch.path]);
    const found = items.filter((item) => item.name.endsWith(".log"));
    expect(found.map((item) => [item.server, item.logicalPath])).toEqual([
      ["ex03.school.test", "D:\\c.log"],
      ["EX01", "C:\\Windows\\a.log"],
      ["EX02", "C:\\Windows\\b.log"],
    ]);
    expect(new Set(found.map((item) => item.collection)).size).toBe(3);
  });

  it("of an old version keeps its files below the drive's letter", async () => {
    const path = zip([
      { name: "Generic.Client.Info/BasicInformation.json", bytes: '{"Hostname":"OLD"}\n' },
      { name: "C/Odd Folder/x.log", bytes: "x" },
    ]);
    const log = named((await takeIn([path])).items, "x.log");
    expect([log?.server, log?.logicalPath]).toEqual(["OLD", "C:\\Odd Folder\\x.log"]);
  });

  it("unescapes any name without failing, and undoes what Velociraptor writes", () => {
    fc.assert(fc.property(fc.string(), (name) => void unescapeComponent(name)));
    expect(unescapeComponent("%5C%5C.%5CC%3A")).toBe("\\\\.\\C:");
    expect(unescapeComponent("100%25 sure% ä")).toBe("100% sure ä");
  });
});

const corpus = process.env["POSTERN_CORPUS"];
const sample = join(corpus ?? "", "E_artifacts/velociraptor/files");

describe.skipIf(corpus === undefined || !existsSync(sample))(
  "genuine Velociraptor archives (POSTERN_CORPUS)",
  () => {
    it("of version 0.6.7 names its host and holds three whole files", async () => {
      const { items, damage } = await takeIn([join(sample, "unencrypted_collector.zip")]);
      expect(damage).toEqual([]);
      expect(items.map((item) => [item.name, item.sizeBytes, item.server])).toEqual([
        ["BasicInformation.json", 388, "DESKTOP-SU8FH31"],
        ["Users.json", 723, "DESKTOP-SU8FH31"],
        ["WindowsInfo.json", 477, "DESKTOP-SU8FH31"],
      ]);
      for (const item of items) expect((await textOf(item)).length).toBe(item.sizeBytes);
      expect(items.flatMap((item) => item.readDamage?.() ?? [])).toEqual([]);
    });

    it("that are encrypted say how to open them", async () => {
      for (const name of ["encrypted_collector_pki.zip", "remapping_test.zip"]) {
        const { damage } = await takeIn([join(sample, name)]);
        expect(damage).toMatchObject([{ code: "ZIP_ENCRYPTED", lost: "file" }]);
      }
    });
  },
);
