import { join } from "node:path";

import { parseRule } from "@postern/sigma";
import { describe, expect, it } from "vitest";

import { loadPacks, type Pack } from "../packs/index.ts";
import { recordOfCase } from "./case-record.ts";
import { compilePackRules } from "./pack-rules.ts";
import { testPackRules } from "./test-pack-rules.ts";

const folder = join(import.meta.dirname, "../../../../../packs");
const { packs, problems } = loadPacks(folder);

describe("the rules of the packs", () => {
  it("are read without a problem", () => {
    expect(problems).toEqual([]);
    expect(compilePackRules(packs).problems).toEqual([]);
  });

  it("match each of their positive cases, none of their negative ones, and no filter hides a positive one", () => {
    const { passed, failures } = testPackRules(packs);
    expect(failures.map(({ at, message }) => `${at.file}:${String(at.line)} ${message}`)).toEqual([]);
    expect(passed).toBeGreaterThan(2 * packs.flatMap((pack) => pack.rules).length);
  });

  it("never cost a parse of every record of a text log", () => {
    expect(compilePackRules(packs).unconditional).toEqual({});
  });
});

describe("a rule test that should fail", () => {
  const wrong = (detection: string): readonly string[] => {
    const pack = packs.find(({ id }) => id === "proxylogon");
    const rule = pack?.rules.find(({ info }) => info.id === "proxylogon/iis-front-session-241");
    const text = `title: t\nlogsource: {category: webserver}\ndetection: ${detection}\n`;
    const sigma = parseRule(text, "t.yml").rule;
    if (pack === undefined || rule === undefined || sigma === undefined) throw new Error("no rule");
    const changed: Pack = { ...pack, rules: [{ ...rule, sigma }] };
    return testPackRules([changed]).failures.map(({ code }) => code);
  };

  it("says which positive case is missed", () => {
    expect(new Set(wrong("{s: {sc-status: 999}, condition: s}"))).toEqual(new Set(["PACK_CASE_MISSED"]));
  });

  it("says which negative case is matched", () => {
    expect(new Set(wrong("{s: {cs-uri-stem: '*'}, condition: s}"))).toEqual(new Set(["PACK_CASE_MATCHED"]));
  });

  it("says when a rule has no cases", () => {
    const pack = packs.find(({ id }) => id === "proxylogon");
    const rule = pack?.rules[0];
    if (pack === undefined || rule === undefined) throw new Error("no rule");
    const renamed = { ...rule, info: { ...rule.info, id: "proxylogon/nothing-here" } };
    const { passed, failures } = testPackRules([{ ...pack, rules: [renamed] }]);
    expect(passed).toBe(0);
    expect(failures.map(({ code }) => code)).toEqual(["PACK_CASES"]);
  });
});

describe("a case as the log would write it", () => {
  const shared = {
    rule: "p/r",
    matches: true,
    why: "w",
    raw: null,
    at: { file: "c.yml", line: 1, column: 1 },
  };

  it("packs the values of the control panel and doubles their quotes", () => {
    const fields = { EventId: "ECP.Request", "S:CMD": "Url='x'", "S:URL": "/ecp" };
    const { raw } = recordOfCase({ ...shared, artifact: "exchange-ecp-server", fields });
    expect(raw).toBe("ECP.Request,'S:CMD=Url=''x''';S:URL=/ecp");
  });

  it("escapes the JSON of the audit queue and quotes it for CSV", () => {
    const fields = { Cmdlet: "Set-X", Parameters: '-Url "http://a/<"' };
    const { raw } = recordOfCase({ ...shared, artifact: "exchange-audit", fields });
    expect(raw).toContain(String.raw`""Value"":""http:\/\/a\/\u003c""`);
  });
});
