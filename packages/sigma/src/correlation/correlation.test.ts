import { parseRules, planCorrelations } from "@postern/sigma";
import { describe, expect, test } from "vitest";

import {
  correlationText,
  COUNT,
  done,
  failed,
  type Row,
  RULES,
  ruleText,
  run,
  short,
  started,
} from "../testing/run-correlations.ts";

describe("events are counted", () => {
  test("for each group, over the time before each event, and one match lasts as long as it holds", () => {
    const rows = [0, 10, 20, 30, 40]
      .map((t) => failed(t, "ann"))
      .concat([failed(41, "bob"), failed(300, "ann")]);
    const { matches } = run(correlationText(COUNT), rows);
    expect(matches.map(short)).toEqual([["ann", 0, 40, 5, 5]]);
    expect(matches[0]?.events).toEqual([0, 1, 2, 3, 4]);
  });

  test("not when they lie further apart than the time span", () => {
    expect(
      run(
        correlationText(COUNT),
        [0, 31, 62, 93].map((t) => failed(t, "ann")),
      ).matches,
    ).toEqual([]);
  });

  test("the time span counts to its last moment", () => {
    expect(
      run(
        correlationText(COUNT),
        [0, 30, 60].map((t) => failed(t, "ann")),
      ).matches.map(short),
    ).toEqual([["ann", 0, 60, 3, 3]]);
  });

  test("whatever the case of the group's name", () => {
    const rows = [failed(0, "Ann"), failed(1, "ANN"), failed(2, "ann")];
    expect(run(correlationText(COUNT), rows).matches.map(short)).toEqual([["Ann", 0, 2, 3, 3]]);
  });

  test("of several rules together, each event once", () => {
    const body = "type: event_count\nrules: [failed, done]\ntimespan: 1m\ncondition: {gte: 2}";
    expect(run(correlationText(body), [failed(0, "ann"), done(1, "bob")]).matches.map(short)).toEqual([
      ["", 0, 1, 2, 2],
    ]);
  });

  test("events without a group-by field belong to no group, and are told", () => {
    const { matches, losses } = run(
      correlationText(COUNT),
      [0, 1, 2].map((t) => ({ t, EventID: 4625 })),
    );
    expect([matches, losses]).toEqual([[], ["c ungrouped 3"]]);
  });

  test("upper bounds are judged when the time span is over", () => {
    const few = COUNT.replace("{gte: 3}", "{gt: 1, lte: 3}");
    const at = (times: readonly number[]): readonly unknown[] =>
      run(
        correlationText(few),
        times.map((t) => failed(t, "ann")),
      ).matches.map(short);
    expect(at([0])).toEqual([]);
    expect(at([0, 60])).toEqual([["ann", 0, 60, 2, 2]]);
    expect(at([0, 1, 2, 3])).toEqual([]);
    expect(at([0, 61, 62, 63])).toEqual([["ann", 61, 63, 3, 3]]);
  });

  test.each([
    ["eq: 2", [2]],
    ["neq: 2", [1, 3]],
    ["lt: 2", [1]],
    ["lte: 2", [1, 2]],
    ["gt: 2", [3]],
    ["gte: 2", [2, 3]],
  ])("%s holds for %j events", (condition, counts) => {
    const held = [1, 2, 3].filter(
      (count) =>
        run(
          correlationText(COUNT.replace("gte: 3", condition)),
          Array.from({ length: count }, (_, t) => failed(t, "ann")),
        ).matches.length > 0,
    );
    expect(held).toEqual(counts);
  });
});

