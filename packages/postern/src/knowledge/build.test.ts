import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Build } from "./build.ts";
import { compareBuilds, parseBuild, sameBranch } from "./build.ts";

function build(text: string): Build {
  const parsed = parseBuild(text);
  if (parsed === null) throw new Error(`not a build: ${text}`);
  return parsed;
}

describe("a build number", () => {
  test.each([
    ["15.01.2375.007", "15.1.2375.7"],
    ["15.1.2375.7", "15.1.2375.7"],
    [" 15.02.0986.005\r\n", "15.2.986.5"],
    ["Version 15.1 (Build 2375.7)", "15.1.2375.7"],
    ["15.00.1497.012", "15.0.1497.12"],
  ])("is read from %s", (text, expected) => {
    expect(parseBuild(text)?.text).toBe(expected);
  });

  test.each([
    "",
    "15.1",
    "15.1.2375",
    "15.1.2375.7.1",
    "15.1.2375.x",
    "v15.1.2375.7",
    "1e3.1.1.1",
    "15.1.-5.7",
  ])("is not read from %j", (text) => {
    expect(parseBuild(text)).toBeNull();
  });

  test("is not a number out of Active Directory, which carries 30000 on top", () => {
    expect(parseBuild("Version 15.1 (Build 32375.7)")).toBeNull();
  });

  test("is compared number by number, not as text", () => {
    expect(compareBuilds(build("15.1.2106.13"), build("15.1.2106.2"))).toBeGreaterThan(0);
    expect(compareBuilds(build("15.01.0845.034"), build("15.1.2106.2"))).toBeLessThan(0);
    expect(compareBuilds(build("15.02.1748.039"), build("15.2.1748.39"))).toBe(0);
  });

  test("shares its first three numbers with its CU", () => {
    expect(sameBranch(build("15.1.2106.13"), build("15.1.2106.2"))).toBe(true);
    expect(sameBranch(build("15.1.2106.13"), build("15.2.2106.13"))).toBe(false);
  });

  test("survives its own text, padded or not, and order agrees with the numbers", () => {
    const number = fc.nat({ max: 29_999 });
    fc.assert(
      fc.property(fc.nat({ max: 99 }), fc.nat({ max: 99 }), number, number, (major, minor, third, fourth) => {
        const padded = `${String(major)}.${String(minor).padStart(2, "0")}.${String(third).padStart(4, "0")}.${String(fourth).padStart(3, "0")}`;
        const parsed = build(padded);
        expect(parsed.parts).toEqual([major, minor, third, fourth]);
        expect(parseBuild(parsed.text)).toEqual(parsed);
      }),
    );
  });

  test("never throws on any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseBuild(text);
        expect(parsed === null || /^(\d+\.){3}\d+$/.test(parsed.text)).toBe(true);
      }),
    );
  });
});
