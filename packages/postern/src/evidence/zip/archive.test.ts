import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deflatedZeros, makeScratch, takeIn, textOf, writeZip } from "../testing/index.ts";
import type { Scratch, ZipPart } from "../testing/index.ts";

describe("archives", () => {
  let scratch: Scratch;
  beforeEach(() => (scratch = makeScratch()));
  afterEach(() => scratch.remove());

  const LOG = Array.from(
    { length: 3000 },
    (_, index) => `2021-03-03 10:00:${index % 60} ${index * 7919}\n`,
  ).join("");

  describe("a zip is read in place", () => {
    it("gives packed, stored and zip64 entries with their bytes, in a fixed order", async () => {
      const parts: ZipPart[] = [
        { name: "b/deflated.log", bytes: LOG, modifiedSeconds: 1_614_772_800 },
        { name: "b/", bytes: "", method: "store" },
        { name: "a/stored.log", bytes: LOG, method: "store" },
        { name: "c/wide.log", bytes: LOG, zip64: true },
        { name: "c/trailer.log", bytes: LOG, trailer: true },
      ];
      const path = scratch.write("logs.zip", writeZip(parts, { comment: "by hand" }));
      const { items, damage } = await takeIn([path]);
      expect(damage).toEqual([]);
      expect(items.map((item) => item.origin)).toEqual([
        `${path}!a/stored.log`,
        `${path}!b/deflated.log`,
        `${path}!c/trailer.log`,
        `${path}!c/wide.log`,
      ]);
      for (const item of items) expect(await textOf(item)).toBe(LOG);
      expect(items[1]?.times).toEqual({
        modified: "2021-03-03T12:00:00.000Z",
        created: null,
        source: "archive",
      });
      expect(items.flatMap((item) => item.readDamage?.() ?? [])).toEqual([]);
    });

    it("is known by its content, whatever it is called, and office documents are left alone", async () => {
      const zip = writeZip([{ name: "a.log", bytes: "x" }]);
      scratch.write("collection.bin", zip);
      scratch.write("report.docx", zip);
      const { items } = await takeIn([scratch.path]);
      expect(items.map((item) => item.name)).toEqual(["a.log", "report.docx"]);
    });

    it("may be read backwards and in any pieces", async () => {
      const path = scratch.write("logs.zip", writeZip([{ name: "a.log", bytes: LOG.repeat(10) }]));
      const { items } = await takeIn([path]);
      const source = await items[0]?.open();
      const all = LOG.repeat(10);
      await fc.assert(
        fc.asyncProperty(fc.nat(all.length + 10), fc.nat(5000), async (offset, length) => {
          const bytes = await source?.read(offset, length);
          expect(Buffer.from(bytes ?? []).toString()).toBe(all.slice(offset, offset + length));
        }),
        { numRuns: 60 },
      );
      await source?.close();
    });

    it("opens archives inside archives, stored or packed, and packed logs in them", async () => {
      const inner = writeZip([
        { name: "u_ex.log.gz", bytes: gzipSync(LOG), method: "store" },
        { name: "b.log", bytes: LOG },
      ]);
      const path = scratch.write(
        "outer.zip",
        writeZip([
          { name: "packed.zip", bytes: inner },
          { name: "stored.zip", bytes: inner, method: "store" },
        ]),
      );
      const { items, damage } = await takeIn([path]);
      expect(damage).toEqual([]);
      expect(items.map((item) => item.origin.slice(path.length))).toEqual([
        "!packed.zip!b.log",
        "!packed.zip!u_ex.log.gz!u_ex.log",
        "!stored.zip!b.log",
        "!stored.zip!u_ex.log.gz!u_ex.log",
      ]);
      for (const item of items) expect(await textOf(item)).toBe(LOG);
      expect(items.map((item) => item.collection.slice(path.length))).toEqual([
        "!packed.zip",
        "!packed.zip",
        "!stored.zip",
        "!stored.zip",
      ]);
    });
  });

  describe("what an archive must not do", () => {
    it("reads entries whose names lead out of it under harmless names, and reports each once", async () => {
      const names = [
        "../../up.txt",
        "/abs.txt",
        "C:\\Windows\\x.txt",
        "..\\..\\back.txt",
        "nul\0.txt",
        "C:",
        "ok/../in.txt",
      ];
      const path = scratch.write("evil.zip", writeZip(names.map((name) => ({ name, bytes: name }))));
      const { items, damage } = await takeIn([path]);
      expect(items.length).toBe(names.length);
      expect(damage.map((one) => [one.code, one.lost])).toEqual(names.map(() => ["PATH_TRAVERSAL", "value"]));
      for (const item of items) {
        expect(item.origin.slice(path.length)).not.toMatch(/\.\.|\0|!\//);
        expect(names).toContain(await textOf(item));
      }
    });

    it("does not follow a link stored in it", async () => {
      const path = scratch.write(
        "a.zip",
        writeZip([{ name: "l", bytes: "/etc/passwd", unixMode: 0o120777 }]),
      );
      const { items, damage } = await takeIn([path]);
      expect(damage).toMatchObject([{ code: "PATH_LINK", lost: "file" }]);
      expect(await textOf(items[0])).toBe("");
    });

    it("says what an encrypted entry and an unknown method need", async () => {
      const path = scratch.write(
        "a.zip",
        writeZip([
          { name: "a.log", bytes: "x", encrypted: true },
          { name: "data.zip", bytes: "x", method: 99 },
          { name: "z.log", bytes: "x", method: 14 },
        ]),
      );
      const { items, damage } = await takeIn([path]);
      expect(damage.map((one) => one.code)).toEqual([
        "ZIP_ENCRYPTED",
        "ZIP_ENCRYPTED",
        "ZIP_UNSUPPORTED_METHOD",
      ]);
      expect(damage[1]?.note).toContain("velociraptor unzip");
      expect(items.map((item) => item.blocked)).toEqual([true, true, true]);
    });

    it("stops at a bomb of a gigabyte of zeros, in little memory", async () => {
      const zeros = deflatedZeros(1024);
      const parts: ZipPart[] = [
        { name: "bomb.log", bytes: "", packed: zeros, statedSize: 1 << 30 },
        { name: "liar.log", bytes: "small", packed: zeros },
        { name: "z.log", bytes: LOG },
      ];
      const path = scratch.write("bomb.zip", writeZip(parts));
      const { items, damage } = await takeIn([path]);
      expect(damage).toMatchObject([{ code: "ARCHIVE_RATIO_LIMIT", lost: "rest", at: { item: 0 } }]);
      const source = await items[0]?.open();
      let total = 0;
      let highest = 0;
      for (;;) {
        const bytes = (await source?.read(total, 1 << 20)) ?? new Uint8Array(0);
        if (bytes.length === 0) break;
        total += bytes.length;
        highest = Math.max(highest, process.memoryUsage().arrayBuffers);
      }
      await source?.close();
      expect(total).toBe(64 * 1024 * 1024);
      expect(highest).toBeLessThan(150 * 1024 * 1024);
      expect(await textOf(items[1])).toHaveLength(5);
      expect(items[1]?.readDamage?.()).toMatchObject([{ code: "ZIP_ENTRY_MALFORMED", lost: "rest" }]);
      expect(await textOf(items[2])).toBe(LOG);
    });

    it("stops a gzip bomb while it is read", async () => {
      scratch.write("a.log.gz", gzipSync(new Uint8Array(1 << 22)));
      const { items } = await takeIn([scratch.path], { limits: { ratioFloorBytes: 1 << 20, maxRatio: 100 } });
      expect(await textOf(items[0])).toHaveLength(1 << 20);
      expect(items[0]?.readDamage?.()).toMatchObject([
        { code: "ARCHIVE_RATIO_LIMIT", at: { offsetBytes: 1 << 20 } },
      ]);
    });

    it("keeps what was listed before a limit and reports the limit", async () => {
      const many = Array.from({ length: 20 }, (_, index) => ({ name: `${100 + index}.log`, bytes: LOG }));
      const path = scratch.write("a.zip", writeZip(many));
      const few = await takeIn([path], { limits: { maxEntries: 5 } });
      expect(few.damage).toMatchObject([{ code: "ARCHIVE_ENTRY_LIMIT", lost: "rest", at: { item: 0 } }]);
      expect(few.items.map((item) => item.name)).toEqual([
        "a.zip",
        "100.log",
        "101.log",
        "102.log",
        "103.log",
        "104.log",
      ]);
      const total = await takeIn([path], { limits: { maxTotalBytes: LOG.length * 3 } });
      expect(total.damage.length).toBe(17);
      expect(new Set(total.damage.map((one) => one.code))).toEqual(new Set(["ARCHIVE_TOTAL_LIMIT"]));
      expect(await textOf(total.items[2])).toBe(LOG);
      expect(await textOf(total.items[3])).toBe("");
    });

    it("goes no deeper than the limit, and holds no large archive in memory", async () => {
      let zip = writeZip([{ name: "core.log", bytes: "x" }]);
      for (let depth = 0; depth < 5; depth++)
        zip = writeZip([{ name: "in.zip", bytes: zip, method: "store" }]);
      const path = scratch.write("deep.zip", zip);
      const deep = await takeIn([path]);
      expect(deep.damage).toMatchObject([{ code: "ARCHIVE_DEPTH_LIMIT", lost: "file" }]);
      expect(deep.items.map((item) => item.name)).toEqual(["in.zip"]);
      const large = scratch.write(
        "large.zip",
        writeZip([{ name: "in.zip", bytes: writeZip([{ name: "a", bytes: LOG }]) }]),
      );
      const refused = await takeIn([large], { limits: { maxNestedBytes: 100 } });
      expect(refused.damage).toMatchObject([{ code: "FILE_TOO_LARGE", lost: "file" }]);
    });
  });

  describe("a damaged zip", () => {
    const parts: ZipPart[] = [
      { name: "a.log", bytes: LOG },
      { name: "b.log", bytes: LOG, method: "store" },
      { name: "c.log", bytes: LOG, trailer: true },
      { name: "d.log", bytes: LOG, trailer: true, zip64: true },
      { name: "e.log", bytes: "end" },
    ];

    it("without its table of contents still gives its files, and says that it was cut off", async () => {
      const path = scratch.write("cut.zip", writeZip(parts, { noDirectory: true }));
      const { items, damage } = await takeIn([path]);
      expect(damage).toMatchObject([{ code: "ZIP_MALFORMED", lost: "rest", at: { item: 0 } }]);
      expect(damage[0]?.note).toContain("table of contents is missing");
      expect(items.map((item) => item.name)).toEqual([
        "cut.zip",
        "a.log",
        "b.log",
        "c.log",
        "d.log",
        "e.log",
      ]);
      for (const item of items.slice(1, 5)) expect(await textOf(item)).toBe(LOG);
      expect(await textOf(items[5])).toBe("end");
      expect(items.flatMap((item) => item.readDamage?.() ?? [])).toEqual([]);
    });

    it("with something before it or a wrong table still gives its files", async () => {
      const prefixed = scratch.write(
        "prefixed.zip",
        writeZip(parts, { prefix: new Uint8Array(5000).fill(7) }),
      );
      const { items } = await takeIn([prefixed]);
      expect(await textOf(items.find((item) => item.name === "d.log"))).toBe(LOG);
    });

    it("reports a wrong checksum and less data than stated, and still gives the bytes", async () => {
      const path = scratch.write(
        "a.zip",
        writeZip([
          { name: "crc.log", bytes: LOG, statedCrc: 1 },
          { name: "less.log", bytes: LOG, statedSize: LOG.length + 5 },
        ]),
      );
      const { items } = await takeIn([path]);
      expect(await textOf(items[0])).toBe(LOG);
      expect(items[0]?.readDamage?.()).toMatchObject([{ code: "ZIP_ENTRY_MALFORMED", lost: "value" }]);
      expect(await textOf(items[1])).toBe(LOG);
      expect(items[1]?.readDamage?.()).toMatchObject([{ code: "ZIP_ENTRY_MALFORMED", lost: "rest" }]);
    });

    it("cut at any place gives damage or files, and never fails", async () => {
      const small = writeZip([
        { name: "a.log", bytes: LOG.slice(0, 300) },
        { name: "in.zip", bytes: writeZip([{ name: "b.log", bytes: "b" }]), method: "store" },
        { name: "c.log", bytes: "c", trailer: true },
      ]);
      for (let length = 0; length < small.length; length++) {
        const path = scratch.write("cut.zip", small.subarray(0, length));
        const { items, damage } = await takeIn([path]);
        expect(items.length).toBeGreaterThan(0);
        if (length > 0) expect(damage.map((one) => one.code)).toContain("ZIP_MALFORMED");
        for (const item of items) await textOf(item);
      }
    });

    it("with any bytes changed gives damage or files, and never fails", async () => {
      const whole = writeZip(parts.map((part) => ({ ...part, bytes: "some text in it" })));
      const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          const { items } = await takeIn([scratch.write("changed.zip", bytes)]);
          for (const item of items) await textOf(item);
        }),
        { numRuns: 300 },
      );
    });

    it("made of any bytes is listed as what it is", async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
          const { items, damage } = await takeIn([scratch.write("any.zip", bytes)]);
          expect(items[0]?.name).toBe("any.zip");
          expect(damage[0]?.code).toBe("ZIP_MALFORMED");
        }),
        { numRuns: 100 },
      );
    });
  });
});
