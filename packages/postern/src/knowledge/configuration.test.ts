import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findDataFolder, loadConfigurationFacts } from "./index.ts";

test("the facts about configurations are read, each row with its source", () => {
  const facts = loadConfigurationFacts();
  expect(facts.nativeModules).toContain("%windir%\\System32\\inetsrv\\cachuri.dll");
  expect(facts.managedTypes.length).toBeGreaterThan(100);
  expect(facts.managedTypes.every((type) => !type.includes(","))).toBe(true);
  expect(new Set(facts.knownBad.map((row) => row.place))).toEqual(
    new Set(["module", "assembly", "folder", "task", "machine-key"]),
  );
});

test("a row without a source is refused with its place", () => {
  const text = readFileSync(join(findDataFolder("knowledge"), "configuration.json"), "utf8");
  const folder = mkdtempSync(join(tmpdir(), "postern-knowledge-"));
  const broken = text.replace('"sources": ["agent-script"]', '"sources": ["nobody"]');
  writeFileSync(join(folder, "configuration.json"), broken);
  expect(() => loadConfigurationFacts(folder)).toThrow(/configuration\.json: agentFactories\[0\]/u);
  rmSync(folder, { recursive: true });
});
