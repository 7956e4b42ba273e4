import { isJudgedAtOnce } from "../correlation/match.ts";
import type { CorrelationPlan, PlannedCorrelation } from "../correlation/plan.ts";
import type { Problem } from "../problem.ts";
import { ruleKey } from "../rule/references.ts";
import type { Bound } from "../rule/rule.ts";
import { columnOf, ruleToSql, type SqlOptions, type SqlQuery } from "./rule-to-sql.ts";

/** What the table looks like, and when each row happened. */
export interface CorrelationSqlOptions extends SqlOptions {
  /** The column that holds the time: a timestamp, or an ISO 8601 text in UTC. */
  readonly timeColumn: string;
}

const OPERATORS: Readonly<Record<Bound, string>> = {
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  eq: "=",
  neq: "<>",
};

/**
 * Says a correlation in SQL: one row for each group in which it held, with the values of `group-by` (`group_1` and so on), the
 * times in milliseconds at which it held first and last (`first_ms`, `last_ms`) and the greatest `value`. Groups and values are
 * those of the correlator; rows of equal time are all there when either is judged. Correlations of correlations, and ordered
 * ones with a condition of their own, cannot be said (`SIGMA_SQL`).
 */
export function correlationToSql(
  planned: PlannedCorrelation,
  plan: CorrelationPlan,
  options: CorrelationSqlOptions,
): SqlQuery {
  const writer = new CorrelationWriter(planned, plan, options);
  const sql = writer.write();
  return writer.problems.length > 0
    ? { sql: null, condition: null, problems: writer.problems }
    : { sql, condition: null, problems: [] };
}

class CorrelationWriter {
  readonly problems: Problem[] = [];
  private readonly planned: PlannedCorrelation;
  private readonly conditions: readonly string[];
  private readonly options: CorrelationSqlOptions;

  constructor(planned: PlannedCorrelation, plan: CorrelationPlan, options: CorrelationSqlOptions) {
    this.planned = planned;
    this.options = options;
    const rules = new Map(plan.rules.map((rule) => [ruleKey(rule), rule]));
    this.conditions = planned.inputs.map(({ key }) => {
      const rule = rules.get(key);
      if (rule === undefined) return this.refuse("a correlation of correlations cannot be said in one query");
      const { condition, problems } = ruleToSql(rule, options);
      this.problems.push(...problems);
      return condition ?? "FALSE";
    });
  }

  write(): string {
    const { rule } = this.planned;
    const tables = [this.numbered(), this.matched()];
    if (rule.type === "temporal_ordered") tables.push(...this.ordered());
    else if (isJudgedAtOnce(rule))
      tables.push(`judged AS (SELECT a.*, ${this.slidingMeasure()} AS m FROM matched a${this.window()})`);
    else tables.push(...this.closed());
    const groups = rule.groupBy.map((_, i) => `min(o${i}) AS group_${i + 1}`);
    const held = rule.condition.bounds
      .map(({ comparison, value }) => `m ${OPERATORS[comparison]} ${value}`)
      .join(" AND ");
    return [
      `WITH RECURSIVE ${tables.join(",\n")}`,
      `SELECT ${[...groups, "min(t) AS first_ms", "max(t) AS last_ms", "max(m) AS value"].join(", ")}`,
      `FROM judged WHERE ${held} GROUP BY g`,
    ].join("\n");
  }

  /** All rows with their time and a number, so that one event that fits two rules is known again. */
  private numbered(): string {
    const { dialect, table, timeColumn } = this.options;
    const time = dialect.milliseconds(dialect.column(timeColumn));
    const from = dialect.identifier(table ?? "events");
    return `numbered AS (SELECT *, ${time} AS t, row_number() OVER () AS n FROM ${from})`;
  }

  /** The rows that fit: time, number, group (folded), its values as they are, rule, value. */
  private matched(): string {
    const { rule, inputs } = this.planned;
    const perRule = rule.type === "temporal" || rule.type === "temporal_ordered";
    const selects = perRule
      ? inputs.map((_, i) => this.selectOf([i]))
      : [this.selectOf(inputs.map((_, i) => i))];
    const given = ["g", "t", ...(this.needsValue() ? ["v"] : [])].map((name) => `${name} IS NOT NULL`);
    return `matched AS (SELECT * FROM (${selects.join(" UNION ALL ")}) q WHERE ${given.join(" AND ")})`;
  }

  private selectOf(inputs: readonly number[]): string {
    const { dialect } = this.options;
    const originals = this.planned.rule.groupBy.map((_, i) =>
      this.perInput(inputs, (input) => this.column(this.planned.inputs[input]?.groupFields[i] ?? "")),
    );
    const group = originals.map((value) => dialect.folded(value)).join(` || ${dialect.text("\u001f")} || `);
    const columns = [
      "t",
      "n",
      `${inputs[0] ?? 0} AS r`,
      `${group === "" ? "''" : group} AS g`,
      ...originals.map((value, i) => `${value} AS o${i}`),
      `${this.perInput(inputs, (input) => this.valueOf(input))} AS v`,
    ];
    const fits = inputs.map((input) => this.conditions[input] ?? "FALSE").join(" OR ");
    return `SELECT ${columns.join(", ")} FROM numbered WHERE ${fits}`;
  }

  /** An expression that may differ between rules; the last rule that a row fits decides, as in the correlator. */
  private perInput(inputs: readonly number[], write: (input: number) => string): string {
    const written = inputs.map((input) => ({ when: this.conditions[input] ?? "FALSE", then: write(input) }));
    const [only] = written;
    if (only === undefined || new Set(written.map(({ then }) => then)).size === 1)
      return only?.then ?? "NULL";
    return `CASE ${written
      .toReversed()
      .map(({ when, then }) => `WHEN ${when} THEN ${then}`)
      .join(" ")} END`;
  }

