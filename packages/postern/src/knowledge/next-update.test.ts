import { describe, expect, test } from "vitest";
import type { Build } from "./index.ts";
import { loadKnowledge, nextUpdateFor, parseBuild, supportOf } from "./index.ts";

const knowledge = loadKnowledge();

function build(text: string): Build {
  const parsed = parseBuild(text);
  if (parsed === null) throw new Error(`not a build: ${text}`);
  return parsed;
}

describe("support", () => {
  test.each([
    ["2013", "2023-04-11", "supported"],
    ["2013", "2023-04-12", "out"],
    ["2016", "2021-03-03", "supported"],
    ["2016", "2025-10-14", "supported"],
    ["2016", "2025-10-15", "extended"],
    ["2019", "2026-04-20", "out"],
    ["2019", "2026-10-13", "extended"],
    ["2019", "2026-11-24", "out"],
    ["SE", "2026-11-24", "supported"],
    ["SE", "2021-03-03", "unknown"],
  ] as const)("of Exchange %s on %s: %s", (product, day, expected) => {
    expect(supportOf(knowledge, product, day)).toBe(expected);
  });
});

describe("what to install next", () => {
  test.each([
    ["15.1.2106.2", "2021-03-10", "install-update", "15.1.2106.13"],
    ["15.1.2044.4", "2021-03-10", "move-to-cu", "15.1.2176.9"],
    ["15.1.2176.9", "2021-03-10", "nothing", "15.1.2176.9"],
    ["15.1.2176.9", "2021-03-20", "nothing", "15.1.2176.9"],
    ["15.1.2106.13", "2021-04-20", "move-to-cu", "15.1.2242.8"],
    ["15.2.2562.17", "2026-11-24", "install-update", "15.2.2562.56"],
    ["15.2.2562.56", "2026-11-24", "nothing", "15.2.2562.56"],
    ["15.1.2507.6", "2026-09-01", "change-product", "15.1.2507.72"],
    ["15.1.2375.37", "2026-11-24", "change-product", "15.1.2507.77"],
    ["15.2.1544.4", "2026-11-24", "change-product", "15.2.1544.50"],
    ["15.0.1497.12", "2026-11-24", "change-product", "15.0.1497.48"],
    ["15.20.3890.30", "2026-11-24", "unknown", undefined],
  ] as const)("%s on %s: %s, %s", (text, day, action, target) => {
    const next = nextUpdateFor(knowledge, build(text), day);
    expect([next.action, next.target?.build.text]).toEqual([action, target]);
  });

  test("names the way to Exchange SE for each product out of support", () => {
    for (const text of ["15.0.1497.12", "15.1.2106.2", "15.2.792.3"])
      expect(nextUpdateFor(knowledge, build(text), "2026-11-24").text).toContain("Exchange SE");
  });

  test("says that updates after the end of support must be paid for", () => {
    expect(nextUpdateFor(knowledge, build("15.1.2507.6"), "2026-09-01").text).toContain(
      "pay for extended updates",
    );
  });

  test("names the last update of an old CU for the time until it is replaced", () => {
    expect(nextUpdateFor(knowledge, build("15.1.2106.2"), "2021-03-20").text).toBe(
      "Install Exchange 2016 CU20, build 15.1.2242.4 (KB4602569). If that takes time, install Exchange 2016 CU18 Mar21SU, build 15.1.2106.13, at once.",
    );
  });

  test("says CU first, then update, when the CU is too old", () => {
    expect(nextUpdateFor(knowledge, build("15.1.2044.4"), "2021-03-10").text).toMatch(
      /install Exchange 2016 CU19, then Exchange 2016 CU19 Mar21SU, build 15\.1\.2176\.9/,
    );
  });
});
