import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { findDataFolder } from "../../knowledge/index.ts";
import { loadPacks } from "./load-packs.ts";
import { readReadPacks } from "./read-packs-file.ts";

interface Kept {
  readonly folder: string;
  readonly packs: string;
  readonly file: string;
}

/** Runs a test with two packs in a folder and a file in which they were kept. */
function withKept(run: (kept: Kept, names: readonly string[]) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "postern-packs-"));
  try {
    const packs = join(folder, "packs");
    const file = join(folder, "packs.json");
    for (const name of ["proxylogon", "proxyshell"])
      cpSync(join(findDataFolder("packs"), name), join(packs, name), { recursive: true });
    writeFileSync(file, JSON.stringify(loadPacks(packs)));
    run({ folder, packs, file }, readdirSync(packs).sort());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("packs that were kept are what reading them gives", () => {
  withKept(({ packs, file }, names) => {
    expect(readReadPacks(file, packs, names)).toEqual(loadPacks(packs).packs);
  });
});

test("packs that were changed, added or removed since, or never kept, are read anew", () => {
  withKept(({ folder, packs, file }, names) => {
    expect(readReadPacks(join(folder, "none.json"), packs, names)).toBeNull();
    expect(readReadPacks(file, packs, [...names, "zz"])).toBeNull();
    expect(readReadPacks(file, packs, names.slice(1))).toBeNull();
    appendFileSync(join(packs, "proxyshell", "pack.yml"), "\n");
    expect(readReadPacks(file, packs, names)).toBeNull();
  });
});
