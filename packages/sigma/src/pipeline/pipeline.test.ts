import {
  applyPipelines,
  compileRule,
  fitRule,
  type FieldValue,
  parsePipeline,
  parseRule,
  type Pipeline,
  type SigmaRule,
} from "@postern/sigma";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

function ruleOf(detection: string, logsource = "category: process_creation, product: windows"): SigmaRule {
  const body = detection.replace(/^/gm, "  ");
  const { rule, problems } = parseRule(`title: t\nlogsource: {${logsource}}\ndetection:\n${body}\n`, "t.yml");
  if (rule === undefined) throw new Error(JSON.stringify(problems));
  return rule;
}

function pipelineOf(text: string): Pipeline {
  const { pipeline, problems } = parsePipeline(text, "p.yml");
  if (pipeline === undefined) throw new Error(JSON.stringify(problems));
  return pipeline;
}

function steps(...lines: readonly string[]): Pipeline {
  return pipelineOf(`name: p\ntransformations:\n${lines.map((line) => `  - {${line}}\n`).join("")}`);
}

function matches(rule: SigmaRule, pipeline: Pipeline, event: Readonly<Record<string, FieldValue>>): boolean {
  const fitted = applyPipelines(rule, [pipeline]);
  return compileRule(fitted.rule, fitted.fields).matches((name) => event[name]);
}

const RULE = ruleOf(
  "s: {Image|endswith: cmd.exe, User: eve}\nf: {IntegrityLevel: High}\ncondition: s and not f",
);
const HIT = { Image: "C:\\cmd.exe", User: "eve" };

describe("steps of a pipeline", () => {
  it("rename fields, to one name or to several of which each counts", () => {
    const renaming = steps(
      "type: field_name_mapping, mapping: {Image: [process.executable, NewProcessName]}",
    );
    expect(matches(RULE, renaming, HIT)).toBe(false);
    expect(matches(RULE, renaming, { NewProcessName: "x\\cmd.exe", User: "eve" })).toBe(true);
    expect(matches(RULE, renaming, { "process.executable": "x\\cmd.exe", User: "eve" })).toBe(true);
  });

  it("build on each other", () => {
    const both = steps(
      "type: field_name_mapping, mapping: {Image: winlog.Image}",
      "type: field_name_prefix_mapping, mapping: {winlog.: data.}",
      "type: field_name_suffix, suffix: .text, field_name_conditions: [{type: include_fields, fields: [data.Image]}]",
    );
    expect(matches(RULE, both, { "data.Image.text": "cmd.exe", User: "eve" })).toBe(true);
  });

  it("put something before every name", () => {
    const prefix = steps("type: field_name_prefix, prefix: win.");
    expect(matches(RULE, prefix, { "win.Image": "cmd.exe", "win.User": "eve" })).toBe(true);
  });

  it("add a condition on the records' own fields, which later steps leave alone", () => {
    const added = steps(
      "type: add_condition, conditions: {EventID: [1, 4688], Channel: 'Sec*'}",
      "type: field_name_prefix, prefix: win.",
    );
    const event = { "win.Image": "cmd.exe", "win.User": "eve", Channel: "Security" };
    expect(matches(RULE, added, { ...event, EventID: "4688" })).toBe(true);
    expect(matches(RULE, added, { ...event, EventID: "2" })).toBe(false);
    const not = steps("type: add_condition, negated: true, conditions: {EventID: 1}");
    expect(matches(RULE, not, { ...HIT, EventID: "1" })).toBe(false);
    expect(matches(RULE, not, { ...HIT, EventID: "2" })).toBe(true);
  });

  it("replace values, of the fields that are meant", () => {
    const levels = steps(
      "type: map_string, mapping: {High: [High, S-1-16-12288]}, field_name_conditions: [{type: include_fields, fields: [IntegrityLevel]}]",
    );
    expect(matches(RULE, levels, { ...HIT, IntegrityLevel: "S-1-16-12288" })).toBe(false);
    expect(matches(RULE, levels, { ...HIT, IntegrityLevel: "S-1-16-8192" })).toBe(true);
  });

  it("drop tests, and what is empty then", () => {
    const drop = (names: string): Pipeline =>
      steps(`type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [${names}]}]`);
    expect(matches(RULE, drop("User"), { Image: "cmd.exe" })).toBe(true);
    expect(matches(RULE, drop("IntegrityLevel"), { ...HIT, IntegrityLevel: "High" })).toBe(true);
  });

  it("are for the log sources that they name", () => {
    const only = (conditions: string): Pipeline =>
      steps(`type: field_name_prefix, prefix: x., rule_conditions: [${conditions}]`);
    expect(matches(RULE, only("{type: logsource, category: file_event}"), HIT)).toBe(true);
    expect(matches(RULE, only("{type: logsource, category: process_creation}"), HIT)).toBe(false);
    const either = steps(
      "type: field_name_prefix, prefix: x., rule_cond_op: or, rule_conditions: [{type: logsource, category: file_event}, {type: logsource, product: windows}]",
    );
    expect(matches(RULE, either, HIT)).toBe(false);
  });

  it("refuse a rule with their own words", () => {
    const refusing = steps("type: rule_failure, message: not for us");
    expect(applyPipelines(RULE, [refusing]).refused).toBe("not for us");
  });
});

