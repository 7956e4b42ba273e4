import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fromBytes, readAll } from "../core/index.ts";
import { openEvidence, type EvidenceItem } from "../evidence/index.ts";
import { loadCollection } from "../knowledge/index.ts";
import type { ManifestLine } from "../model/index.ts";
import { collectTree, DEFAULT_LIMITS, findDrives, type TreeOptions, type TreeResult } from "./index.ts";
import { fitsMask } from "./masks.ts";
import { ZipWriter } from "./zip-writer.ts";

/** There, links need a privilege, and names cannot hold quotes. */
const onWindows = process.platform === "win32";
const NOW = Date.parse("2021-03-20T08:00:00Z");
const INSTALL = "Program Files/Microsoft/Exchange Server/V15";
const HOST = `<configuration><system.applicationHost><sites>
  <site name="Default Web Site" id="1"><application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot" /></application>
  <application path="/x"><virtualDirectory path="/" physicalPath="C:\\ProgramData\\WinUpd" /></application>
  <application path="/all"><virtualDirectory path="/" physicalPath="C:\\" /></application>
  <application path="/owa"><virtualDirectory path="/" physicalPath="D:\\Exch\\V15\\FrontEnd\\HttpProxy\\owa" /></application></site>
  <siteDefaults><logFile directory="D:\\IISLogs" /></siteDefaults></sites></system.applicationHost></configuration>`;

const scratch = { folder: "" };
beforeEach(() => (scratch.folder = mkdtempSync(join(tmpdir(), "postern-collect-"))));
afterEach(() => rmSync(scratch.folder, { recursive: true, force: true }));

