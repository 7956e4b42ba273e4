import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { findDataFolder } from "../../knowledge/index.ts";
import type { Problem } from "../../model/index.ts";
import { compilePackRules } from "../sigma/index.ts";
import { choosePacks, datedIndicators, loadPacks, readRuleCases } from "./index.ts";

const PACKS = findDataFolder("packs");
const scratch = mkdtempSync(join(tmpdir(), "postern-packs-"));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** A copy of the shipped packs with one file changed. */
function changed(name: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(scratch, "packs-"));
  cpSync(PACKS, folder, { recursive: true });
  const path = join(folder, "proxylogon", name);
  writeFileSync(path, change(readFileSync(path, "utf8")));
  return folder;
}

function problemsOf(name: string, change: (text: string) => string): readonly Problem[] {
  return loadPacks(changed(name, change)).problems;
}

describe("the packs that ship with Postern", () => {
  const { packs, problems } = loadPacks(PACKS);

  it("have no mistakes", () => {
    expect(problems).toEqual([]);
    expect(compilePackRules(packs).problems).toEqual([]);
    expect(packs.map(({ id }) => id)).toContain("proxylogon");
  });

  it("can be cloned to a worker and judge there as here", () => {
    expect(structuredClone(packs)).toEqual(packs);
  });

  it("have cases for every rule, both that match and that do not", () => {
    const found: Problem[] = [];
    for (const pack of packs) {
      for (const rule of pack.rules) {
        const cases = readRuleCases(pack, rule, found);
        expect([rule.info.id, new Set(cases.map(({ matches }) => matches)).size]).toEqual([rule.info.id, 2]);
      }
    }
    expect(found).toEqual([]);
  });

  it("say for every rule what may look the same, and where its facts come from", () => {
    for (const { sigma, info } of packs.flatMap((pack) => pack.rules)) {
      expect([info.id, sigma.falsepositives.length > 0, sigma.references.length > 0]).toEqual([
        info.id,
        true,
        true,
      ]);
      expect(sigma.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });

  it("give every Sigma id once", () => {
    const ids = packs.flatMap((pack) => pack.rules.map(({ sigma }) => sigma.id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("use every kind, and only placeholders that the assessment fills", () => {
    const used = new Set(packs.flatMap((pack) => pack.rules.map(({ info }) => info.kind)));
    for (const pack of packs) {
      expect(Object.keys(pack.kinds).filter((kind) => !used.has(kind))).toEqual([]);
      for (const texts of Object.values(pack.kinds)) {
        const names = [
          ...Object.values(texts)
            .join(" ")
            .matchAll(/\{([^}]*)\}/g),
        ].map((hit) => hit[1]);
        expect(names.filter((name) => !/^(count|addresses|files|first|last)$/.test(name ?? ""))).toEqual([]);
      }
    }
  });

  it("never attach a CVE to a rule that only sees a page in a web folder", () => {
    const rules = packs.flatMap((pack) => pack.rules.map(({ info }) => info));
    expect(rules.filter(({ kind, cves }) => kind.startsWith("web-shell") && cves.length > 0)).toEqual([]);
  });
});

describe("a mistake in a pack is said with its place", () => {
  it("a kind that no text explains", () => {
    const problems = problemsOf("rules/um-child.yml", (text) =>
      text.replace("kind: um-child", "kind: no-such"),
    );
    expect(problems).toEqual([
      expect.objectContaining({ code: "PACK_RULE", message: 'kinds.yml has no kind "no-such"' }),
    ]);
  });

  it("an id that is not the file's", () => {
    const [problem] = problemsOf("rules/um-child.yml", (text) =>
      text.replace("id: proxylogon/um", "id: proxylogon/xm"),
    );
    expect(problem?.message).toContain("proxylogon/xm-child");
  });

  it("a CVE that the pack does not answer for", () => {
    const [problem] = problemsOf("rules/um-child.yml", (text) =>
      text.replace("[CVE-2021-26857]", "[CVE-2021-1]"),
    );
    expect(problem?.message).toBe("pack.yml has no CVE-2021-1");
  });

  it("a rung that does not exist, a rule without our key, a broken rule", () => {
    const codes = (change: (text: string) => string): readonly string[] =>
      problemsOf("rules/um-child.yml", change).map(({ code }) => code);
    expect(codes((text) => text.replace("rung: L3", "rung: L9"))).toEqual(["PACK_RULE"]);
    expect(codes((text) => text.slice(0, text.indexOf("postern:")))).toEqual(["PACK_RULE"]);
    expect(codes((text) => text.replace("|endswith:", "|endwith:"))).toContain("SIGMA_MODIFIER_UNKNOWN");
  });

  it("a number of records that is none, or of a rule whose records count one by one", () => {
    const messages = (atLeast: string, rung: string): readonly string[] =>
      problemsOf("rules/um-child.yml", (text) =>
        text.replace("rung: L3", `rung: ${rung}\n    atLeast: ${atLeast}`),
      ).map(({ message }) => message);
    expect(messages("300", "L0")).toEqual([]);
    expect(messages("300", "null")).toEqual([]);
    expect(messages("many", "L0")).toEqual(["postern.atLeast must be a whole number above 1"]);
    expect(messages("1", "L0")).toEqual(["postern.atLeast must be a whole number above 1"]);
    expect(messages("300", "L3")).toEqual(["postern.atLeast is only for rules on L0 and for leads"]);
  });

  it("a setting or a condition that does not exist", () => {
    const messages = (line: string): readonly string[] =>
      problemsOf("pack.yml", (text) =>
        text.replace("  - id: CVE-2021-26855\n", `  - id: CVE-2021-26855\n    ${line}\n`),
      ).map(({ message }) => message);
    expect(messages("setting: extended-protection")).toEqual([]);
    expect(messages("setting: firewall").join()).toContain("one of shared-identity, extended-protection");
    expect(messages("onlyAfter: lunch").join()).toContain("one of break-in, session");
  });

  it("a missing text of a kind, with line and column", () => {
    const [problem] = problemsOf("kinds.yml", (text) => text.replace(/^ {2}doubt: .*$/m, "  doubt:"));
    expect(problem).toMatchObject({ code: "PACK_VALUE", at: { file: "proxylogon/kinds.yml" } });
    expect(problem?.at.line).toBeGreaterThan(1);
  });

  it("a day that is none, and a file that is no YAML", () => {
    expect(problemsOf("pack.yml", (text) => text.replace("2021-03-02", "2 March"))[0]?.message).toContain(
      "YYYY-MM-DD",
    );
    expect(problemsOf("pack.yml", () => "a: [")[0]?.code).toBe("PACK_YAML");
  });

  it("a pack to use that is not there, and a kind that another pack explains already", () => {
    const used = problemsOf("pack.yml", (text) =>
      text.replace("uses: [exchange-post-exploitation]", "uses: [nowhere]"),
    );
    expect(used.map(({ message }) => message)).toContain('there is no pack "nowhere" to use');
    const kind = "\ncredential-dump: {title: t, severity: low, why: w, doubt: d, next: n}\n";
    expect(problemsOf("kinds.yml", (text) => text + kind).map(({ message }) => message)).toEqual([
      'the kind "credential-dump" stands in the pack "exchange-post-exploitation" already',
    ]);
  });

  it("no way to answer at all, unless it says that there is none", () => {
    const without = (text: string): string => text.replace(/requires:\n( {6}- .*\n)+/, "requires: []\n");
    expect(problemsOf("pack.yml", without)[0]?.message).toBe(
      "cves[0].requires must be a list of ways to answer, or none",
    );
    expect(problemsOf("pack.yml", (text) => without(text).replace("requires: []", "requires: none"))).toEqual(
      [],
    );
  });

  it("a rule without cases", () => {
    const folder = changed("pack.yml", (text) => text);
    rmSync(join(folder, "proxylogon/cases/um-child.yml"));
    const pack = loadPacks(folder).packs.find(({ id }) => id === "proxylogon");
    const rule = pack?.rules.find(({ info }) => info.id === "proxylogon/um-child");
    const problems: Problem[] = [];
    if (pack !== undefined && rule !== undefined) readRuleCases(pack, rule, problems);
    expect(problems.map(({ code }) => code)).toEqual(["PACK_CASES"]);
  });

  it("a folder that is not there is a failure, not an empty list", () => {
    expect(() => loadPacks(join(scratch, "nowhere"))).toThrow(
      expect.objectContaining({ code: "PACK_INVALID" }),
    );
  });
});

describe("the choice of campaigns", () => {
  const { packs } = loadPacks(PACKS);
  const chosen = (...campaigns: readonly string[]): readonly string[] =>
    choosePacks(packs, campaigns).map(({ id }) => id);

  it("takes all when none is named, and with one the packs that it uses", () => {
    expect(chosen()).toEqual(packs.map(({ id }) => id));
    expect(chosen("proxylogon", "proxylogon")).toEqual(["exchange-post-exploitation", "proxylogon"]);
  });

  it("refuses a campaign that there is no pack for, and says which there are", () => {
    expect(() => chosen("proxylogout")).toThrow(/no campaign "proxylogout"; there are .*proxylogon/);
  });
});

it("the addresses of a campaign mean something in its days or in their own, whichever are more", () => {
  const pack = loadPacks(PACKS).packs.find(({ id }) => id === "proxylogon");
  if (pack === undefined) throw new Error("no pack");
  const dated = datedIndicators(pack)?.addresses ?? [];
  expect(dated.length).toBe(pack.indicators?.addresses.length);
  expect(dated.filter(({ from }) => from === null || from > "2021-01-01")).toEqual([]);
  expect(dated.filter(({ to }) => to === null || to < "2021-06-30")).toEqual([]);
  expect(datedIndicators({ ...pack, window: null })).toBe(pack.indicators);
});

it("a change of any byte of a pack changes its hash", () => {
  const hashOf = (folder: string): string | undefined =>
    loadPacks(folder).packs.find(({ id }) => id === "proxylogon")?.hash;
  expect(hashOf(changed("cases/um-child.yml", (text) => `${text}\n`))).not.toBe(hashOf(PACKS));
  expect(hashOf(changed("cases/um-child.yml", (text) => text))).toBe(hashOf(PACKS));
});
