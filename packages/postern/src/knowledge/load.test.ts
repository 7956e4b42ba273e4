import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Knowledge } from "./index.ts";
import { compareBuilds, findBuild, findDataFolder, loadKnowledge } from "./index.ts";

const temporary: string[] = [];
afterEach(() => {
  for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the knowledge with one replacement in one file. */
function changed(file: string, from: string | RegExp, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), "postern-knowledge-"));
  temporary.push(folder);
  cpSync(findDataFolder("knowledge"), folder, { recursive: true });
  const text = readFileSync(join(folder, file), "utf8");
  writeFileSync(join(folder, file), text.replace(from, to));
  return folder;
}

describe("the knowledge that comes with Postern", () => {
  const knowledge = loadKnowledge();

  test("is found from the code and is whole", () => {
    expect(existsSync(join(findDataFolder("knowledge"), "builds.json"))).toBe(true);
    expect(knowledge.builds).toHaveLength(330);
    expect(knowledge.cves).toHaveLength(129);
    expect(knowledge.products.map((row) => row.product)).toEqual(["2013", "2016", "2019", "SE"]);
    expect(knowledge.webFiles.hashes).toHaveLength(39);
    expect(knowledge.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test("names a listed build of the right branch for every fix", () => {
    for (const row of knowledge.cves)
      for (const fix of row.fixedIn) {
        const found = findBuild(knowledge, fix.build);
        expect([row.cve, found?.exact, found?.product, found?.cu]).toEqual([
          row.cve,
          true,
          fix.product,
          fix.cu,
        ]);
      }
  });

  test("has each CVE once and each CU with its own first three numbers", () => {
    expect(new Set(knowledge.cves.map((row) => row.cve)).size).toBe(knowledge.cves.length);
    const branches = new Map<string, string>();
    for (const row of knowledge.builds) {
      const prefix = row.build.parts.slice(0, 3).join(".");
      const name = `${row.product} ${row.cu}`;
      expect(branches.get(prefix) ?? name).toBe(name);
      branches.set(prefix, name);
    }
  });

  test("never dates a build of a branch before an older build of the same branch", () => {
    for (const [i, row] of knowledge.builds.entries()) {
      const older = knowledge.builds[i - 1];
      if (older === undefined || older.product !== row.product || older.cu !== row.cu) continue;
      expect(compareBuilds(older.build, row.build)).toBeLessThan(0);
      expect(older.released <= row.released, `${older.build.text} before ${row.build.text}`).toBe(true);
    }
  });

  test("knows the genuine sign-out page of ECP and the name that advisories print instead", () => {
    const ecp = knowledge.webFiles.folders.find((folder) => folder.id === "ecp-auth");
    expect(ecp?.genuine).toEqual(["TimeoutLogout.aspx"]);
    const imitations = knowledge.webFiles.lookAlikes.flatMap((row) => row.imitations);
    expect(imitations).toContain("TimeoutLogoff.aspx");
    expect(imitations).toContain("RedirSuiteServerProxy.aspx");
    for (const row of knowledge.webFiles.hashes) expect(row.name).toBe(row.name.toLowerCase());
  });
});

const partOf = {
  "builds.json": (knowledge: Knowledge) => knowledge.builds,
  "cves.json": (knowledge: Knowledge) => knowledge.cves,
  "lifecycle.json": (knowledge: Knowledge) => knowledge.products,
  "web-files.json": (knowledge: Knowledge) => knowledge.webFiles,
} satisfies Record<string, (knowledge: Knowledge) => unknown>;

describe("wrong knowledge", () => {
  test.each([
    ["builds.json", `"15.0.516.32"`, `"15.0.516"`, "builds[0].build"],
    ["builds.json", `"15.0.516.32"`, `"15.9.516.32"`, "builds[1].build"],
    ["builds.json", `"released": "2012-12-03"`, `"released": "2012-13-03"`, "builds[0].released"],
    ["builds.json", `"sources": ["ms", "rg"]`, `"sources": ["nobody"]`, "builds[0].sources[0]"],
    ["builds.json", `"asOf": "2026-11-24"`, `"asOf": "soon"`, "asOf"],
    ["cves.json", `"2013 CU23": "15.0.1497.6"`, `"2013": "15.0.1497.6"`, "cves[0].fixedIn.2013"],
    ["cves.json", `"tier": 1`, `"tier": 9`, "cves[0].tier"],
    ["lifecycle.json", `"product": "2013"`, `"product": "2007"`, "products[0].product"],
    ["web-files.json", `"sha256": "75`, `"sha256": "ZZ`, "hashes[0].sha256"],
  ] as const)("in %s is refused with its place (%s to %s)", (file, from, to, place) => {
    const knowledge = loadKnowledge(changed(file, from, to));
    expect(() => partOf[file](knowledge)).toThrow(
      expect.objectContaining({ code: "KNOWLEDGE_INVALID", detail: { file, place } }),
    );
  });

  test("does not disturb the parts that nobody asks for", () => {
    const knowledge = loadKnowledge(changed("cves.json", "{", "["));
    expect(knowledge.builds).toHaveLength(330);
    expect(() => knowledge.cves).toThrow(/cves\.json cannot be read/);
  });

  test("is reported when the folder is not there", () => {
    expect(() => loadKnowledge(join(tmpdir(), "postern-no-such-folder")).builds).toThrow(
      expect.objectContaining({ code: "KNOWLEDGE_INVALID" }),
    );
  });
});
