import { mkdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeScratch, takeIn, textOf, writeZip } from "./testing/index.ts";
import type { Scratch } from "./testing/index.ts";

describe("evidence arguments", () => {
  let scratch: Scratch;
  beforeEach(() => (scratch = makeScratch()));
  afterEach(() => scratch.remove());

  describe("folders and loose files", () => {
    it("lists files in one order on every machine, arguments in the order given", async () => {
      for (const name of ["b.log", "a/z.log", "a.log", "A.log", "ä.log"]) scratch.write(`in/${name}`, name);
      const loose = scratch.write("loose.log", "x");
      const { items } = await takeIn([loose, join(scratch.path, "in")]);
      expect(items.map((item) => item.origin.slice(scratch.path.length))).toEqual([
        "/loose.log",
        "/in/A.log",
        "/in/a.log",
        "/in/a/z.log",
        "/in/b.log",
        "/in/ä.log",
      ]);
      expect(items.map((item) => item.index)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it("gives size, times and bytes of a file", async () => {
      const path = scratch.write("in/u_ex210303.log", "#Software: x\r\n");
      utimesSync(path, 1_614_772_800, 1_614_772_800);
      const { items } = await takeIn([scratch.path]);
      expect(items[0]).toMatchObject({
        name: "u_ex210303.log",
        sizeBytes: 14,
        server: null,
        standing: "live",
      });
      expect(items[0]?.times).toMatchObject({ modified: "2021-03-03T12:00:00.000Z", source: "filesystem" });
      expect(await textOf(items[0])).toBe("#Software: x\r\n");
    });

    it("reads once what is given twice, by another name or inside a folder that is given too", async () => {
      const file = scratch.write("in/logs/a.log", "x");
      scratch.write("in-other/b.log", "y");
      symlinkSync(join(scratch.path, "in"), join(scratch.path, "link"));
      const given = [file, "in", "in/logs/../logs", "link", "in-other"].map((path) =>
        path === file ? file : join(scratch.path, path),
      );
      const { items } = await takeIn(given);
      expect(items.map((item) => item.origin.slice(scratch.path.length))).toEqual([
        "/in/logs/a.log",
        "/in-other/b.log",
      ]);
    });

    it("keeps apart the disks that lie side by side in a folder without a collector's word", async () => {
      for (const server of ["EX01", "EX02"]) scratch.write(`${server}/C/inetpub/logs/a.log`, server);
      scratch.write("notes.txt", "x");
      const { items } = await takeIn([scratch.path]);
      expect(items.map((item) => item.collection.slice(scratch.path.length))).toEqual([
        "/EX01/",
        "/EX02/",
        "",
      ]);
    });

    it("names the path that does not exist before anything is read", async () => {
      const there = scratch.write("there.log", "x");
      const missing = join(scratch.path, "not there");
      await expect(takeIn([there, missing])).rejects.toMatchObject({
        code: "EVIDENCE_NOT_FOUND",
        detail: { path: missing },
      });
      const servers = [{ name: "EX1", path: missing }];
      await expect(takeIn([there], { servers })).rejects.toMatchObject({ code: "EVIDENCE_NOT_FOUND" });
    });

    it("lists an empty file and an empty folder without a word of its own", async () => {
      scratch.write("in/empty.log", "");
      mkdirSync(join(scratch.path, "in/nothing"));
      const { items, damage } = await takeIn([scratch.path]);
      expect(items.map((item) => [item.name, item.sizeBytes])).toEqual([["empty.log", 0]]);
      expect(damage).toEqual([]);
    });

    it.skipIf(process.platform === "win32")("reports links and pipes and opens neither", async () => {
      const outside = makeScratch();
      outside.write("secret.txt", "outside");
      mkdirSync(join(scratch.path, "in"));
      symlinkSync(outside.path, join(scratch.path, "in/folder-link"));
      symlinkSync(join(outside.path, "secret.txt"), join(scratch.path, "in/file-link"));
      symlinkSync("folder-loop", join(scratch.path, "in/folder-loop"));
      execFileSync("mkfifo", [join(scratch.path, "in/pipe")]);
      const { items, damage } = await takeIn([scratch.path]);
      outside.remove();
      expect(damage.map(({ code, at, lost }) => [code, at.item, lost])).toEqual([
        ["PATH_LINK", 0, "file"],
        ["PATH_LINK", 1, "file"],
        ["PATH_LINK", 2, "file"],
        ["PATH_SPECIAL_FILE", 3, "file"],
      ]);
      expect(items.every((item) => item.blocked === true)).toBe(true);
      expect(await Promise.all(items.map((item) => textOf(item)))).toEqual(["", "", "", ""]);
    });

    it("says that a file became unreadable or shorter between listing and reading", async () => {
      const gone = scratch.write("gone.log", "x");
      const cut = scratch.write("shorter.log", "0123456789");
      const { items } = await takeIn([scratch.path]);
      rmSync(gone);
      scratch.write("shorter.log", "0123");
      expect(cut).toContain("shorter");
      expect(await textOf(items[0])).toBe("");
      expect(items[0]?.readDamage?.()).toMatchObject([{ code: "FILE_UNREADABLE", lost: "file" }]);
      expect(await textOf(items[1])).toBe("0123");
      const at = { item: 1, offsetBytes: 4 };
      expect(items[1]?.readDamage?.()).toMatchObject([{ code: "FILE_CHANGED_WHILE_READ", lost: "rest", at }]);
    });

    it("reads a log that grew since it was listed at the size that it had", async () => {
      const path = scratch.write("in/live.log", "0123");
      const { items } = await takeIn([path]);
      scratch.write("in/live.log", "0123456789");
      expect(await textOf(items[0])).toBe("0123");
      expect(items[0]?.readDamage?.()).toEqual([]);
    });
  });

  describe("gzip", () => {
    it("reads a packed log under its own name, whatever the file is called", async () => {
      scratch.write("in/u_ex210303.log.gz", gzipSync("line\n"));
      scratch.write("in/renamed.log", gzipSync("other\n"));
      scratch.write("in/plain.gz", "not packed");
      const { items, damage } = await takeIn([scratch.path]);
      expect(items.map((item) => [item.name, item.sizeBytes])).toEqual([
        ["plain.gz", 10],
        ["renamed.log", null],
        ["u_ex210303.log", null],
      ]);
      expect(items[2]?.origin.endsWith("in/u_ex210303.log.gz!u_ex210303.log")).toBe(true);
      expect(await Promise.all(items.map((item) => textOf(item)))).toEqual([
        "not packed",
        "other\n",
        "line\n",
      ]);
      expect(damage).toEqual([]);
    });

    it("gives what a cut or damaged gzip still holds, and says so", async () => {
      const text = Array.from({ length: 20_000 }, (_, index) => `line ${index * 7919}\n`).join("");
      const packed = gzipSync(text);
      const broken = Uint8Array.from(packed).fill(0xff, packed.length / 2, packed.length / 2 + 64);
      scratch.write("a-cut.gz", packed.subarray(0, packed.length / 2));
      scratch.write("b-broken.gz", broken);
      const { items } = await takeIn([scratch.path]);
      const cut = await textOf(items[0]);
      expect(cut.length).toBeGreaterThan(text.length / 3);
      expect(text.startsWith(cut)).toBe(true);
      expect(items[0]?.readDamage?.()).toMatchObject([
        { code: "GZIP_MALFORMED", lost: "rest", at: { item: 0, offsetBytes: cut.length } },
      ]);
      expect((await textOf(items[1])).slice(0, 1000)).toBe(text.slice(0, 1000));
      expect(items[1]?.readDamage?.()).toMatchObject([{ code: "GZIP_MALFORMED", lost: "rest" }]);
    });

    it("reads several gzip members one after the other", async () => {
      scratch.write("a.log.gz", Buffer.concat([gzipSync("one\n"), gzipSync("two\n")]));
      const { items } = await takeIn([scratch.path]);
      expect(await textOf(items[0])).toBe("one\ntwo\n");
      expect(items[0]?.readDamage?.()).toEqual([]);
    });
  });

  describe("servers", () => {
    it("takes the server's name from --server for all below a path, the longest path first", async () => {
      scratch.write("in/one/a.log", "x");
      scratch.write("in/one-more/a.log", "x");
      scratch.write("in/two.zip", writeZip([{ name: "sub/a.log", bytes: "x" }]));
      const under = (path: string): string => join(scratch.path, "in", path);
      const servers = [
        { name: "ALL", path: under("") },
        { name: "ONE", path: under("one") },
        { name: "TWO", path: under("two.zip") },
      ];
      const { items } = await takeIn([scratch.path], { servers });
      expect(items.map((item) => item.server)).toEqual(["ALL", "ONE", "TWO"]);
    });
  });
});
