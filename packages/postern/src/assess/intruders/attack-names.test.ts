import { expect, test } from "vitest";
import { loadPacks } from "../../detect/index.ts";
import { findDataFolder, loadKnowledge } from "../../knowledge/index.ts";

test("every technique that a rule of the packs names is known, so that no stage is left out of an account", () => {
  const { attack } = loadKnowledge();
  const named = loadPacks(findDataFolder("packs")).packs.flatMap((pack) =>
    pack.rules.flatMap((rule) => rule.info.attack),
  );
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((id) => !attack.techniques.has(id)).sort()).toEqual([]);
});
