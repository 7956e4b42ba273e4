import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { loadPipelines } from "../detect/index.ts";
import { writeScenario } from "../demo/index.ts";
import { findDataFolder } from "../knowledge/index.ts";
import {
  hunt,
  type HuntOptions,
  type HuntResult,
  readRuleFiles,
  renderHunt,
  renderHuntTalk,
  toJsonLine,
} from "./index.ts";

const scratch = mkdtempSync(join(tmpdir(), "postern-hunt-"));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Each test has a folder of its own. */
const place = { round: 0, folder: scratch };
beforeEach(() => {
  place.round++;
  place.folder = join(scratch, String(place.round));
});

function write(name: string, text: string): string {
  const path = join(place.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const ALL = { level: null, statuses: null, exclude: [] };

interface RuleParts {
  readonly logsource: string;
  readonly detection: string;
  readonly title?: string;
  readonly more?: string;
}

function rule(name: string, { logsource, detection, title = name, more = "level: high" }: RuleParts): void {
  const text = `title: ${title}\nid: 00000000-0000-4000-8000-${name.padStart(12, "0")}\n${more}\nlogsource: {${logsource}}\ndetection:\n${detection.replace(/^/gm, "  ")}\n`;
  write(`rules/${name}.yml`, text);
}

async function run(more: Partial<HuntOptions> = {}): Promise<HuntResult> {
  return hunt({
    evidence: [join(place.folder, "evidence")],
    rules: more.rules ?? readRuleFiles([join(place.folder, "rules")], ALL).rules,
    pipelines: loadPipelines(),
    sinceMs: null,
    untilMs: null,
    ...more,
  });
}

/** Titles of the rules that matched, with their counts; fast and plain way must agree. */
async function found(more: Partial<HuntOptions> = {}): Promise<Readonly<Record<string, number>>> {
  const counts = ({ matches }: HuntResult): Readonly<Record<string, number>> =>
    Object.fromEntries(matches.map(({ rule: { rule: one }, count }) => [one.title, count]));
  const fast = counts(await run(more));
  expect(counts(await run({ ...more, fast: false }))).toEqual(fast);
  return fast;
}

interface EventParts {
  readonly channel: string;
  readonly provider?: string;
  readonly id: number;
  readonly time?: string;
  readonly record?: number;
}

function windowsEvent(
  { channel, provider = "p", id, time = "2021-03-03T10:15:23Z", record = 7 }: EventParts,
  data: unknown,
): string {
  const System = {
    Provider: { "#attributes": { Name: provider } },
    EventID: id,
    TimeCreated: { "#attributes": { SystemTime: time } },
    EventRecordID: record,
    Channel: channel,
    Computer: "EX01.example.org",
  };
  return JSON.stringify({ Event: { System, EventData: data } }, null, 2);
}

const SYSMON = { channel: "Microsoft-Windows-Sysmon/Operational", provider: "Microsoft-Windows-Sysmon" };
const W3C =
  "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n";
const w3c = (stem: string, query: string, agent = "Mozilla/5.0"): string =>
  `2021-03-03 10:15:23 10.0.0.1 GET ${stem} ${query} 443 - 203.0.113.9 ${agent} 200\n`;

describe("a rule that people write is met by what logs really hold", () => {
  it("a path that is looked for in the query of a request is found in the path, in IIS and in HttpProxy logs", async () => {
    rule("1", {
      logsource: "category: webserver",
      detection: "s: {cs-uri-query|contains: /owa/auth/x.js, cs-method: GET}\ncondition: s",
    });
    rule("2", { logsource: "category: webserver", detection: "s: {cs-uri-query: a=1}\ncondition: s" });
    rule("3", {
      logsource: "category: webserver",
      detection: "s: {cs-uri-query|contains: 'x.js?a=1', sc-status: 200}\ncondition: s",
    });
    rule("4", { logsource: "category: webserver", detection: "k: ['/owa/auth/x.js?a']\ncondition: k" });
    write("evidence/u_ex210303.log", W3C + w3c("/owa/auth/x.js", "a=1") + w3c("/owa/auth/logon.aspx", "-"));
    expect(await found()).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1 });
    write("evidence/u_ex210303.log", W3C + w3c("/owa", "-"));
    write(
      "evidence/HttpProxy_2021030310-1.LOG",
      "DateTime,RequestId,UrlHost,UrlStem,AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,Method,UrlQuery\n".replace(
        /^/u,
        "#Software: Microsoft Exchange Server\n#Version: 15.01.2176.009\n#Log-type: HttpProxy Logs\n#Date: 2021-03-03T10:00:00.000Z\n#Fields: ",
      ) + "2021-03-03T10:15:23.000Z,r,mail,/owa/auth/x.js,eve,,curl,203.0.113.9,EX01,200,GET,?a=1\n",
    );
    expect(await found()).toEqual({ 1: 1, 3: 1, 4: 1 });
  });

  it("a browser name with blanks is found where the log has plus signs", async () => {
    rule("1", {
      logsource: "category: webserver",
      detection: "s: {cs-user-agent|contains: 'Nmap Scripting Engine'}\ncondition: s",
    });
    rule("2", {
      logsource: "category: webserver",
      detection: "s: {cs-user-agent|contains: 'Nmap+Scripting'}\ncondition: s",
    });
    write(
      "evidence/u_ex210303.log",
      W3C + w3c("/", "-", "Mozilla/5.0+(compatible;+Nmap+Scripting+Engine)") + w3c("/", "-"),
    );
    expect(await found()).toEqual({ 1: 1, 2: 1 });
  });

  it("the sentence of Exchange's cmdlet log is found although records hold only its values", async () => {
    const logsource = "product: windows, service: msexchange-management";
    rule("1", {
      logsource,
      detection: "k:\n  '|all': [Set-OabVirtualDirectory, ExternalUrl, 'Cmdlet suceeded']\ncondition: k",
    });
    rule("2", {
      logsource,
      detection:
        "s: {Data|contains|all: ['Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory', '-ExternalUrl']}\ncondition: s",
    });
    rule("3", { logsource, detection: "s: {EventID: [6, 8]}\ncondition: s" });
    const data = {
      Data: {
        "#text": ["Set-OabVirtualDirectory", '-ExternalUrl "http://f/" -Identity "OAB"', "org/Users/a"],
      },
    };
    write(
      "evidence/management.json",
      windowsEvent({ channel: "MSExchange Management", provider: "MSExchange CmdletLogs", id: 1 }, data),
    );
    expect(await found()).toEqual({ 1: 1, 2: 1 });
  });

  it("a value is found in an export that has only the rendered sentence, and a sentence where there are only values", async () => {
    rule("1", {
      logsource: "product: windows, service: application",
      detection: "s: {Provider_Name: App, Data|contains: denied}\ncondition: s",
    });
    rule("2", {
      logsource: "product: windows, service: application",
      detection: "s: {Message|contains: denied}\ncondition: s",
    });
    const head = { channel: "Application", provider: "App", id: 4 };
    write("evidence/values.json", windowsEvent(head, { Data: ["access denied", "x"] }));
    write(
      "evidence/rendered.json",
      JSON.stringify({
        EventID: 4,
        Channel: "Application",
        Provider: "App",
        Computer: "a",
        TimeCreated: "2021-03-03T10:15:23Z",
        Message: "It was denied.",
      }),
    );
    expect(await found()).toEqual({ 1: 2, 2: 2 });
  });

  it("a process is found in the security log as in Sysmon's, with its own names and label numbers", async () => {
    const detection =
      "s: {Image|endswith: '\\cmd.exe', ParentImage|endswith: '\\w3wp.exe', IntegrityLevel: System}\ncondition: s";
    rule("1", { logsource: "category: process_creation, product: windows", detection });
    const parent = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
    write(
      "evidence/sysmon.json",
      windowsEvent(
        { ...SYSMON, id: 1 },
        { Image: "C:\\cmd.exe", ParentImage: parent, IntegrityLevel: "System" },
      ),
    );
    write(
      "evidence/security.json",
      windowsEvent(
        { channel: "Security", id: 4688 },
        { NewProcessName: "C:\\cmd.exe", ParentProcessName: parent, MandatoryLabel: "S-1-16-16384" },
      ),
    );
    write(
      "evidence/other.json",
      windowsEvent(
        { channel: "Security", id: 4689 },
        { NewProcessName: "C:\\cmd.exe", ParentProcessName: parent },
      ),
    );
    expect(await found()).toEqual({ 1: 2 });
  });

  it("Defender's names with blanks are found, also by rules for any antivirus", async () => {
    rule("1", {
      logsource: "product: windows, service: windefend",
      detection: "s: {EventID: 1116, ThreatName|contains: Backdoor}\ncondition: s",
    });
    rule("2", {
      logsource: "category: antivirus",
      detection: "s: {Signature|startswith: Backdoor, Filename|endswith: .aspx}\ncondition: s",
    });
    const data = {
      Data: [
        { "#attributes": { Name: "Threat Name" }, "#text": "Backdoor:ASP/x" },
        { "#attributes": { Name: "Path" }, "#text": "C:\\x.aspx" },
      ],
    };
    write(
      "evidence/d.json",
      windowsEvent({ channel: "Microsoft-Windows-Windows Defender/Operational", id: 1116 }, data),
    );
    expect(await found()).toEqual({ 1: 1, 2: 1 });
  });

  it("a deleted registry value is no added one", async () => {
    for (const [name, category] of [
      ["1", "registry_delete"],
      ["2", "registry_add"],
      ["3", "registry_event"],
    ] as const)
      rule(name, {
        logsource: `product: windows, category: ${category}`,
        detection: "s: {TargetObject|endswith: Run}\ncondition: s",
      });
    write(
      "evidence/r.json",
      windowsEvent({ ...SYSMON, id: 12 }, { EventType: "DeleteValue", TargetObject: "HKLM\\Run" }),
    );
    expect(await found()).toEqual({ 1: 1, 3: 1 });
  });

  it("events written one after the other are each read", async () => {
    rule("1", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {EventID: 22, QueryName: x.test}\ncondition: s",
    });
    const one = (record: number): string =>
      windowsEvent({ ...SYSMON, id: 22, record }, { QueryName: "x.test" });
    write("evidence/e.json", `${one(1)}\n${one(2)}\n`);
    expect(await found()).toEqual({ 1: 2 });
    write("evidence/copy/e.json", `${one(1)}\n${one(2)}\n`);
    expect(await found(), "the same records in a second copy count once").toEqual({ 1: 2 });
  });
});

