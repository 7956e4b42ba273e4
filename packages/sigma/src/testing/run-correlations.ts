import {
  type CorrelationMatch,
  type CorrelatorOptions,
  compileRule,
  createCorrelator,
  parseRules,
  planCorrelations,
  ruleKey,
} from "@postern/sigma";

/** An event; `t` is its time in seconds. */
export type Row = Readonly<Record<string, string | number>> & { readonly t: number };

/** A rule of one selection. */
export function ruleText(name: string, selection: string): string {
  return `title: ${name}\nname: ${name}\nlogsource: {product: p}\ndetection:\n  s: ${selection}\n  condition: s\n`;
}

const LOGON_FAILED = ruleText("failed", "{EventID: 4625}");
const LOGON_DONE = ruleText("done", "{EventID: 4624}");
const STARTED = ruleText("started", "{EventID: 4688}");
/** Three rules to correlate, as one file. */
export const RULES: string = [LOGON_FAILED, LOGON_DONE, STARTED].join("---\n");

/** A further document of the file. */
export function correlationText(body: string, name = "c"): string {
  return `---\ntitle: ${name}\nname: ${name}\ncorrelation:\n${body.trim().replace(/^ */gm, (blanks) => `  ${blanks}`)}\n`;
}

/** Rows have times in seconds; the source of each is its place in the list. */
export function run(
  correlations: string,
  rows: readonly Row[],
  options: CorrelatorOptions = {},
): { readonly matches: readonly CorrelationMatch<number>[]; readonly losses: readonly string[] } {
  const parsed = parseRules(RULES + correlations, "c.yml");
  const plan = planCorrelations(parsed.correlations, parsed.rules);
  const problems = [...parsed.problems, ...plan.problems];
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const compiled = plan.rules.map((rule) => compileRule(rule));
  const correlator = createCorrelator<number>(plan, options);
  const matches = rows.flatMap((row, source) => {
    const get = (field: string): string | number | undefined => row[field];
    const keys = compiled.filter((rule) => rule.matches(get)).map(({ rule }) => ruleKey(rule));
    return correlator.take({ timeMs: row.t * 1000, get, source }, keys);
  });
  return {
    matches: [...matches, ...correlator.end()],
    losses: correlator
      .losses()
      .map(({ correlation, what, count }) => `${correlation ?? "all"} ${what} ${count}`),
  };
}

/** A logon that failed. */
export const failed = (t: number, user: string, more = {}): Row => ({
  t,
  EventID: 4625,
  User: user,
  ...more,
});
/** A logon that succeeded. */
export const done = (t: number, user: string, more = {}): Row => ({ t, EventID: 4624, User: user, ...more });
/** A process that was started. */
export const started = (t: number, user: string, more = {}): Row => ({
  t,
  EventID: 4688,
  User: user,
  ...more,
});

/** What a match says, short: group, from, to, value, events. */
export const short = ({ group, fromMs, toMs, value, eventCount }: CorrelationMatch<number>): unknown => [
  Object.values(group).join("/"),
  fromMs / 1000,
  toMs / 1000,
  value,
  eventCount,
];

/** Three failed logons of one user within a minute. */
export const COUNT = "type: event_count\nrules: failed\ngroup-by: User\ntimespan: 1m\ncondition: {gte: 3}";
