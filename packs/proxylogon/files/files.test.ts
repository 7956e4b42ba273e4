import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type YaraScanner,
  createLibyaraWasm,
  encodeRuleText,
  readRuleFile,
} from "../../../packages/postern/src/detect/yara/index.ts";

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly match: boolean;
  readonly content: string;
}

const folder = import.meta.dirname;
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".yar.b64"))
  .sort();
const stored = names.map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const sources = stored.flatMap(({ name, text }) => readRuleFile(name, text).source ?? []);
const { cases } = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")) as { cases: Case[] }; // eslint-disable-line postern/no-type-assertion -- our own file; a wrong shape fails the tests
const ids = sources.flatMap(({ text }) =>
  [...text.matchAll(/^\s+id = "([^"]+)"/gmu)].map((match) => match[1] ?? ""),
);

const compiled = createLibyaraWasm().compile(sources);
const matchesOf = async (content: string): Promise<ReturnType<YaraScanner["scan"]>> =>
  (await compiled).scanner.scan(Buffer.from(content, "base64"));

describe("the file rules of the ProxyLogon pack", () => {
  it("are stored encoded, and every file decodes and encodes to the same bytes", () => {
    expect(sources).toHaveLength(names.length);
    for (const [index, source] of sources.entries())
      expect(encodeRuleText(source.text)).toBe(stored[index]?.text);
    expect(readdirSync(folder).filter((name) => name.endsWith(".yar"))).toEqual([]);
  });

  it("compile without a complaint", async () => {
    const { problems, scanner } = await compiled;
    expect(problems).toEqual([]);
    expect(scanner.rules).toHaveLength(ids.length);
    expect(ids.length).toBeGreaterThan(8);
  });

  it.each(ids)("%s has a case that it finds and one that it leaves alone", (id) => {
    const own = cases.filter((one) => one.rule === id);
    expect(own.some((one) => one.match)).toBe(true);
    expect(own.some((one) => !one.match)).toBe(true);
  });

  it.each(cases.map((one) => [one.rule, one.match ? "finds" : "leaves alone", one.name, one] as const))(
    "%s %s: %s",
    async (rule, _word, _name, { match, content }) => {
      const matches = await matchesOf(content);
      expect(matches.some((found) => found.meta["id"] === rule)).toBe(match);
    },
  );

  it("say of themselves all that a finding needs", async () => {
    const { scanner } = await compiled;
    const seen = cases.flatMap((one) => scanner.scan(Buffer.from(one.content, "base64")));
    for (const { meta } of seen) {
      expect(meta["kind"]).toMatch(/^(?:web-shell-file|web-shell-answer|page-compiled|known-bad-file)$/u);
      expect(meta["rung"]).toMatch(/^L[23]$/u);
      expect(meta["confidence"]).toMatch(/^(?:high|medium|low)$/u);
      expect(meta["title"]).not.toBe("");
      expect(meta["source"]).toMatch(/^https:\/\//u);
    }
  });
});