describe("rules that say nothing are told apart from rules that found nothing", () => {
  it("with the reason", async () => {
    rule("1", {
      logsource: "product: windows, category: dns_query",
      detection: "s: {QueryName: x, Nonsense: y}\ncondition: s",
    });
    rule("2", { logsource: "product: linux, service: sshd", detection: "s: {a: x}\ncondition: s" });
    rule("3", {
      logsource: "product: windows, service: security",
      detection: "s: {EventID: 1102}\ncondition: s",
    });
    rule("4", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {EventID: 1}\ncondition: s | count() > 5",
    });
    rule("5", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {QueryName: never}\ncondition: s",
    });
    write("evidence/e.json", windowsEvent({ ...SYSMON, id: 22 }, { QueryName: "x" }));
    const library = readRuleFiles([join(place.folder, "rules")], ALL);
    expect(library.setAside.map(({ reason }) => reason)).toEqual(["unsupported"]);
    const result = await run();
    expect(result.applied).toBe(1);
    expect(result.setAside.map(({ title, reason, detail }) => [title, reason, detail])).toEqual([
      ["1", "field-missing", "no record has the field Nonsense"],
      ["2", "log-source", "Postern reads no records of product linux, service sshd"],
      ["3", "no-records", "the evidence holds none of: security"],
    ]);
    const talk = renderHuntTalk(result, library, { everyRule: true });
    expect(talk).toContain("1 rule did not apply: ask for a field that no record has");
    expect(talk).toContain("3.yml: 3: the evidence holds none of: security");
  });

  it("and rules that were not wanted", () => {
    const anything = { logsource: "product: windows", detection: "s: {a: x}\ncondition: s" };
    rule("1", { ...anything, more: "level: low" });
    rule("2", { ...anything, more: "level: critical\nstatus: test" });
    rule("3", { ...anything, more: "level: critical\nstatus: deprecated" });
    rule("4", { ...anything, more: "level: high" });
    const reasons = (choice: Parameters<typeof readRuleFiles>[1]): readonly string[] =>
      readRuleFiles([join(place.folder, "rules")], choice).setAside.map(
        ({ title, reason }) => `${title} ${reason}`,
      );
    expect(reasons(ALL)).toEqual(["3 status"]);
    expect(reasons({ ...ALL, level: "high" })).toEqual(["1 level", "3 status"]);
    expect(reasons({ ...ALL, statuses: ["deprecated"] })).toEqual(["1 status", "2 status", "4 status"]);
    expect(reasons({ ...ALL, exclude: ["00000000-0000-4000-8000-000000000004"] })).toEqual([
      "3 status",
      "4 excluded",
    ]);
  });
});