describe("values", () => {
  test("different ones are counted, whatever their case", () => {
    const body =
      "type: value_count\nrules: failed\ngroup-by: Host\ntimespan: 1m\ncondition: {field: User, gte: 3}";
    const rows = ["a", "b", "A", "c"].map((user, t) => failed(t, user, { Host: "h" }));
    const { matches } = run(correlationText(body), rows);
    expect(matches.map(short)).toEqual([["h", 0, 3, 3, 4]]);
    expect(matches[0]?.values).toEqual(["a", "b", "c"]);
  });

  test("of several fields are counted together", () => {
    const body = "type: value_count\nrules: failed\ntimespan: 1m\ncondition: {field: [User, Host], gte: 3}";
    const pairs = [
      ["a", "x"],
      ["a", "y"],
      ["a", "x"],
    ] as const;
    const rows = pairs.map(([user, Host], t) => failed(t, user, { Host }));
    expect(run(correlationText(body), rows).matches).toEqual([]);
    expect(run(correlationText(body), [...rows, failed(4, "b", { Host: "y" })]).matches).toHaveLength(1);
  });

  test("are added up", () => {
    const body =
      "type: value_sum\nrules: done\ngroup-by: User\ntimespan: 1m\ncondition: {field: bytes, gt: 1000}";
    const rows = [
      done(0, "ann", { bytes: 600 }),
      done(50, "ann", { bytes: "300" }),
      done(70, "ann", { bytes: 500 }),
      done(100, "ann", { bytes: "201" }),
      done(101, "ann", { bytes: "much" }),
    ];
    const { matches, losses } = run(correlationText(body), rows);
    expect(matches.map(short)).toEqual([["ann", 50, 100, 1001, 3]]);
    expect(losses).toEqual(["c unvalued 1"]);
  });

  test("a match ends with the last event for which the condition held", () => {
    const body =
      "type: value_sum\nrules: done\ngroup-by: User\ntimespan: 1m\ncondition: {field: bytes, gte: 10}";
    const rows = [
      done(0, "ann", { bytes: 10 }),
      done(59, "ann", { bytes: 1 }),
      done(70, "ann", { bytes: 1 }),
    ];
    expect(run(correlationText(body), rows).matches.map(short)).toEqual([["ann", 0, 59, 11, 2]]);
  });

  test("are averaged over the whole time span", () => {
    const body =
      "type: value_avg\nrules: done\ngroup-by: User\ntimespan: 1m\ncondition: {field: bytes, gt: 500}";
    const rows = [
      done(0, "ann", { bytes: 900 }),
      done(10, "ann", { bytes: 101 }),
      done(70, "bob", { bytes: 1 }),
    ];
    expect(run(correlationText(body), rows).matches.map(short)).toEqual([["ann", 0, 10, 500.5, 2]]);
  });

  test("have a percentile", () => {
    const body =
      "type: value_percentile\nrules: done\ntimespan: 1h\ncondition: {field: ms, gte: 95, percentile: 95}";
    const rows = Array.from({ length: 100 }, (_, t) => done(t, "x", { ms: 100 - t }));
    expect(run(correlationText(body), rows).matches.map(short)).toEqual([["", 0, 99, 95, 100]]);
    expect(run(correlationText(body), rows.slice(6)).matches).toEqual([]);
  });

  test("that are rare among all are found by their share in percent", () => {
    const body = "type: value_percentile\nrules: started\ntimespan: 1d\ncondition: {field: Image, lte: 1}";
    const rows = Array.from({ length: 200 }, (_, t) =>
      started(t, "x", { Image: t % 100 === 7 ? `rare${t}` : "usual" }),
    );
    const { matches } = run(correlationText(body), rows);
    expect(matches.map(({ value, values }) => [value, values])).toEqual([[0.5, ["rare107", "rare7"]]]);
  });
});

describe("rules near each other in time", () => {
  const body = "type: temporal\nrules: [failed, done, started]\ngroup-by: User\ntimespan: 1m";

  test("in any order, for the same group", () => {
    const rows = [started(0, "ann"), failed(20, "bob"), failed(30, "ann"), done(60, "ann"), done(61, "bob")];
    expect(run(correlationText(body), rows).matches.map(short)).toEqual([["ann", 0, 60, 3, 3]]);
  });

  test("not when one is too far away", () => {
    expect(
      run(correlationText(body), [started(0, "ann"), failed(30, "ann"), done(61, "ann")]).matches,
    ).toEqual([]);
  });

  test("a condition may ask for some of them", () => {
    const some = `${body}\ncondition: {gte: 2}`;
    expect(
      run(correlationText(some), [started(0, "ann"), done(61, "ann"), failed(62, "ann")]).matches.map(short),
    ).toEqual([["ann", 61, 62, 2, 2]]);
  });

  test("in the order given when they must be", () => {
    const ordered = body.replace("temporal", "temporal_ordered");
    const at = (...rows: readonly Row[]): readonly unknown[] =>
      run(correlationText(ordered), rows).matches.map(short);
    expect(at(failed(0, "a"), done(1, "a"), started(2, "a"))).toEqual([["a", 0, 2, 3, 3]]);
    expect(at(failed(0, "a"), started(1, "a"), done(2, "a"))).toEqual([]);
    expect(at(started(0, "a"), failed(1, "a"), done(2, "a"), failed(3, "a"), started(4, "a"))).toEqual([
      ["a", 1, 4, 3, 3],
    ]);
    expect(at(failed(0, "a"), done(30, "a"), started(61, "a"))).toEqual([]);
  });

  test("the latest start of a chain counts: an early first event does not spoil it", () => {
    const ordered = "type: temporal_ordered\nrules: [failed, done]\ntimespan: 1m";
    expect(
      run(correlationText(ordered), [failed(0, "a"), failed(50, "a"), done(70, "a")]).matches.map(short),
    ).toEqual([["", 50, 70, 2, 2]]);
  });

  test("one event does not follow itself", () => {
    const twice = "type: temporal_ordered\nrules: [failed, failed_too]\ntimespan: 1m";
    const too = `---\n${ruleText("failed_too", "{EventID: 4625}")}`;
    expect(run(too + correlationText(twice), [failed(0, "a")]).matches).toEqual([]);
    expect(run(too + correlationText(twice), [failed(0, "a"), failed(1, "a")]).matches).toHaveLength(1);
  });

  test("aliases join different fields of different rules", () => {
    const aliased = [
      "type: temporal\nrules: [failed, started]\ngroup-by: [who, Host]\ntimespan: 1m\naliases:",
      "  who:\n    failed: Target\n    started: User",
    ].join("\n");
    const rows = [
      { t: 0, EventID: 4625, Target: "ann", Host: "h" },
      started(1, "ann", { Host: "other" }),
      started(2, "ann", { Host: "h" }),
    ];
    const { matches } = run(correlationText(aliased), rows);
    expect(matches.map(({ group }) => group)).toEqual([{ who: "ann", Host: "h" }]);
  });
});

