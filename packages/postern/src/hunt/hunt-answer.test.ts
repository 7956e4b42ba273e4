import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { writeScenario } from "../demo/index.ts";
import { findDataFolder } from "../knowledge/index.ts";
import { readRuleFiles, renderHunt, renderHuntTalk, toJsonLine } from "./index.ts";
import { ALL, HuntingGround, SYSMON, windowsEvent } from "./testing/index.ts";

const ground = new HuntingGround();
beforeEach(() => {
  ground.startTest();
});
afterAll(() => {
  ground.remove();
});

describe("rules that say nothing are told apart from rules that found nothing", () => {
  it("with the reason", async () => {
    ground.rule("1", {
      logsource: "product: windows, category: dns_query",
      detection: "s: {QueryName: x, Nonsense: y}\ncondition: s",
    });
    ground.rule("2", { logsource: "product: linux, service: sshd", detection: "s: {a: x}\ncondition: s" });
    ground.rule("3", {
      logsource: "product: windows, service: security",
      detection: "s: {EventID: 1102}\ncondition: s",
    });
    ground.rule("4", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {EventID: 1}\ncondition: s | count() > 5",
    });
    ground.rule("5", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {QueryName: never}\ncondition: s",
    });
    ground.write("evidence/e.json", windowsEvent({ ...SYSMON, id: 22 }, { QueryName: "x" }));
    const library = ground.library();
    expect(library.setAside.map(({ reason }) => reason)).toEqual(["unsupported"]);
    const result = await ground.run();
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
    ground.rule("1", { ...anything, more: "level: low" });
    ground.rule("2", { ...anything, more: "level: critical\nstatus: test" });
    ground.rule("3", { ...anything, more: "level: critical\nstatus: deprecated" });
    ground.rule("4", { ...anything, more: "level: high" });
    const reasons = (choice: Parameters<typeof readRuleFiles>[1]): readonly string[] =>
      ground.library(choice).setAside.map(({ title, reason }) => `${title} ${reason}`);
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
    ground.rule("1", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {EventID: 22}\ncondition: s",
    });
    const at = (time: string, record: number): string =>
      windowsEvent({ ...SYSMON, id: 22, time, record }, { QueryName: "x" });
    ground.write(
      "evidence/e.json",
      [at("2021-03-01T00:00:00Z", 1), at("2021-03-02T12:00:00Z", 2), at("never", 3)].join("\n"),
    );
    expect(await ground.found()).toEqual({ 1: 3 });
    const since = { sinceMs: Date.UTC(2021, 2, 2), untilMs: Date.UTC(2021, 2, 3) };
    expect(await ground.found(since)).toEqual({ 1: 1 });
    expect((await ground.run(since)).timeless).toBe(1);
  });

  it("is a line of JSON for machines and a table that evidence cannot break", async () => {
    ground.rule("1", {
      title: '"a\\u001b[31mb"',
      logsource: "product: windows, service: sysmon",
      detection: "s: {QueryName|startswith: x}\ncondition: s",
    });
    ground.write("evidence/e.json", windowsEvent({ ...SYSMON, id: 22 }, { QueryName: "x\u001b[2J\nb" }));
    const lines: string[] = [];
    const result = await ground.run({ onMatch: (match) => lines.push(toJsonLine(match)) });
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

  it(
    "is the same by the fast and by the plain way over all the demo's evidence",
    { timeout: 60_000 },
    async () => {
      await writeScenario("proxylogon", join(ground.folder, "evidence"), { trafficScale: 0.001 });
      const rules = readRuleFiles([join(findDataFolder("packs"), "proxylogon", "rules")], ALL).rules;
      const counts = await ground.found({ rules });
      expect(Object.keys(counts).length).toBeGreaterThan(10);
    },
  );
});
