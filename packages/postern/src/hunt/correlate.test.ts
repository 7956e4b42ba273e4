import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { type HuntOptions, toJsonLine } from "./index.ts";
import { ALL, HuntingGround, SYSMON, windowsEvent } from "./testing/index.ts";

const ground = new HuntingGround();
beforeEach(() => {
  ground.startTest();
});
afterAll(() => {
  ground.remove();
});

describe("rules that join several records", () => {
  const failed = (user: string, second: number, record: number): string =>
    windowsEvent(
      { channel: "Security", id: 4625, time: `2021-03-03T10:15:${String(second).padStart(2, "0")}Z`, record },
      { TargetUserName: user, LogonType: 3 },
    );
  const base = {
    logsource: "product: windows, service: security",
    detection: "s: {EventID: 4625}\ncondition: s",
    more: "level: low\nname: failed_logon",
  };
  const correlation = (more = ""): void => {
    ground.write(
      "rules/many.yml",
      `title: Many\nid: 00000000-0000-4000-8000-0000000000aa\nlevel: high\ncorrelation:\n  type: event_count\n  rules: failed_logon\n  group-by: TargetUserName\n  timespan: 1m\n  condition: {gte: 3}\n${more}`,
    );
  };
  const withAll = (choice = ALL): Partial<HuntOptions> => {
    const { rules, correlations } = ground.library(choice);
    return { rules, correlations };
  };

  it("find what lies in several files, whatever the order of the files", async () => {
    ground.rule("1", base);
    correlation();
    ground.write("evidence/a.json", [failed("eve", 30, 3), failed("bob", 31, 4)].join("\n"));
    ground.write("evidence/b.json", [failed("eve", 1, 1), failed("eve", 20, 2)].join("\n"));
    expect(await ground.found(withAll())).toEqual({ Many: 1 });
    const lines: string[] = [];
    await ground.run({ ...withAll(), onMatch: (match) => lines.push(toJsonLine(match)) });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      rule: { title: "Many", level: "high" },
      time: "2021-03-03T10:15:01.000Z",
      record: 1,
      event: { TargetUserName: "eve" },
      correlation: { type: "event_count", to: "2021-03-03T10:15:30.000Z", value: 3, eventCount: 3 },
    });
  });

  it("tell the single matches too when they ask for it, or when nobody joins them", async () => {
    ground.rule("1", base);
    correlation("  generate: true\n");
    ground.write(
      "evidence/a.json",
      [failed("eve", 1, 1), failed("eve", 2, 2), failed("eve", 3, 3)].join("\n"),
    );
    expect(await ground.found(withAll())).toEqual({ 1: 3, Many: 1 });
  });

  it("still see rules whose own level is too low to be told", async () => {
    ground.rule("1", base);
    correlation();
    ground.write(
      "evidence/a.json",
      [failed("eve", 1, 1), failed("eve", 2, 2), failed("eve", 3, 3)].join("\n"),
    );
    expect(await ground.found(withAll({ ...ALL, level: "high" }))).toEqual({ Many: 1 });
  });

  it("group by the names that the evidence has for a rule's fields", async () => {
    ground.rule("1", {
      ...base,
      logsource: "category: process_creation, product: windows",
      detection: "s: {Image|endswith: cmd.exe}\ncondition: s",
    });
    ground.write(
      "rules/many.yml",
      "title: Many\ncorrelation:\n  type: value_count\n  rules: failed_logon\n  group-by: ParentImage\n  timespan: 1m\n  condition: {gte: 2, field: User}\n",
    );
    const process = (user: string, record: number): string =>
      windowsEvent(
        { channel: "Security", id: 4688, record },
        { NewProcessName: "C:\\cmd.exe", ParentProcessName: "C:\\w3wp.exe", SubjectUserName: user },
      );
    ground.write("evidence/a.json", [process("a", 1), process("b", 2)].join("\n"));
    expect(await ground.found(withAll())).toEqual({ Many: 1 });
  });

  it("are told when none of their rules could apply", async () => {
    ground.rule("1", base);
    correlation();
    ground.write("evidence/a.json", windowsEvent({ ...SYSMON, id: 22 }, { QueryName: "x" }));
    const { setAside, applied } = await ground.run(withAll());
    expect(applied).toBe(0);
    expect(setAside.map(({ title, detail }) => [title, detail])).toEqual([
      ["1", "the evidence holds none of: security"],
      ["Many", "none of the rules that it joins could apply"],
    ]);
  });

  it("and filters take away what they name", async () => {
    ground.rule("1", { ...base, more: "level: low" });
    ground.write(
      "rules/filter.yml",
      "title: No Bob\nlogsource: {product: windows, service: security}\nfilter:\n  rules: [00000000-0000-4000-8000-000000000001]\n  s: {TargetUserName: bob}\n  condition: not s\n",
    );
    ground.write("evidence/a.json", [failed("eve", 1, 1), failed("bob", 2, 2)].join("\n"));
    expect(await ground.found(withAll())).toEqual({ 1: 1 });
  });
});
