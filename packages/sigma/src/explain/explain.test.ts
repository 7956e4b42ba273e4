import {
  compileRule,
  createCorrelator,
  explain,
  explainCorrelation,
  parseRule,
  parseRules,
  planCorrelations,
  ruleKey,
  type SigmaRule,
} from "@postern/sigma";
import { expect, test } from "vitest";

const TEXT = `
title: t
logsource: {product: exchange}
detection:
    anchor:
        AnchorMailbox|contains: [nothing, '/ecp/proxyLogon.ecp']
    status:
        HttpStatus: 241
    genuine:
        AuthenticatedUser|re: '.'
    words: [session, other]
    condition: anchor and status and words and not genuine
`;

function rule(): SigmaRule {
  const { rule: parsed } = parseRule(TEXT, "t.yml");
  if (parsed === undefined) throw new Error("not a rule");
  return parsed;
}

const EVENT: Readonly<Record<string, string>> = {
  AnchorMailbox: "ServerInfo~a]@x:444/ecp/proxyLogon.ecp?#",
  HttpStatus: "241",
};

test("an explanation names the parts that held, what was wanted and what was found", () => {
  const explanation = explain(
    rule(),
    (field) => EVENT[field],
    () => "a session",
  );
  expect(explanation).toEqual({
    matched: true,
    parts: [
      {
        selection: "anchor",
        label: "AnchorMailbox|contains",
        field: "AnchorMailbox",
        wanted: ["*/ecp/proxyLogon.ecp*"],
        found: [EVENT["AnchorMailbox"]],
      },
      { selection: "status", label: "HttpStatus", field: "HttpStatus", wanted: ["241"], found: ["241"] },
      { selection: "words", label: "keywords", field: null, wanted: ["*session*"], found: [] },
    ],
    excludedBy: ["genuine"],
  });
});

test("an event that does not match has nothing to explain", () => {
  expect(explain(rule(), () => undefined)).toEqual({ matched: false, parts: [], excludedBy: [] });
});

test("parts of a date and values of placeholders are shown as they were compared", () => {
  const text =
    "title: t\nlogsource: {product: p}\ndetection:\n  s: {t|hour|gte: 22, u|expand: '%admins%'}\n  condition: s";
  const { rule: parsed } = parseRule(text, "t.yml", { placeholders: { admins: ["root", "adm_*"] } });
  if (parsed === undefined) throw new Error("not a rule");
  const event: Readonly<Record<string, string>> = { t: "2024-10-16T23:00:00Z", u: "adm_x" };
  expect(
    explain(parsed, (field) => event[field]).parts.map(({ label, wanted, found }) => [label, wanted, found]),
  ).toEqual([
    ["t|hour|gte", ["gte 22"], ["2024-10-16T23:00:00Z"]],
    ["u|expand", ["adm_*"], ["adm_x"]],
  ]);
});

test("a correlation says what it asked for and what it found", () => {
  const { rules, correlations } = parseRules(
    [
      "title: f\nname: failed\nlogsource: {product: p}\ndetection: {s: {id: 1}, condition: s}",
      "title: c\ncorrelation: {type: value_count, rules: failed, group-by: host, timespan: 90m, condition: {field: user, gte: 2}}",
    ].join("\n---\n"),
    "c.yml",
  );
  const plan = planCorrelations(correlations, rules);
  const correlator = createCorrelator<number>(plan);
  const [failed] = plan.rules.map((one) => compileRule(one));
  if (failed === undefined) throw new Error("no rule");
  ["ann", "bob"].forEach((user, source) => {
    const get = (field: string): string | undefined => ({ id: "1", host: "h", user })[field];
    expect(failed.matches(get)).toBe(true);
    correlator.take({ timeMs: source * 1000, get, source }, [ruleKey(failed.rule)]);
  });
  expect(correlator.end().map(explainCorrelation)).toEqual([
    {
      wanted: "value_count of user in failed by host within 90m: gte 2",
      found: "2 from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:01.000Z, 2 events",
      group: [{ field: "host", value: "h" }],
      values: ["ann", "bob"],
    },
  ]);
});