function write(path: string, text: string, modified = "2021-03-03T10:15:34Z"): void {
  const whole = join(scratch.folder, "EX01", path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  utimesSync(whole, new Date(modified), new Date(modified));
}

async function collect(more: Partial<TreeOptions> = {}): Promise<TreeResult> {
  const { drives } = await findDrives(join(scratch.folder, "EX01"));
  return collectTree({
    collection: loadCollection(),
    drives,
    server: "EX01",
    out: join(scratch.folder, "out.zip"),
    times: "server",
    limits: { ...DEFAULT_LIMITS, keepFreeMb: 0 },
    now: () => NOW,
    ...more,
  });
}

async function items(path = join(scratch.folder, "out.zip")): Promise<readonly EvidenceItem[]> {
  const found: EvidenceItem[] = [];
  for await (const entry of openEvidence([path], {})) if (entry.kind === "item") found.push(entry.item);
  return found;
}

async function textOf(item: EvidenceItem | undefined): Promise<string> {
  const source = (await item?.open()) ?? fromBytes(new Uint8Array(0));
  const { bytes } = await readAll(source, 1 << 24);
  await source.close();
  return Buffer.from(bytes).toString("utf8");
}

async function manifest(): Promise<readonly ManifestLine[]> {
  const item = (await items()).find((one) => one.name === "postern-collection.jsonl");
  const lines = (await textOf(item)).trimEnd().split("\n");
  // eslint-disable-next-line postern/no-type-assertion -- written by the code under test
  return lines.map((line) => JSON.parse(line) as ManifestLine);
}

describe("collecting from a disk", () => {
  it("takes pages, logs and settings with their paths and times on the server, whatever the case of names", async () => {
    write("C/inetpub/wwwroot/aspnet_client/x.aspx", "page");
    write(`C/${INSTALL.toLowerCase()}/logging/HTTPPROXY/Ecp/HttpProxy_2021030310-1.LOG`, "log");
    write("C/Windows/System32/Tasks/Update", "task");
    write("C/Windows/System32/notepad.exe", "not asked for");
    const result = await collect();
    expect(result.files).toBe(4); // with the list of names in the web folders
    const found = (await items()).filter((one) => one.logicalPath !== null);
    expect(found.map((one) => one.logicalPath)).toEqual([
      "C:\\Windows\\System32\\Tasks\\Update",
      "C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx",
      "C:\\program files\\microsoft\\exchange server\\v15\\logging\\HTTPPROXY\\Ecp\\HttpProxy_2021030310-1.LOG",
    ]);
    for (const { times, server } of found)
      expect([times.modified, times.source, server]).toEqual([
        "2021-03-03T10:15:34.000Z",
        "collection",
        "EX01",
      ]);
  });

  it("follows logs, web folders and Exchange itself to where IIS says that they were moved", async () => {
    write("C/Windows/System32/inetsrv/config/applicationHost.config", HOST);
    write("D/IISLogs/W3SVC1/u_ex210303.log", "iis");
    write("C/ProgramData/WinUpd/y.aspx", "hidden page");
    write("D/Exch/V15/FrontEnd/HttpProxy/owa/auth/logon.aspx", "page");
    write("C/secret.txt", "a whole drive is served, and not copied");
    await collect();
    const paths = (await items()).map((one) => one.logicalPath);
    expect(paths).toContain("D:\\IISLogs\\W3SVC1\\u_ex210303.log");
    expect(paths).toContain("C:\\ProgramData\\WinUpd\\y.aspx");
    expect(paths).toContain("D:\\Exch\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx");
    expect(paths).not.toContain("C:\\secret.txt");
  });

  it.skipIf(onWindows)("names what it leaves out, and why", async () => {
    write("C/inetpub/logs/LogFiles/W3SVC1/u_ex200101.log", "old", "2020-01-01T23:59:59Z");
    write("C/inetpub/logs/LogFiles/W3SVC1/u_ex210319.log", "x".repeat(1_100_000), "2021-03-19T10:00:00Z");
    write("C/inetpub/wwwroot/a.aspx", "page");
    symlinkSync(
      join(scratch.folder, "EX01/C/inetpub/wwwroot/a.aspx"),
      join(scratch.folder, "EX01/C/inetpub/wwwroot/b.aspx"),
    );
    const limits = { maxAgeDays: 90, maxFileMb: 1, maxTotalMb: 0, keepFreeMb: 0 };
    await collect({ limits });
    const missing = (await manifest()).filter((line) => line.kind === "missing");
    const why = new Map(missing.map((line) => [line.path.split("\\").at(-1), line.reason]));
    expect(why.get("u_ex200101.log")).toBe("age");
    expect(why.get("u_ex210319.log")).toBe("size");
    expect(why.get("b.aspx")).toBe("link");
    expect(missing.filter((line) => line.definition === "exchange-state")).toMatchObject([
      { reason: "impossible" },
    ]);
  });

  it("keeps within the size of the whole collection", async () => {
    for (const name of ["a", "b", "c"]) write(`C/inetpub/wwwroot/${name}.aspx`, name.repeat(600_000));
    await collect({ limits: { ...DEFAULT_LIMITS, keepFreeMb: 0, maxTotalMb: 1 } });
    const lines = await manifest();
    const paths = lines.flatMap((line) => (line.kind === "file" ? [line.path] : []));
    expect(paths.filter((path) => path.startsWith("C:"))).toEqual(["C:\\inetpub\\wwwroot\\a.aspx"]);
    expect(lines.filter((line) => line.kind === "missing" && line.reason === "total")).toHaveLength(2);
  });

  it.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "names a file that it may not read",
    async () => {
      write("C/inetpub/wwwroot/a.aspx", "page");
      chmodSync(join(scratch.folder, "EX01/C/inetpub/wwwroot/a.aspx"), 0);
      await collect();
      expect(
        (await manifest()).filter((line) => line.kind === "missing" && line.reason === "locked"),
      ).toHaveLength(1);
    },
  );

  it.skipIf(onWindows)("lists programs with their hashes, and does not copy them", async () => {
    write(`C/${INSTALL}/ClientAccess/Owa/bin/x,"y.dll`, "MZ");
    await collect();
    const list = (await items()).find((one) => one.name === "web-libraries.csv");
    expect(await textOf(list)).toContain(
      '"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\Owa\\bin\\x,""y.dll",2,',
    );
    const names = (await items()).find((one) => one.name === "file-names.csv");
    expect(await textOf(names)).toMatch(/x,""y\.dll",2,\S+Z,2021-03-03T10:15:34\.000Z,\r\n$/u);
  });

  it("gives the same bytes twice", async () => {
    write("C/inetpub/wwwroot/a.aspx", "page");
    write("C/Windows/System32/Tasks/Update", "task");
    const once = await collect();
    const twice = await collect({ out: join(scratch.folder, "again.zip") });
    expect(twice.sha256).toBe(once.sha256);
  });

  it("takes a path for the drive itself, for its letters, or for the one server in it", async () => {
    write("C/inetpub/wwwroot/a.aspx", "page");
    const drive = join(scratch.folder, "EX01/C");
    expect((await findDrives(drive)).drives).toEqual(new Map([["C", drive]]));
    expect((await findDrives(scratch.folder)).folderName).toBe("EX01");
    mkdirSync(join(scratch.folder, "EX02/C/Windows"), { recursive: true });
    await expect(findDrives(scratch.folder)).rejects.toMatchObject({ code: "USAGE" });
    await expect(findDrives(join(scratch.folder, "EX01/C/inetpub"))).rejects.toMatchObject({ code: "USAGE" });
  });

  it("writes over nothing, and leaves nothing behind when it is stopped", async () => {
    write("C/inetpub/wwwroot/a.aspx", "page");
    writeFileSync(join(scratch.folder, "out.zip"), "mine");
    await expect(collect()).rejects.toMatchObject({ code: "CASE_EXISTS" });
    expect(readFileSync(join(scratch.folder, "out.zip"), "utf8")).toBe("mine");
    const out = join(scratch.folder, "stopped.zip");
    await expect(collect({ out, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    expect(() => readFileSync(out)).toThrow();
  });
});

describe("the zip", () => {
  it("is read back byte by byte, whatever names and content are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.tuple(fc.stringMatching(/^[a-zA-Z0-9 ä]{1,12}$/u), fc.uint8Array({ maxLength: 300 })),
          {
            maxLength: 6,
            selector: ([name]) => name.toLowerCase(),
          },
        ),
        async (parts) => {
          const path = join(scratch.folder, "any.zip");
          rmSync(path, { force: true });
          const zip = await ZipWriter.create(path);
          for (const [name, bytes] of parts)
            await zip.add(
              { name: `d/${name}.txt`, modifiedMs: NOW, expectedBytes: bytes.length },
              parted(bytes),
            );
          await zip.finish();
          const found = await items(path);
          const texts = await Promise.all(found.map(async (one) => [one.name, await textOf(one)] as const));
          const wanted = parts.map(
            ([name, bytes]) => [`${name}.txt`, Buffer.from(bytes).toString("utf8")] as const,
          );
          expect(new Map(texts)).toEqual(new Map(wanted));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keeps what was read of a file that failed, and says that it did", async () => {
    const zip = await ZipWriter.create(join(scratch.folder, "out.zip"));
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from("first ");
      await Promise.resolve();
      throw new Error("disk error");
    };
    const written = await zip.add({ name: "a.log", modifiedMs: NOW, expectedBytes: 100 }, failing());
    const whole = await zip.add(
      { name: "b.log", modifiedMs: NOW, expectedBytes: 1e10 },
      parted(Buffer.from("wide")),
    );
    await zip.finish();
    expect(written).toMatchObject({ sizeBytes: 6, failure: new Error("disk error") });
    expect(whole.failure).toBeNull();
    expect(await Promise.all((await items()).map(textOf))).toEqual(["first ", "wide"]);
  });
});

async function* parted(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7) yield await Promise.resolve(bytes.subarray(at, at + 7));
}

describe("masks", () => {
  it("fit as Windows fits them", () => {
    expect(fitsMask("U_EX210303.LOG", ["*.log"])).toBe(true);
    expect(fitsMask("a.aspx", ["*.as?x"])).toBe(true);
    expect(fitsMask("a.asax.bak", ["*.as?x"])).toBe(false);
    expect(fitsMask("[a].txt", ["[a]*"])).toBe(true);
    expect(fitsMask("", ["*"])).toBe(true);
    fc.assert(fc.property(fc.string(), (name) => fitsMask(name, [name.replaceAll("*", "?")])));
  });

  it("take no longer for hostile names", () => {
    expect(fitsMask("a".repeat(20_000), [`${"*a".repeat(20)}b`])).toBe(false);
  });
});
