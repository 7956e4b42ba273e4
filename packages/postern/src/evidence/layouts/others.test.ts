import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EvidenceItem } from "../index.ts";
import { makeScratch, takeIn, textOf, writeZip } from "../testing/index.ts";
import type { Scratch } from "../testing/index.ts";

describe("other collectors", () => {
  let scratch: Scratch;
  beforeEach(() => (scratch = makeScratch()));
  afterEach(() => scratch.remove());

  const logs = async (path = scratch.path): Promise<readonly EvidenceItem[]> =>
    (await takeIn([path])).items.filter((item) => /\.(?:log|aspx|evtx)$/.test(item.name));

  it("KAPE: the drive's folder gives the path, the copy log gives the times on the server", async () => {
    const row =
      '2021-03-09 10:00:00.1,"C:\\inetpub\\logs\\a, b.log","E:\\out\\C\\inetpub\\logs\\a, b.log",1,ab,False,' +
      "2021-01-01 00:00:00.1234567,2021-03-03 05:12:02.7654321,2021-03-09 00:00:00,00:00:00.1";
    const header =
      "CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,CreatedOnUtc,ModifiedOnUtc,LastAccessedOnUtc,CopyDuration";
    scratch.write("kape/2021-03-09T10_00_00_CopyLog.csv", `\ufeff${header}\r\n${row}\r\nbroken,"row`);
    scratch.write("kape/C/inetpub/logs/a, b.log", "x");
    scratch.write("kape/D/ExchangeLogs/c.log", "x");
    scratch.write("kape/VSS2/C/Windows/d.log", "x");
    const [ab, c, d] = await logs();
    expect(ab?.logicalPath).toBe("C:\\inetpub\\logs\\a, b.log");
    expect(ab?.times).toEqual({
      modified: "2021-03-03T05:12:02.765Z",
      created: "2021-01-01T00:00:00.123Z",
      source: "collection",
    });
    expect(c?.logicalPath).toBe("D:\\ExchangeLogs\\c.log");
    expect([d?.logicalPath, d?.standing]).toEqual(["C:\\Windows\\d.log", "shadow-copy"]);
  });

  it("KAPE: a zip of its output is read in place, with the same paths, times and shadow copies", async () => {
    const header =
      "CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,CreatedOnUtc,ModifiedOnUtc";
    const row =
      '2021-03-09 10:00:00.1,"C:\\inetpub\\logs\\a.log","E:\\out\\C\\inetpub\\logs\\a.log",1,ab,False,' +
      "2021-01-01 00:00:00.1234567,2021-03-03 05:12:02.7654321";
    const zip = writeZip([
      { name: "2021-03-09T10_00_00_CopyLog.csv", bytes: `\ufeff${header}\r\n${row}\r\n` },
      { name: "C/inetpub/logs/a.log", bytes: "x" },
      { name: "VSS1/C/inetpub/logs/a.log", bytes: "y" },
    ]);
    const path = scratch.write("2021-03-09T10_00_00_EX01.zip", zip);
    const [live, shadow] = await logs(path);
    expect([live?.logicalPath, live?.standing]).toEqual(["C:\\inetpub\\logs\\a.log", "live"]);
    expect(live?.times).toMatchObject({ modified: "2021-03-03T05:12:02.765Z", source: "collection" });
    expect([shadow?.logicalPath, shadow?.standing]).toEqual(["C:\\inetpub\\logs\\a.log", "shadow-copy"]);
    expect(live?.origin).toBe(`${path}!C/inetpub/logs/a.log`);
    expect([await textOf(live), await textOf(shadow)]).toEqual(["x", "y"]);
  });

  it("ExchangeLogCollector: the folder or zip is called after the server, also for zips inside it", async () => {
    const inner = writeZip([{ name: "u_ex1.log", bytes: "x" }]);
    scratch.write("all/EX01/IIS_FE_Logs/u_ex.log", "x");
    scratch.write("all/EX01/Windows_Event_Logs/Application.evtx", "x");
    scratch.write("all/EX01/IIS_BE_Logs/old.zip", inner);
    scratch.write(
      "all/EX02-1.zip",
      writeZip([
        { name: "IIS_FE_Logs\\u_ex2.log", bytes: "x" },
        { name: "General_Server_Info\\info.txt", bytes: "x" },
      ]),
    );
    const found = await logs();
    expect(found.map((item) => [item.name, item.server])).toEqual([
      ["u_ex1.log", "EX01"],
      ["u_ex.log", "EX01"],
      ["Application.evtx", "EX01"],
      ["u_ex2.log", "EX02"],
    ]);
    expect(new Set(found.slice(0, 3).map((item) => item.collection))).toEqual(
      new Set([join(scratch.path, "all/EX01")]),
    );
  });

  it("Test-ProxyLogon: reports and collected files name the server, copies are history", async () => {
    scratch.write("out/EX03-Cve-2021-26855.csv", "x");
    scratch.write("out/CollectedLogFiles/EX04/CVE26855/HttpProxy.log", "x");
    const { items } = await takeIn([scratch.path]);
    expect(items.map((item) => [item.name, item.server, item.standing])).toEqual([
      ["HttpProxy.log", "EX04", "history"],
      ["EX03-Cve-2021-26855.csv", "EX03", "live"],
    ]);
  });
});