  private valueOf(input: number): string {
    const { dialect } = this.options;
    const columns = (this.planned.inputs[input]?.valueFields ?? []).map((field) => this.column(field));
    const [first] = columns;
    if (first === undefined) return "NULL";
    const { type, condition } = this.planned.rule;
    if (type === "value_sum" || type === "value_avg" || condition.percentile !== null)
      return dialect.number(first);
    return columns.map((column) => dialect.folded(column)).join(` || ${dialect.text("\u001f")} || `);
  }

  private needsValue(): boolean {
    return ["value_count", "value_sum", "value_avg", "value_percentile"].includes(this.planned.rule.type);
  }

  private column(field: string): string {
    const { fields } = this.options;
    const mapped = fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
    const names = mapped === undefined ? [field] : typeof mapped === "string" ? [mapped] : mapped;
    const columns = names.map((name) => columnOf(name, this.options));
    return columns.length === 1 ? (columns[0] ?? "NULL") : `coalesce(${columns.join(", ")})`;
  }

  private window(): string {
    const { timespanMs } = this.planned.rule;
    return ` WINDOW w AS (PARTITION BY a.g ORDER BY a.t RANGE BETWEEN ${timespanMs} PRECEDING AND CURRENT ROW)`;
  }

  private slidingMeasure(): string {
    const { rule, inputs } = this.planned;
    switch (rule.type) {
      case "value_sum":
        return "sum(a.v) OVER w";
      case "value_count":
        // SQLite cannot count different values in a window.
        return this.options.dialect.name === "duckdb"
          ? "count(DISTINCT a.v) OVER w"
          : `(SELECT count(DISTINCT b.v) FROM matched b WHERE b.g = a.g AND b.t BETWEEN a.t - ${rule.timespanMs} AND a.t)`;
      case "temporal":
        return inputs
          .map((_, i) => `CASE WHEN max(CASE WHEN a.r = ${i} THEN a.t END) OVER w IS NULL THEN 0 ELSE 1 END`)
          .join(" + ");
      case "event_count":
      case "temporal_ordered":
      case "value_avg":
      case "value_percentile":
        return "count(*) OVER w";
    }
  }

  /** `s` of the rule number i: the latest start of a chain of the rules 0 to i that ends with this row. */
  private ordered(): readonly string[] {
    const { rule, inputs } = this.planned;
    const [bound] = rule.condition.bounds;
    const isDefault =
      rule.condition.bounds.length === 1 && bound?.comparison === "gte" && bound.value === inputs.length;
    if (!isDefault) this.refuse("temporal_ordered with a condition of its own cannot be said in SQL");
    const before = "PARTITION BY g ORDER BY t, n, r DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING";
    const chains = inputs.map((_, i) =>
      i === 0
        ? "chain0 AS (SELECT *, CASE WHEN r = 0 THEN t END AS s0 FROM matched)"
        : `chain${i} AS (SELECT *, CASE WHEN r = ${i} THEN max(s${i - 1}) OVER (${before}) END AS s${i} FROM chain${i - 1})`,
    );
    const last = inputs.length - 1;
    return [
      ...chains,
      `judged AS (SELECT *, ${inputs.length} AS m FROM chain${last} WHERE s${last} >= t - ${rule.timespanMs})`,
    ];
  }

  /** Windows that begin with the first row that is in no other, last the time span, and are judged as a whole. */
  private closed(): readonly string[] {
    const { rule } = this.planned;
    const span = rule.timespanMs;
    const next = `(SELECT min(b.t) FROM matched b WHERE b.g = o.g AND b.t > o.s + ${span})`;
    const tables = [
      `opened(g, s) AS (SELECT g, min(t) FROM matched GROUP BY g UNION ALL SELECT o.g, ${next} FROM opened o WHERE o.s IS NOT NULL)`,
      `filled AS (SELECT b.*, o.s FROM opened o JOIN matched b ON b.g = o.g AND b.t BETWEEN o.s AND o.s + ${span})`,
    ];
    const groups = ["g", ...rule.groupBy.map((_, i) => `min(o${i}) AS o${i}`), "max(t) AS t"];
    const judged = (measure: string, from: string, by: string): string =>
      `judged AS (SELECT ${[...groups, `${measure} AS m`].join(", ")} FROM ${from} GROUP BY ${by})`;
    const { percentile } = rule.condition;
    if (rule.type !== "value_percentile") return [...tables, judged(this.closedMeasure(), "filled", "g, s")];
    if (percentile === null) {
      const total = "ranked AS (SELECT *, count(*) OVER (PARTITION BY g, s) AS total FROM filled)";
      return [...tables, total, judged("count(*) * 100.0 / max(total)", "ranked", "g, s, v")];
    }
    const rank = "row_number() OVER (PARTITION BY g, s ORDER BY v) AS place";
    const total = `ranked AS (SELECT *, ${rank}, count(*) OVER (PARTITION BY g, s) AS total FROM filled)`;
    return [
      ...tables,
      total,
      judged(`min(CASE WHEN place * 100 >= ${percentile} * total THEN v END)`, "ranked", "g, s"),
    ];
  }

  private closedMeasure(): string {
    switch (this.planned.rule.type) {
      case "value_count":
        return "count(DISTINCT v)";
      case "value_sum":
        return "sum(v)";
      case "value_avg":
        return "avg(v)";
      case "temporal":
        return "count(DISTINCT r)";
      case "event_count":
      case "temporal_ordered":
      case "value_percentile":
        return "count(*)";
    }
  }

  private refuse(message: string): string {
    this.problems.push({ code: "SIGMA_SQL", severity: "error", at: this.planned.rule.at, message });
    return "FALSE";
  }
}
