import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseRule, type SigmaRule } from "@postern/sigma";

import { normalizeTextRecord } from "../../events/index.ts";
import type { Event } from "../../model/index.ts";
import { recordOfCase } from "./case-record.ts";
import { fieldsOf } from "./event-fields.ts";
import { loadPipelines } from "./pipelines.ts";
import { compileRuleSet } from "./rule-set.ts";

const pipelines = loadPipelines();

function ruleOf(detection: string): SigmaRule {
  const { rule, problems } = parseRule(
    `title: t\nlogsource: {category: webserver}\ndetection:\n${detection.replace(/^/gm, "  ")}\n`,
    "t.yml",
  );
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

function eventOf(artifact: string, fields: Readonly<Record<string, string>>): Event {
  const at = { file: "t", line: 1, column: 1 };
  return normalizeTextRecord(
    recordOfCase({ rule: "t", artifact, fields, raw: null, matches: true, why: "", at }),
  );
}

const path = fc.constantFrom("/owa/auth.owa", "/ecp/y.js", "/a%20b/x.aspx", "/", "/EWS/Exchange.asmx");
const query = fc.constantFrom("-", "a=1", "cmd=whoami&x=%27", "@x.com/mapi?&Email=y", "q=1,2;3");
const agent = fc.constantFrom("-", "Mozilla/5.0+(X11;+Linux)", "python-requests/2.25", "a++b");
const iis = fc.record({ path, query, agent, status: fc.constantFrom("200", "404", "500") }).map((one) =>
  eventOf("iis-w3c", {
    "cs-method": "GET",
    "cs-uri-stem": one.path,
    "cs-uri-query": one.query,
    "cs(User-Agent)": one.agent,
    "sc-status": one.status,
  }),
);
const httpProxy = fc.record({ path, query, agent, status: fc.constantFrom("200", "404", "500") }).map((one) =>
  eventOf("exchange-httpproxy", {
    Method: "GET",
    UrlStem: one.path,
    UrlQuery: one.query === "-" ? "" : `?${one.query}`,
    UserAgent: one.agent.replaceAll("+", " "),
    HttpStatus: one.status,
  }),
);
const field = fc.constantFrom("cs-uri-query", "cs-uri-stem", "c-uri", "cs-uri", "cs-user-agent", "cs-method");

/** Rules that look for a piece of what the line says in one of its forms, so that many of them match. */
function rulesFor(event: Event): fc.Arbitrary<readonly string[]> {
  const get = fieldsOf(event);
  const texts = ["record.uri", "UrlQuery", "cs-uri-query", "user_agent.original", "cs(User-Agent)"]
    .flatMap((name) => get(name) ?? [])
    .concat(event.raw ?? "")
    .map(String)
    .filter((text) => text !== "");
  const piece = fc
    .tuple(fc.constantFrom(...texts), fc.nat(40), fc.integer({ min: 1, max: 24 }))
    .map(([text, from, length]) => text.slice(from % text.length).slice(0, length))
    .map((text) => text.replace(/[\\*?]/gu, "\\$&"));
  const test = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(field, piece)
        .map(([name, value]) => `{${name}|contains: ${JSON.stringify(value)}}`),
    },
    piece.map((value) => `[${JSON.stringify(value)}]`),
    fc.constantFrom("{sc-status: 200}", "{sc-status: [404, 500]}", "{cs-username: null}"),
  );
  const rule = fc
    .tuple(test, test, fc.constantFrom("a", "a and b", "a or b", "a and not b", "1 of them"))
    .map(([a, b, condition]) => `a: ${a}\nb: ${b}\ncondition: ${condition}`);
  return fc.array(rule, { minLength: 1, maxLength: 2 });
}

const lineAndRules = fc.oneof(iis, httpProxy).chain((event) => fc.tuple(fc.constant(event), rulesFor(event)));

describe("what is decided before a line is parsed", () => {
  it("never passes over a line that a rule would match, and is sure of none that it matches otherwise, whatever the rules and the line", () => {
    fc.assert(
      fc.property(lineAndRules, ([event, rules]) => {
        const set = compileRuleSet(rules.map(ruleOf), pipelines);
        const matched = set.matchPlain(event);
        expect(set.match(event)).toEqual(matched);
        const raw = (event.raw ?? "").toLowerCase();
        const literals = set.literalsOf[event.artifact] ?? [];
        const found = literals.filter((literal) => raw.includes(literal));
        if (matched.length > 0 && !set.parseAll.has(event.artifact)) expect(found).not.toEqual([]);
        const get = (column: string): string | null => event.fields[column] ?? null;
        for (const numberOf of [(): null => null, (): number => 1]) {
          const holdsAny = (texts: readonly string[]): boolean => texts.some((text) => raw.includes(text));
          const said = set.mayMatch(event.artifact, { get, numberOf, holdsAny }, found);
          const isNever = said === false || (typeof said === "object" && "sameIn" in said);
          if (matched.length > 0) expect(isNever).toBe(false);
          if (typeof said === "object" && "numbers" in said) expect(said.numbers).toEqual(matched);
        }
      }),
      { numRuns: 600 },
    );
  });

  it("is sure of rules that ask for the page, the method and the status only", () => {
    const set = compileRuleSet(
      ["a: {cs-uri-stem|endswith: .aspx, sc-status: 404}\ncondition: a", "a: [whoami]\ncondition: a"].map(
        ruleOf,
      ),
      pipelines,
    );
    const line = { "cs-method": "GET", "cs-uri-stem": "/x.aspx", "sc-status": "404" };
    const said = (fields: Readonly<Record<string, string>>, found: readonly string[]): unknown => {
      const get = (column: string): string | null => fields[column] ?? null;
      const numberOf = (): number => Object.values(fields).join("").length;
      return set.mayMatch("iis-w3c", { get, numberOf, holdsAny: () => null }, found);
    };
    expect(said(line, [".aspx"])).toEqual({ numbers: [0] });
    expect(said({ ...line, "sc-status": "20" }, [".aspx"])).toHaveProperty("sameIn");
    expect(said({ ...line, "cs-method": "POST" }, [".aspx", "whoami"])).toBe(true);
  });

  it("names the texts that a line must hold besides, where each rule left needs one", () => {
    const set = compileRuleSet(
      ["a: {cs-uri-stem|endswith: .aspx, cs-uri-query|contains: [whoami, ipconfig]}\ncondition: a"].map(
        ruleOf,
      ),
      pipelines,
    );
    const fields = {
      "cs-method": "GET",
      "cs-uri-stem": "/x.aspx",
      "cs-uri-query": "q=1",
      "sc-status": "200",
    };
    const get = (column: string): string | null => new Map(Object.entries(fields)).get(column) ?? null;
    const said = (holds: boolean | null, numberOf: () => number | null): unknown =>
      set.mayMatch("iis-w3c", { get, numberOf, holdsAny: () => holds }, [".aspx", "whoami", "ipconfig"]);
    expect(said(true, () => 1)).toBe(false);
    expect(said(null, () => 1)).toBe(false);
    expect(said(false, () => null)).toBe(false);
    expect(said(false, () => 1)).toMatchObject({
      unless: [".aspx"],
      sameIn: [["cs-method", "cs-uri-stem", "sc-status", "s-port"], ["cs(User-Agent)"]],
    });
  });
});