describe("routes", () => {
  const windows = pipelineOf(
    `name: w
routes:
  - logsource: {product: windows, category: null, service: null}
    records: {source: event}
  - logsource: {product: windows, category: process_creation}
    records: {source: event, channel: Sysmon, event: 1}
  - logsource: {category: webserver}
    records: {source: [iis, apache]}
transformations:
  - {type: field_name_mapping, mapping: {a: b}}
`,
  );
  const routesOf = (logsource: string): readonly string[] =>
    fitRule(ruleOf("s: {a: x}\ncondition: s", logsource), [windows]).routed.map(
      ({ records }) =>
        `${records.source}/${records.channels?.join() ?? "*"}/${records.events?.join() ?? "*"}`,
    );

  it("say which records a log source means", () => {
    expect(routesOf("product: windows, category: process_creation")).toEqual(["event/sysmon/1"]);
    expect(routesOf("category: process_creation")).toEqual(["event/sysmon/1"]);
    expect(routesOf("product: windows")).toEqual(["event/*/*"]);
    expect(routesOf("category: webserver, product: apache")).toEqual(["iis/*/*", "apache/*/*"]);
  });

  it("leave out what nobody knows", () => {
    expect(routesOf("product: linux, category: process_creation")).toEqual([]);
    expect(routesOf("product: windows, service: security")).toEqual([]);
  });

  it("go together with pipelines that only change rules, by priority", () => {
    const own = pipelineOf(
      "name: own\npriority: -1\ntransformations:\n  - {type: field_name_mapping, mapping: {z: a}}\n",
    );
    const { routed } = fitRule(ruleOf("s: {z: x}\ncondition: s", "category: webserver"), [windows, own]);
    expect(routed.map(({ fields }) => fields)).toEqual([{ z: ["b"] }, { z: ["b"] }]);
  });
});

describe("a pipeline that cannot be honoured", () => {
  it.each([
    ["a step that is not known", "transformations:\n  - {type: replace_string}", 2],
    ["an option that is not known", "transformations:\n  - {type: field_name_prefix, prefx: x}", 2],
    [
      "a condition of another kind",
      "transformations:\n  - {type: drop_detection_item, rule_conditions: [{type: tag}]}",
      2,
    ],
    ["something beside the transformations", "finalizers: []", 1],
    ["a list that is none", "transformations: x", 1],
    ["a route without records", "routes:\n  - logsource: {product: x}", 2],
    ["no map", "- x", 1],
    ["no YAML", "a: [", 1],
  ])("is told with its place: %s", (_name, text, line) => {
    const { pipeline, problems } = parsePipeline(text, "p.yml");
    expect(pipeline).toBeUndefined();
    expect(problems[0]).toMatchObject({ severity: "error", at: { file: "p.yml", line } });
  });

  it("gives problems for any text, never an exception", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const { pipeline, problems } = parsePipeline(text, "p.yml");
        expect(pipeline !== undefined || problems.length > 0).toBe(true);
      }),
    );
  });
});