describe("the answer", () => {
  it("can be asked for a span of time", async () => {
    rule("1", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {EventID: 22}\ncondition: s",
    });
    const at = (time: string, record: number): string =>
      windowsEvent({ ...SYSMON, id: 22, time, record }, { QueryName: "x" });
    write(
      "evidence/e.json",
      [at("2021-03-01T00:00:00Z", 1), at("2021-03-02T12:00:00Z", 2), at("never", 3)].join("\n"),
    );
    expect(await found()).toEqual({ 1: 3 });
    const since = { sinceMs: Date.UTC(2021, 2, 2), untilMs: Date.UTC(2021, 2, 3) };
    expect(await found(since)).toEqual({ 1: 1 });
    expect((await run(since)).timeless).toBe(1);
  });

  it("is a line of JSON for machines and a table that evidence cannot break", async () => {
    rule("1", {
      title: '"a\\u001b[31mb"',
      logsource: "product: windows, service: sysmon",
      detection: "s: {QueryName|startswith: x}\ncondition: s",
    });
    write("evidence/e.json", windowsEvent({ ...SYSMON, id: 22 }, { QueryName: "x\u001b[2J\nb" }));
    const lines: string[] = [];
    const result = await run({ onMatch: (match) => lines.push(toJsonLine(match)) });
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      {
        rule: { id: "00000000-0000-4000-8000-000000000001", title: "a\u001b[31mb", level: "high" },
        time: "2021-03-03T10:15:23.000Z",
        path: expect.stringMatching(/e\.json$/u) as unknown, // eslint-disable-line postern/no-type-assertion -- the matcher of expect has no type
        record: 7,
        event: {
          Channel: SYSMON.channel,
          Provider: SYSMON.provider,
          EventID: "22",
          Computer: "EX01.example.org",
          TimeCreated: "2021-03-03T10:15:23Z",
          EventRecordID: "7",
          QueryName: "x\u001b[2J\nb",
        },
      },
    ]);
    const table = renderHunt(result);
    expect(table).not.toContain("\u001b");
    expect(table).toContain(
      "high                 1  2021-03-03 10:15:23Z  2021-03-03 10:15:23Z  a\\u001B[31mb",
    );
    expect(table).toContain("#7\n        QueryName: x\\u001B[2J b\n");
  });

  it("is the same by the fast and by the plain way over all the demo's evidence", async () => {
    await writeScenario("proxylogon", join(place.folder, "evidence"), { trafficScale: 0.02 });
    const rules = readRuleFiles([join(findDataFolder("packs"), "proxylogon", "rules")], ALL).rules;
    const counts = await found({ rules });
    expect(Object.keys(counts).length).toBeGreaterThan(10);
  });
});
