import {
  compileRule,
  type LiteralOptions,
  parseRule,
  requiredLiterals,
  type SigmaRule,
} from "@postern/sigma";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

function ruleOf(detection: string): SigmaRule | undefined {
  return parseRule(
    `title: t\nlogsource: {product: p}\ndetection:\n${detection.replace(/^/gm, "  ")}\n`,
    "t.yml",
  ).rule;
}

function literals(detection: string, options?: LiteralOptions): readonly string[] | null {
  const rule = ruleOf(detection);
  if (rule === undefined) throw new Error("not a rule");
  return requiredLiterals(rule, options);
}

const one = (line: string): string => `s:\n  ${line}\ncondition: s`;

describe("the texts that a matching record must hold", () => {
  test.each([
    [
      "the longest part that no encoding can hide",
      "a|contains: 'x=/ecp/DDI/DDIService.svc/Get'",
      ["ddiservice.svc"],
    ],
    ["one per alternative", "a|contains: [alpha, beta-1]", ["alpha", "beta-1"]],
    ["none when one alternative is too short", "a|contains: [alpha, b]", null],
    ["the best of several that must all occur", "a|contains|all: [word, longerword, x]", ["longerword"]],
    ["none for numbers", "a: 4688", null],
    ["none for absence", "a: null", null],
    ["none for ranges of addresses", "a|cidr: 10.0.0.0/8", null],
    ["none for a negated field", "a|neq: somebody", null],
    ["parts between wildcards", "a: 'abcd*efghi?jk'", ["efghi"]],
    ["a leading hyphen is left out", "a|contains: '-FilePath'", ["filepath"]],
    ["the fixed part of an expression", "a|re: '^Server[0-9]?~[^/]+/ecp'", ["server"]],
    [
      "what stands around alternatives too",
      "a|re: '^Server(Info|Inf0)~[^/]+/ecp'",
      ["serverinf0~", "serverinfo~"],
    ],
    ["the alternatives of an expression", "a|re: '(alpha|gamma[0-9])x'", ["alpha", "gamma"]],
    [
      "alternatives with what stands before and behind them",
      "a|re: '(^|[?&])x(alpha|be(ta|st))y[0-9]'",
      ["xalphay", "xbesty", "xbetay"],
    ],
    [
      "parts of alternatives that are too many together",
      "a|re: '(a|b|c|d)(e|f|g|h)(i|j|k|l)[mn]?(o|p)word'",
      ["oword", "pword"],
    ],
    ["none for an optional part", "a|re: '(alpha)?b'", null],
    ["letters of either case", "a|re|i: 'AlPhA'", ["alpha"]],
    ["Base64 forms that differ", "a|base64|contains: whoami", ["d2hvyw1p"]],
  ])("%s", (_name, line, expected) => {
    expect(literals(one(line))).toEqual(expected);
  });

  test("an and takes one side, an or needs both, a not gives nothing", () => {
    const selections = "a: {x|contains: alpha}\nb: {x|contains: longest}\nc: {x: 1}\n";
    expect(literals(`${selections}condition: a and b and c`)).toEqual(["longest"]);
    expect(literals(`${selections}condition: a or b`)).toEqual(["alpha", "longest"]);
    expect(literals(`${selections}condition: a or c`)).toBeNull();
    expect(literals(`${selections}condition: a and not b`)).toEqual(["alpha"]);
    expect(literals(`${selections}condition: not a`)).toBeNull();
    expect(literals(`${selections}condition: 1 of them`)).toBeNull();
    expect(literals(`${selections}condition: all of them`)).toEqual(["longest"]);
  });

  test("texts that the caller forbids or would rather not use are honoured", () => {
    const rule = one("a|contains|all: ['suceeded. Cmdlet', 'Get-App']");
    expect(literals(rule)).toEqual(["suceeded."]);
    expect(literals(rule, { never: new Set(["suceeded.", "cmdlet"]) })).toEqual(["get-app"]);
    expect(literals(rule, { refuse: (text) => text.endsWith(".") })).toEqual(["get-app"]);
    expect(literals(rule, { avoid: new Set(["suceeded."]) })).toEqual(["get-app"]);
    expect(literals(one("a|contains: alpha"), { avoid: new Set(["alpha"]) })).toEqual(["alpha"]);
    expect(literals(one("a|contains: alpha"), { derivedFields: new Set(["a"]) })).toBeNull();
  });

  test("shorter texts serve where the caller can look for them", () => {
    expect(literals(one("a|re: '(plink|ssh)(.exe)?'"))).toBeNull();
    expect(literals(one("a|re: '(plink|ssh)(.exe)?'"), { minLength: 3 })).toEqual(["plink", "ssh"]);
  });

  test("characters that the caller knows to be safe hold a literal together", () => {
    expect(literals(one("a|contains: '/ecp/x.js'"))).toEqual(["x.js"]);
    expect(literals(one("a|contains: '/ecp/x.js'"), { alsoSafe: "/" })).toEqual(["/ecp/x.js"]);
    expect(literals(one("a|contains: 'q[x]=^y'"), { alsoSafe: "[]=^" })).toEqual(["q[x]=^y"]);
  });

  test("a number counts where the caller knows how it stands in the record", () => {
    const numberForm = (field: string, value: number): string | null =>
      field === "sc-status" ? ` ${String(value)} ` : null;
    expect(literals(one("sc-status: [241, 200]"), { numberForm })).toEqual([" 200 ", " 241 "]);
    expect(literals(one("s-port: 444"), { numberForm })).toBeNull();
  });

  test("whatever the rule and the event: a match holds a required literal", () => {
    const word = fc.constantFrom(
      "alpha",
      "be/ta",
      "cmd.exe",
      "ALPHA beta",
      "x",
      "Ünder",
      "a\\*b",
      "al?ha",
      "*gamma*",
      "\u212aelvin",
      "İstan",
    );
    const key = fc.constantFrom(
      "f",
      "f|contains",
      "f|endswith",
      "f|startswith",
      "f|contains|all",
      "g|contains",
      "f|neq",
      "f|windash|contains",
      "f|cased",
      "f|re",
      "f|re|i",
    );
    const line = fc.tuple(key, fc.array(word, { minLength: 1, maxLength: 3 })).map(([name, words]) => {
      const regex = name.includes("|re") ? words.map((text) => text.replace(/[*?\\]/g, ".")) : words;
      return `  '${name}': [${regex.map((text) => `'${text}'`).join(", ")}]`;
    });
    const condition = fc.constantFrom(
      "a",
      "a and b",
      "a or b",
      "a and not b",
      "not a or b",
      "1 of them",
      "all of them",
    );
    const value = fc.array(
      fc.constantFrom(
        "alpha",
        "be/ta",
        "cmd.exe",
        " ",
        "beta",
        "x",
        "ünder",
        "a*b",
        "gamma",
        "kelvin",
        "istan",
        "K",
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(line, line, condition, fc.tuple(value, value), (a, b, how, [f, g]) => {
        const rule = ruleOf(`a:\n${a}\nb:\n${b}\ncondition: ${how}`);
        const event: Readonly<Record<string, string>> = { f: f.join(""), g: g.join("") };
        if (rule === undefined || !compileRule(rule).matches((field) => event[field])) return;
        const needed = requiredLiterals(rule);
        const text = Object.values(event)
          .join(" ")
          .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        expect(needed === null || needed.some((literal) => text.includes(literal))).toBe(true);
        for (const literal of needed ?? []) expect(literal).toMatch(/^[a-z0-9_.~-]{4,}$/);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});
