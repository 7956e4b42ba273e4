import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { findDataFolder } from "../../knowledge/index.ts";
import { loadPacks } from "./load-packs.ts";
import { readReadPacks } from "./read-packs-file.ts";

let folder = "";
let packs = "";
let file = "";
const names = (): readonly string[] => readdirSync(packs).sort();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "postern-packs-"));
  packs = join(folder, "packs");
  file = join(folder, "packs.json");
  for (const name of ["proxylogon", "proxyshell"])
    cpSync(join(findDataFolder("packs"), name), join(packs, name), { recursive: true });
  writeFileSync(file, JSON.stringify(loadPacks(packs)));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("packs that were kept are what reading them gives", () => {
  expect(readReadPacks(file, packs, names())).toEqual(loadPacks(packs).packs);
});

test("packs that were changed, added or removed since, or never kept, are read anew", () => {
  const kept = names();
  expect(readReadPacks(join(folder, "none.json"), packs, kept)).toBeNull();
  expect(readReadPacks(file, packs, [...kept, "zz"])).toBeNull();
  expect(readReadPacks(file, packs, kept.slice(1))).toBeNull();
  appendFileSync(join(packs, "proxyshell", "pack.yml"), "\n");
  expect(readReadPacks(file, packs, kept)).toBeNull();
});
