import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  BUILD_READERS,
  LOG_KINDS,
  OTHER_LOG_KIND,
  SETTING_READERS,
  STATE_READER_IDS,
  TRACE_READER_IDS,
} from "../artifacts/index.ts";
import { loadCollection, loadKnowledge, parseCollection } from "../knowledge/index.ts";

const collection = loadCollection();
const read = new Set(collection.definitions.flatMap((definition) => definition.reads));

/** Ids of the readers in each folder of artifacts/. A new folder belongs here, and what it reads into the definitions. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "antivirus-log": SETTING_READERS.map((reader) => reader.id),
  configuration: SETTING_READERS.map((reader) => reader.id),
  evtx: ["evtx"],
  "exchange-build": BUILD_READERS.map((reader) => reader.id),
  "exchange-state": STATE_READER_IDS,
  "file-history": TRACE_READER_IDS,
  "text-log": [...LOG_KINDS.map((kind) => kind.artifact), OTHER_LOG_KIND.artifact],
  "web-file": ["web-file"],
  "windows-event": ["windows-event"],
};

/** Everything that an assessment reads. */
const READERS = [...new Set(Object.values(FOLDERS).flat())].sort();

describe("the definitions of what to collect", () => {
  it.each(READERS)("cover %s, which an assessment reads", (id) => {
    expect(read.has(id) || collection.elsewhere[id] !== undefined).toBe(true);
  });

  it("know every folder of readers that there is", () => {
    const folders = readdirSync(join(import.meta.dirname, "../artifacts"), { withFileTypes: true });
    expect(
      folders.flatMap((one) => (one.isDirectory() && one.name !== "testing" ? [one.name] : [])).sort(),
    ).toEqual(Object.keys(FOLDERS));
  });

  it("name no reader that does not exist", () => {
    expect([...read].filter((id) => !READERS.includes(id))).toEqual([]);
  });

  it("reach every web folder that the knowledge names", () => {
    const copied = collection.definitions.filter((one) => one.how === "copy").flatMap((one) => one.places);
    for (const { path } of loadKnowledge().webFiles.folders) {
      const parts = path
        .replace(/^%ExchangeInstallPath%/u, "exchange\\")
        .replace(/^%SystemDrive%\\inetpub\\wwwroot/u, "web-roots");
      const reached = copied.some(
        ({ root, folder, names, deep }) =>
          deep &&
          names.some((name) => name === "*" || name === "*.as?x") &&
          parts.toLowerCase().startsWith(`${root}\\${folder}`.toLowerCase().replace(/\\$/u, "")),
      );
      expect([path, reached]).toEqual([path, true]);
    }
  });

  it("reach every root, so that no folder is looked up for nothing", () => {
    const used = new Set(collection.definitions.flatMap((one) => one.places.map((place) => place.root)));
    expect(collection.roots.map((root) => root.id).filter((id) => !used.has(id))).toEqual([]);
  });

  it("answer something, each once, in words that fit the sentence", () => {
    for (const { answers, title } of collection.definitions) {
      expect(answers).toMatch(/^(?:whether|which|whose|when|what) /u);
      expect(`${title}${answers}`).not.toMatch(/[.\n]$/u);
    }
  });

  it("keep output of commands in files with different names", () => {
    const files = collection.definitions.flatMap((one) => one.commands.map((command) => command.file));
    expect(new Set(files).size).toBe(files.length);
  });

  it("name the place of a mistake", () => {
    const text =
      "asOf: 2026-11-24\nsources: {}\nroots: []\ndefinitions: [{ id: x, title: y, how: steal }]\nelsewhere: {}\n";
    expect(() => parseCollection(text)).toThrow(
      /collection\.yml: definitions\[0\]\.how must be one of copy/u,
    );
    expect(() => parseCollection("a: [")).toThrow(/collection\.yml/u);
  });
});
