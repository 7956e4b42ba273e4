import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Damage } from "../../model/index.ts";
import { makeScratch, takeIn, writeZip, type Scratch } from "../testing/index.ts";
import { parseCollectionManifest } from "./collection-manifest.ts";

const HEAD = { kind: "collection", schema: "postern.collection/1", server: "EX01", times: "server" };
const END = { kind: "end", files: 0, sizeBytes: 0, finishedUtc: "2021-03-13T08:00:00.000Z" };
const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

function stated(stored: string, bytes: Uint8Array | string, more = {}): Record<string, unknown> {
  return {
    kind: "file",
    definition: "web-pages",
    path: stored.replace(/^C\//u, "C:\\").replaceAll("/", "\\"),
    stored,
    sizeBytes: bytes.length,
    sha256: sha256(bytes),
    modifiedUtc: "2021-03-03T10:15:34.000Z",
    createdUtc: "2021-03-03T10:15:33.000Z",
    complete: true,
    ...more,
  };
}

const lines = (...rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const notes = (damage: readonly Damage[]): readonly string[] =>
  damage.map((one) => `${one.code} ${one.note.split(": ").at(-1) ?? ""}`);

describe("a collection of Postern's own collectors", () => {
  let scratch: Scratch;
  beforeEach(() => (scratch = makeScratch()));
  afterEach(() => scratch.remove());

  it("gives paths and times of the server, zipped or unpacked, in folders that nothing else would know", async () => {
    const manifest = lines(HEAD, stated("C/Odd/x.aspx", "page"), END);
    scratch.write("open/C/Odd/x.aspx", "page");
    scratch.write("open/postern-collection.jsonl", manifest);
    const parts = [
      { name: "C/Odd/x.aspx", bytes: "page" },
      { name: "postern-collection.jsonl", bytes: manifest },
    ];
    const zip = scratch.write("Postern-EX01.zip", writeZip(parts));
    for (const path of [`${scratch.path}/open`, zip]) {
      const { items, damage } = await takeIn([path]);
      expect(damage).toEqual([]);
      expect(items.map((one) => [one.logicalPath, one.server, one.promised])).toEqual([
        ["C:\\Odd\\x.aspx", "EX01", sha256("page")],
        [null, "EX01", undefined],
      ]);
      expect(items[0]?.times).toEqual({
        modified: "2021-03-03T10:15:34.000Z",
        created: "2021-03-03T10:15:33.000Z",
        source: "collection",
      });
    }
  });

  it("of a copied tree has times that may be those of the copying", async () => {
    scratch.write("C/x.aspx", "page");
    scratch.write(
      "postern-collection.jsonl",
      lines({ ...HEAD, times: "copy" }, stated("C/x.aspx", "page"), END),
    );
    expect((await takeIn([scratch.path])).items[0]?.times.source).toBe("filesystem");
  });

  it("with archives in it: what they hold is no stranger, and a changed one is named", async () => {
    const packed = gzipSync("#Fields: a\n");
    const inner = writeZip([{ name: "y.txt", bytes: "y" }]);
    scratch.write("C/inetpub/wwwroot/b.zip", inner);
    scratch.write("C/inetpub/logs/u.log.gz", packed);
    const rows = [stated("C/inetpub/wwwroot/b.zip", inner), stated("C/inetpub/logs/u.log.gz", packed)];
    scratch.write("postern-collection.jsonl", lines(HEAD, ...rows, END));
    const { items, damage } = await takeIn([scratch.path]);
    expect(damage).toEqual([]);
    expect(items.map((one) => [one.logicalPath, one.promised])).toEqual([
      ["C:\\inetpub\\logs\\u.log", undefined],
      [null, undefined],
      [null, undefined],
    ]);
    scratch.write("C/inetpub/wwwroot/b.zip", writeZip([{ name: "y.txt", bytes: "other" }]));
    scratch.write("C/inetpub/logs/u.log.gz", gzipSync("#Fields: b\n"));
    expect(notes((await takeIn([scratch.path])).damage)).toEqual([
      "COLLECTION_FILE_CHANGED C:\\inetpub\\wwwroot\\b.zip",
      "COLLECTION_FILE_CHANGED C:\\inetpub\\logs\\u.log.gz",
    ]);
  });

  it("from which much was taken away names fifty files, and counts the others", async () => {
    const rows = Array.from({ length: 60 }, (_, index) => stated(`C/${String(index)}.aspx`, "page"));
    scratch.write("postern-collection.jsonl", lines(HEAD, ...rows, END));
    const { damage } = await takeIn([scratch.path]);
    expect(damage).toHaveLength(51);
    expect(damage.at(-1)?.note).toBe("and 10 more files of the manifest");
  });

  it("whose manifest is somebody else's file is a folder like any other", async () => {
    scratch.write("C/inetpub/wwwroot/x.aspx", "page");
    for (const text of [
      "",
      "{}\n",
      '{"kind":"collection","schema":"postern.collection/9"}\n',
      "\u0000\u0001",
    ]) {
      scratch.write("postern-collection.jsonl", text);
      const { items, damage } = await takeIn([scratch.path]);
      expect(damage).toEqual([]);
      expect(items[0]).toMatchObject({ logicalPath: "C:\\inetpub\\wwwroot\\x.aspx", server: null });
    }
  });
});

describe("a manifest", () => {
  const whole = lines(
    HEAD,
    stated("C/a", "a"),
    { kind: "missing", definition: "iis-logs", path: "C:\\x", reason: "locked", detail: "" },
    { kind: "missing", definition: "iis-logs", path: "C:\\y", reason: "locked", detail: "" },
    { kind: "missing", definition: "iis-logs", path: "C:\\z", reason: "magic" },
    stated("C/cut", "cut", { definition: "transport", complete: false }),
    { kind: "done", definition: "iis-logs", files: 0 },
    END,
  );

  it("tells what was taken for each definition, and what not, and why", () => {
    const manifest = parseCollectionManifest(`\uFEFF${whole}`);
    expect(manifest).toMatchObject({ server: "EX01", times: "server", ended: true });
    expect(manifest?.definitions).toEqual([
      { id: "web-pages", files: 1, missing: new Map() },
      { id: "iis-logs", files: 0, missing: new Map([["locked", { count: 2, example: "C:\\x" }]]) },
      { id: "transport", files: 1, missing: new Map([["failed", { count: 1, example: "C:\\cut" }]]) },
    ]);
  });

  it("that is cut anywhere, or holds anything, never fails", () => {
    for (let end = 0; end < whole.length; end += 3) {
      const manifest = parseCollectionManifest(whole.slice(0, end));
      expect(manifest?.ended ?? false).toBe(false);
    }
    fc.assert(fc.property(fc.string(), (text) => void parseCollectionManifest(lines(HEAD) + text)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseCollectionManifest(lines(HEAD, value))));
  });
});
