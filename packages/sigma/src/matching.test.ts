import { compileRule, type FieldMapping, type FieldValue, parseRule, type SigmaRule } from "@postern/sigma";
import { describe, expect, test } from "vitest";

function ruleOf(detection: string): SigmaRule {
  const body = detection.replace(/^/gm, "  ");
  const { rule, problems } = parseRule(`title: t\nlogsource:\n  product: p\ndetection:\n${body}\n`, "t.yml");
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

function matches(
  detection: string,
  event: Readonly<Record<string, FieldValue>>,
  fields?: FieldMapping,
): boolean {
  const rule = ruleOf(detection);
  return compileRule(rule, fields).matches(
    (field) => event[field],
    () => Object.values(event).join(" "),
  );
}

const one = (line: string): string => `selection:\n  ${line}\ncondition: selection`;

describe("a value is compared with the whole field", () => {
  test.each([
    ["case does not count", "a: 'CMD.exe'", { a: "cmd.EXE" }, true],
    ["with cased it does", "a|cased: 'CMD.exe'", { a: "cmd.EXE" }, false],
    ["a part is not enough", "a: cmd", { a: "cmd.exe" }, false],
    ["a star stands for any text", "a: '*\\\\cmd.*'", { a: "C:\\x\\cmd.exe" }, true],
    ["a question mark stands for one character", "a: 'prog?.exe'", { a: "progA.exe" }, true],
    ["nor for half a character", "a: '?x'", { a: "\u{1f600}x" }, true],
    ["and at the end of a text neither", "a: '*x??'", { a: "ax\u{1f600}" }, false],
    ["a star and question marks inside", "a: 'a*?b?*c'", { a: "a\u{1f600}b\u{1f600}c" }, true],
    ["parts do not overlap", "a: 'ab*ba'", { a: "aba" }, false],
    ["a question mark does not stand for none", "a: 'prog?.exe'", { a: "prog.exe" }, false],
    ["an escaped star is a star", "a: 'x\\*y'", { a: "x*y" }, true],
    ["an escaped star is no wildcard", "a: 'x\\*y'", { a: "xAy" }, false],
    [
      "two backslashes before a star are one backslash and a wildcard",
      "a: 'x\\\\*'",
      { a: "x\\whatever" },
      true,
    ],
    ["three backslashes before a star are a backslash and a star", "a: 'x\\\\\\*'", { a: "x\\*" }, true],
    ["a lone backslash is a backslash", "a: 'x\\y'", { a: "x\\y" }, true],
    ["a number equals its text", "a: 4688", { a: "4688" }, true],
    ["a text equals its number", "a: '4688'", { a: 4688 }, true],
    ["an empty text is an empty field", "a: ''", { a: "" }, true],
    ["an empty text is not an absent field", "a: ''", {}, false],
    ["null is an absent field", "a: null", {}, true],
    ["null is a field without value", "a: null", { a: null }, true],
    ["null is not an empty text", "a: null", { a: "" }, false],
    ["one of several values of a field is enough", "a: x", { a: ["y", "X"] }, true],
    ["an absent field has no text", "a: '*'", {}, false],
  ] as const)("%s", (_name, line, event, expected) => {
    expect(matches(one(line), event)).toBe(expected);
  });
});

describe("modifiers", () => {
  test.each([
    ["contains", "a|contains: 'erver'", { a: "ServerInfo" }, true],
    [
      "contains keeps wildcards inside",
      "a|contains: 'Set-*Directory'",
      { a: "x Set-OabVirtualDirectory y" },
      true,
    ],
    ["startswith", "a|startswith: serv", { a: "ServerInfo" }, true],
    ["endswith", "a|endswith: serv", { a: "ServerInfo" }, false],
    ["all wants every value", "a|contains|all: [x, y]", { a: "a x" }, false],
    ["all in any order", "a|contains|all: [x, y]", { a: "y x" }, true],
    ["exists", "a|exists: true", { a: "" }, true],
    ["exists false", "a|exists: false", {}, true],
    ["neq", "a|neq: x", { a: "y" }, true],
    ["neq refuses each of its values", "a|neq: [x, y]", { a: "Y" }, false],
    ["re looks anywhere and minds case", "a|re: 'b+c'", { a: "abbc" }, true],
    ["re minds case", "a|re: 'B+c'", { a: "abbc" }, false],
    ["re with i does not", "a|re|i: 'B+c'", { a: "abbc" }, true],
    ["re anchors", "a|re: '^b'", { a: "abbc" }, false],
    ["re with m anchors at lines", "a|re|m: '^b$'", { a: "a\nb\nc" }, true],
    ["re dot leaves out the newline", "a|re: 'a.b'", { a: "a\nb" }, false],
    ["re with s does not", "a|re|s: 'a.b'", { a: "a\nb" }, true],
    ["windash", "a|windash|contains: ' -enc'", { a: "powershell /enc x" }, true],
    ["windash with a long dash", "a|windash|contains: ' -enc'", { a: "powershell \u2014enc x" }, true],
    ["windash leaves hyphens inside words", "a|windash|contains: 'a-b'", { a: "a/b" }, false],
    ["cidr", "a|cidr: 10.0.0.0/8", { a: "10.200.3.4" }, true],
    ["cidr of the wrong net", "a|cidr: 10.0.0.0/9", { a: "10.200.3.4" }, false],
    ["cidr of IPv6", "a|cidr: 'fe80::/10'", { a: "fe80::1%3" }, true],
    ["cidr of an IPv4 address written as IPv6", "a|cidr: 10.0.0.0/8", { a: "::ffff:10.1.2.3" }, true],
    ["lt", "a|lt: 10", { a: "9" }, true],
    ["gte", "a|gte: 4096", { a: 4096 }, true],
    ["a text is no number", "a|gte: 0", { a: "" }, false],
    ["base64", "a|base64|contains: foobar", { a: "x Zm9vYmFy y" }, true],
    [
      "base64offset finds the text at offset 0",
      "a|base64offset|contains: foobar",
      { a: btoa("foobar!") },
      true,
    ],
    [
      "base64offset finds the text at offset 1",
      "a|base64offset|contains: foobar",
      { a: btoa("1foobar!") },
      true,
    ],
    [
      "base64offset finds the text at offset 2",
      "a|base64offset|contains: foobar",
      { a: btoa("12foobar!") },
      true,
    ],
    ["wide before base64", "a|wide|base64offset|contains: ping", { a: btoa("xp\0i\0n\0g\0y\0") }, true],
    ["fieldref", "a|fieldref: b", { a: "X", b: "x" }, true],
    ["fieldref with startswith", "a|fieldref|startswith: b", { a: "xy", b: "x" }, true],
    ["fieldref of an absent field", "a|fieldref: b", { a: "x" }, false],
  ] as const)("%s", (_name, line, event, expected) => {
    expect(matches(one(line), event)).toBe(expected);
  });
});

describe("a truth value", () => {
  test.each([
    ["a: true", { a: "True" }, true],
    ["a: true", { a: "1" }, true],
    ["a: true", { a: "false" }, false],
    ["a: false", { a: 0 }, true],
    ["a: 'true'", { a: "1" }, false],
    ["a|exists: yes", { a: "x" }, true],
    ["a|exists: no", { a: "x" }, false],
  ] as const)("%s of %o is %s", (line, event, expected) => {
    expect(matches(one(line), event)).toBe(expected);
  });
});

describe("parts of a date are taken as they are written", () => {
  test.each([
    ["t|hour: 14", "2024-10-16T14:30:00Z", true],
    ["t|hour: 14", "2024-10-16 14:30:00.123", true],
    ["t|hour: 14", "2024-10-16T16:30:00+02:00", false],
    ["t|hour|gte: 22", "2024-10-16 23:05:00", true],
    ["t|gte|hour: 22", "2024-10-16 21:05:00", false],
    ["t|minute: [0, 30]", "2024-10-16 14:30", true],
    ["t|minute: 0", "2024-10-16", false],
    ["t|day: 16", "2024-10-16", true],
    ["t|month: 10", "2024-10-16", true],
    ["t|year|lt: 2025", "2024-10-16", true],
    ["t|week: 42", "2024-10-16", true],
    ["t|week: 1", "2024-12-31", true],
    ["t|week: 53", "2027-01-01", true],
    ["t|week: 53", "2021-01-03", true],
    ["t|hour|neq: 14", "2024-10-16 14:30:00", false],
    ["t|day: 30", "2024-02-30", false],
    ["t|hour: 14", "at 14 o'clock", false],
    ["t|hour: 14", "16/10/2024 14:30", false],
  ])("%s of %s is %s", (line, t, expected) => {
    expect(matches(one(line), { t })).toBe(expected);
  });
});

describe("placeholders", () => {
  const head = "title: t\nlogsource: {product: p}\ndetection:\n  condition: s\n  s:\n    ";
  const placeholders = { servers: ["srv*", "DB1"], ports: [22, 3389], dc: ["10.0.0.0/8"], none: [] };
  const matchesWith = (line: string, a: string): boolean => {
    const { rule, problems } = parseRule(head + line, "t.yml", { placeholders });
    if (rule === undefined) throw new Error(JSON.stringify(problems));
    return compileRule(rule).matches((field) => (field === "a" ? a : undefined));
  };
  test.each([
    ["become the caller's values", "a|expand: '%servers%'", "srv17", true],
    ["each of them counts", "a|expand: '%servers%'", "db1", true],
    ["other values do not", "a|expand: '%servers%'", "db2", false],
    ["stand inside of a text", "a|expand: 'x-%servers%-y'", "x-db1-y", true],
    ["may be numbers", "a|expand: '%ports%'", "22", true],
    ["several in one text", "a|expand: '%servers%:%ports%'", "DB1:3389", true],
    ["beside contains", "a|contains|expand: '%servers%'", "on db1 now", true],
    ["beside cidr", "a|cidr|expand: '%dc%'", "10.1.2.3", true],
    ["beside re", "a|re|expand: '^%servers%$'", "srvvvv", true],
    ["beside base64", "a|base64|contains|expand: '%ports%'", btoa("3389"), true],
    ["an escaped percent sign is one", "a|expand: '\\%plain%ports%'", "%plain22", true],
    ["without expand they are text", "a: '%servers%'", "%servers%", true],
  ])("%s", (_name, line, value, expected) => {
    expect(matchesWith(line, value)).toBe(expected);
  });

  test("without values are all told, with their place", () => {
    const { rule, problems } = parseRule(`${head}a|expand: '%none% %other%'`, "t.yml", { placeholders });
    expect(rule).toBeUndefined();
    expect(problems.map(({ code, message, at }) => [code, message, at.line, at.column])).toEqual([
      ["SIGMA_PLACEHOLDER", "the placeholder %none% has no values", 6, 15],
      ["SIGMA_PLACEHOLDER", "the placeholder %other% has no values", 6, 15],
    ]);
  });

  test("that multiply without end are refused", () => {
    const many = { many: Array.from({ length: 300 }, (_, i) => String(i)) };
    const { problems } = parseRule(`${head}a|expand: '%many%%many%'`, "t.yml", { placeholders: many });
    expect(problems.map(({ code }) => code)).toEqual(["SIGMA_LIMIT"]);
  });
});

describe("selections and conditions", () => {
  const detection = [
    "sel_a:",
    "  a: 1",
    "sel_b:",
    "  - b: 1",
    "  - c: 1",
    "other:",
    "  d: 1",
    "_hidden:",
    "  e: 1",
    "condition: ",
  ].join("\n");
  test.each([
    ["sel_a and sel_b", { a: 1, c: 1 }, true],
    ["sel_a and sel_b", { a: 1 }, false],
    ["sel_a and not sel_b", { a: 1 }, true],
    ["sel_a or other and sel_b", { a: 1 }, true],
    ["(sel_a or other) and sel_b", { a: 1 }, false],
    ["1 of sel_*", { b: 1 }, true],
    ["all of sel_*", { b: 1 }, false],
    ["1 of them", { e: 1 }, false],
    ["all of them", { a: 1, b: 1, d: 1 }, true],
    ["not 1 of sel_*", { d: 1 }, true],
    ["NOT sel_a AND other", { d: 1 }, true],
  ] as const)("%s of %o is %s", (condition, event, expected) => {
    expect(matches(detection + condition, event)).toBe(expected);
  });

  test("a list of texts is looked for anywhere in the record", () => {
    const rule = "keywords:\n  - 'evil service'\n  - 'other*thing'\ncondition: keywords";
    expect(matches(rule, { x: "an EVIL service" })).toBe(true);
    expect(matches(rule, { x: "another small thing" })).toBe(true);
    expect(matches(rule, { x: "good service" })).toBe(false);
  });

  test("keywords without a text never match, and the compiled rule says that it needs one", () => {
    const compiled = compileRule(ruleOf("keywords:\n  '|all':\n    - a\n    - b\ncondition: keywords"));
    expect(compiled.needsText).toBe(true);
    expect(compiled.matches(() => "a b")).toBe(false);
    expect(
      compiled.matches(
        () => "",
        () => "b a",
      ),
    ).toBe(true);
  });

  test("a mapping gives a rule's field the names that the event uses", () => {
    const mapping = { Image: ["Image", "NewProcessName"] };
    expect(matches(one("Image|endswith: '\\cmd.exe'"), { NewProcessName: "C:\\cmd.exe" }, mapping)).toBe(
      true,
    );
    expect(matches(one("Image: null"), { NewProcessName: "x" }, mapping)).toBe(false);
    expect(compileRule(ruleOf(one("Image: x")), mapping).reads).toEqual(["Image", "NewProcessName"]);
  });

  test("letters outside ASCII that fold to ASCII ones are not taken for them", () => {
    expect(matches(one("a|contains: kit"), { a: "\u212ait" })).toBe(false);
    expect(matches(one("a|contains: ÄRGER"), { a: "ärger" })).toBe(true);
    expect(matches(one("a|contains: \u039f\u03a3"), { a: "\u039f\u03a3\u0391" })).toBe(true);
  });
});
