import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { runCli, type Ran } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-hunt-cli-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const RULE = write(
  "rule.yml",
  "title: Scanner\nid: 11111111-1111-4111-8111-111111111111\nlevel: medium\nlogsource: {category: webserver}\ndetection:\n  s: {cs-user-agent|contains: Nmap}\n  condition: s\n",
);
const LOG = write(
  "u_ex210303.log",
  "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status\n2021-03-03 10:15:23 GET / - 203.0.113.9 Nmap 404\n2021-03-04 10:15:23 GET / - 203.0.113.9 Nmap 404\n",
);

const run = (...argv: readonly string[]): Promise<Ran> => runCli(argv);

describe("postern hunt", () => {
  it("prints data on one stream and talk on the other, and says by its exit code that something matched", async () => {
    const { code, out, err } = await run("hunt", LOG, "--sigma", RULE);
    expect(code).toBe(1);
    expect(out).toContain("Scanner");
    expect(out).toContain("cs-user-agent: Nmap");
    expect(err).toContain("1 rule file read, 1 rule applied to 2 records: 2 matches of 1 rule.");
  });

  it("gives one JSON object a match, in the order of the evidence", async () => {
    const { out, err } = await run("hunt", LOG, "--sigma", RULE, "--jsonl", "-q", "--until", "2021-03-03");
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      rule: { id: "11111111-1111-4111-8111-111111111111", title: "Scanner", level: "medium" },
      time: "2021-03-03T10:15:23.000Z",
      path: LOG,
      record: 2,
      event: { "c-ip": "203.0.113.9" },
    });
    expect(err).toBe("");
  });

  it("ends with 0 when nothing matched, and with 3 when nothing could be read", async () => {
    expect((await run("hunt", LOG, "--sigma", RULE, "--since", "2021-03-05")).code).toBe(0);
    expect((await run("hunt", write("x.txt", "no log\n"), "--sigma", RULE)).code).toBe(3);
  });

  it("runs rules with a pipeline of one's own", async () => {
    const proxy = write(
      "proxy.yml",
      "title: p\nlogsource: {category: proxy}\ndetection:\n  s: {agent: Nmap}\n  condition: s\n",
    );
    const own = write(
      "own.yml",
      "routes:\n  - logsource: {category: proxy}\n    records: {source: iis-w3c}\ntransformations:\n  - {type: field_name_mapping, mapping: {agent: cs(User-Agent)}}\n",
    );
    expect((await run("hunt", LOG, "--sigma", proxy)).code).toBe(0);
    expect((await run("hunt", LOG, "--sigma", proxy, "--pipeline", own)).code).toBe(1);
  });

  it("gives the same from a rule cache, and writes a cache anew that is damaged or of other rules", async () => {
    const cache = join(folder, "rules.cache");
    const first = await run("hunt", LOG, "--sigma", RULE, "--rule-cache", cache);
    const written = readFileSync(cache, "utf8");
    expect(await run("hunt", LOG, "--sigma", RULE, "--rule-cache", cache)).toEqual(first);
    writeFileSync(cache, written.replace("Scanner", "Spanner"));
    expect(await run("hunt", LOG, "--sigma", RULE, "--rule-cache", cache)).toEqual(first);
    expect(readFileSync(cache, "utf8")).toBe(written);
    const nowhere = await run(
      "hunt",
      LOG,
      "--sigma",
      RULE,
      "--rule-cache",
      join(folder, "no", "such", "folder"),
    );
    expect(nowhere.code).toBe(2);
    expect(nowhere.err).toContain("the rule cache cannot be written");
  });

  it("takes values for placeholders from a file", async () => {
    const rule = write(
      "placeholder.yml",
      "title: p\nlogsource: {category: webserver}\ndetection:\n  s: {c-ip|expand: '%bad%'}\n  condition: s\n",
    );
    const values = write("values.yml", "bad: [203.0.113.9, 203.0.113.10]\n");
    expect((await run("hunt", LOG, "--sigma", rule)).code).toBe(2);
    expect((await run("hunt", LOG, "--sigma", rule, "--placeholders", values)).code).toBe(1);
    const wrong = await run(
      "hunt",
      LOG,
      "--sigma",
      rule,
      "--placeholders",
      write("wrong.yml", "bad: {a: b}\n"),
    );
    expect(wrong.err).toContain("wrong.yml: bad needs a text, a number or a list of them");
  });

  it.each([
    ["a level that is none", ["--level", "worst"], /--level wants one of informational/u],
    ["a status that is none", ["--status", "new"], /--status wants one of stable/u],
    ["a time that is none", ["--since", "yesterday"], /--since wants a day or time/u],
    ["rules that are not there", ["--sigma", "nowhere"], /rules not found: nowhere/u],
    ["no rule left", ["--level", "critical"], /no rule is left to run/u],
  ])("explains %s", async (_name, flags, message) => {
    const { code, err } = await run("hunt", LOG, "--sigma", RULE, ...flags);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