describe("correlations of correlations", () => {
  const many = correlationText(COUNT, "many");
  const then = correlationText(
    "type: temporal_ordered\nrules: [many, done]\ngroup-by: User\ntimespan: 5m",
    "then",
  );

  test("many failures and then a success", () => {
    const rows = [
      failed(0, "ann"),
      failed(1, "ann"),
      failed(2, "ann"),
      failed(3, "bob"),
      done(60, "bob"),
      done(200, "ann"),
    ];
    const { matches } = run(many + then, rows);
    expect(matches.map(({ rule, group }) => [rule.title, group])).toEqual(
      [
        ["then", { User: "ann" }],
        ["many", { User: "ann" }],
      ].sort(),
    );
  });

  test("stand in the file in any order", () => {
    const rows = [failed(0, "ann"), failed(1, "ann"), failed(2, "ann"), done(60, "ann")];
    expect(run(then + many, rows).matches).toHaveLength(2);
  });

  test("the rules that only serve are silent unless generate says otherwise", () => {
    const plan = (text: string): readonly string[] => {
      const parsed = parseRules(RULES + text, "c.yml");
      return planCorrelations(parsed.correlations, parsed.rules).silent;
    };
    expect(plan(many + then)).toEqual(["done", "failed", "many"]);
    expect(plan(many + then.replace("timespan", "generate: true\n  timespan"))).toEqual(["failed"]);
  });
});

describe("what cannot run is told", () => {
  const problemsOf = (text: string): readonly string[] => {
    const parsed = parseRules(RULES + text, "c.yml");
    const plan = planCorrelations(parsed.correlations, parsed.rules);
    return [...parsed.problems, ...plan.problems].map(({ code, at }) => `${code} ${at.line}`);
  };
  const line = RULES.split("\n").length;
  test.each([
    ["an unknown rule", COUNT.replace("failed", "nobody"), `SIGMA_REFERENCE ${line + 5}`],
    ["itself", COUNT.replace("failed", "c"), `SIGMA_REFERENCE ${line + 5}`],
    ["an alias of a stranger", `${COUNT}\naliases: {u: {nobody: User}}`, `SIGMA_REFERENCE ${line + 5}`],
    ["an unknown type", COUNT.replace("event_count", "event_sum"), `SIGMA_CORRELATION ${line + 4}`],
    ["a time span in words", COUNT.replace("1m", "1 hour"), `SIGMA_CORRELATION ${line + 7}`],
    ["no time", COUNT.replace("1m", "0m"), `SIGMA_CORRELATION ${line + 7}`],
    ["an unknown comparison", COUNT.replace("gte", "more"), `SIGMA_CORRELATION ${line + 8}`],
    ["a comparison with a word", COUNT.replace("gte: 3", "gte: many"), `SIGMA_CORRELATION ${line + 8}`],
    ["a list as condition", COUNT.replace("{gte: 3}", "[gte]"), `SIGMA_CORRELATION ${line + 8}`],
    ["values of no field", COUNT.replace("event_count", "value_count"), `SIGMA_CORRELATION ${line + 8}`],
    ["an unknown key", `${COUNT}\nlimit: 3`, `SIGMA_CORRELATION ${line + 9}`],
  ])("%s", (_name, body, expected) => {
    expect(problemsOf(correlationText(body))).toContain(expected);
  });

  test("two rules of one name", () => {
    expect(problemsOf(`---\n${ruleText("failed", "{EventID: 1}")}${correlationText(COUNT)}`)).toHaveLength(1);
  });
});
