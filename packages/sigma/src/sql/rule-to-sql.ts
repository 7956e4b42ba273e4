import { type FieldMapping, namesOf } from "../compile/field-values.ts";
import type { Condition } from "../condition/condition.ts";
import type { Problem } from "../problem.ts";
import type { SigmaRule } from "../rule/rule.ts";
import type { Comparison, FieldTest, KeywordTest, Search, Test } from "../rule/search.ts";
import type { SqlDialect } from "./dialect.ts";

/** What the table looks like. */
export interface SqlOptions {
  readonly dialect: SqlDialect;
  /** Name of the table or view; default `events`. */
  readonly table?: string;
  /** The table's names of the rule's fields, as for `compileRule`. */
  readonly fields?: FieldMapping;
  /** The columns that are there; a field without one counts as absent. Without this every field is taken for a column. */
  readonly columns?: ReadonlySet<string>;
  /** The column that holds the whole text of a record, for keywords. */
  readonly textColumn?: string;
}

/** A rule as SQL, or why it cannot be. */
export interface SqlQuery {
  /** `SELECT * FROM table WHERE ...`; null when there are problems. */
  readonly sql: string | null;
  /** What stands after WHERE, e.g. to be put over `read_parquet(...)`; null when there are problems. */
  readonly condition: string | null;
  readonly problems: readonly Problem[];
}

/**
 * Says a rule in SQL. A row matches when and only when the evaluator matches it: a null in the table is an absent field, other
 * values are compared as the text that the database makes of them.
 */
export function ruleToSql(rule: SigmaRule, options: SqlOptions): SqlQuery {
  const writer = new SqlWriter(rule, options);
  const condition = writer.condition(rule.condition, false);
  if (writer.problems.length > 0) return { sql: null, condition: null, problems: writer.problems };
  const table = options.dialect.identifier(options.table ?? "events");
  return { sql: `SELECT * FROM ${table} WHERE ${condition}`, condition, problems: [] };
}

/** The column of an event's field; a typed null when the table has none. */
export function columnOf(name: string, { dialect, columns }: SqlOptions): string {
  if (columns !== undefined && !columns.has(name))
    return dialect.name === "duckdb" ? "CAST(NULL AS VARCHAR)" : "NULL";
  return dialect.column(name);
}

const OPERATORS: Readonly<Record<Comparison | "eq", string>> = {
  eq: "=",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

class SqlWriter {
  readonly problems: Problem[] = [];
  private readonly rule: SigmaRule;
  private readonly options: SqlOptions;

  constructor(rule: SigmaRule, options: SqlOptions) {
    this.rule = rule;
    this.options = options;
  }

  /** `exact`: the expression must be true or false, never null, because a NOT stands above it. */
  condition(condition: Condition, exact: boolean): string {
    switch (condition.kind) {
      case "selection":
        return this.selection(condition.name, exact);
      case "not":
        return `NOT ${this.condition(condition.part, true)}`;
      case "of":
        return joined(
          condition.quantifier === "all" ? "AND" : "OR",
          condition.names.map((name) => this.selection(name, exact)),
        );
      case "and":
      case "or":
        return joined(
          condition.kind === "and" ? "AND" : "OR",
          condition.parts.map((part) => this.condition(part, exact)),
        );
    }
  }

  private selection(name: string, exact: boolean): string {
    const search = Object.hasOwn(this.rule.selections, name) ? this.rule.selections[name] : undefined;
    return search === undefined ? "FALSE" : this.search(search, exact);
  }

  private search(search: Search, exact: boolean): string {
    switch (search.kind) {
      case "all-of":
      case "any-of":
        return joined(
          search.kind === "all-of" ? "AND" : "OR",
          search.parts.map((part) => this.search(part, exact)),
        );
      case "keyword-test":
        return this.keywords(search, exact);
      case "field-test":
        return this.fieldTest(search, exact);
    }
  }

  private keywords(search: KeywordTest, exact: boolean): string {
    if (this.options.textColumn === undefined) {
      const advice = "name the column that holds the whole text of a record (textColumn)";
      return this.refuse("keywords need the whole text of a record", advice);
    }
    const column = columnOf(this.options.textColumn, this.options);
    const tests = search.tests.map((test) => this.single(column, test, exact));
    return joined(search.link === "all" ? "AND" : "OR", tests);
  }

  private fieldTest(search: FieldTest, exact: boolean): string {
    const columns = namesOf(search.field, this.options.fields ?? {}).map((name) => this.column(name));
    const inner = exact || search.negated;
    const tests = search.tests.map((test) => this.test(columns, test, inner));
    const passed = joined(search.link === "all" ? "AND" : "OR", tests);
    return search.negated ? `NOT ${passed}` : passed;
  }

  private column(name: string): string {
    return name.includes("\0") ? this.refuse("a field's name holds a NUL") : columnOf(name, this.options);
  }

  /** A test over all columns that a field may stand in. */
  private test(columns: readonly string[], test: Test, exact: boolean): string {
    if (test.kind === "null" || (test.kind === "exists" && !test.expected))
      return joined(
        "AND",
        columns.map((column) => `${column} IS NULL`),
      );
    if (test.kind === "exists")
      return joined(
        "OR",
        columns.map((column) => `${column} IS NOT NULL`),
      );
    return joined(
      "OR",
      columns.map((column) => this.single(column, test, exact)),
    );
  }

  private single(column: string, test: Test, exact: boolean): string {
    const expression = this.expression(column, test);
    return exact ? `coalesce(${expression}, FALSE)` : expression;
  }

  private expression(column: string, test: Test): string {
    const { dialect } = this.options;
    switch (test.kind) {
      case "text":
        return dialect.pattern(column, test.pattern, test.cased);
      case "regex":
        return dialect.regex(column, test);
      case "cidr":
        return dialect.network(column, test.source, test.network);
      case "number":
        return `${dialect.number(column)} = ${numberText(test.value)}`;
      case "compare":
        return `${dialect.number(column)} ${OPERATORS[test.comparison]} ${numberText(test.value)}`;
      case "time-part":
        return `${dialect.timePart(column, test.part)} ${OPERATORS[test.comparison]} ${numberText(test.value)}`;
      case "field-ref": {
        const form = (value: string): string => (test.cased ? value : dialect.folded(value));
        const others = namesOf(test.field, this.options.fields ?? {}).map((name) => this.column(name));
        return joined(
          "OR",
          others.map((other) => dialect.placed(form(column), form(other), test.placement)),
        );
      }
      case "null":
      case "exists":
        return "FALSE";
    }
  }

  private refuse(message: string, advice?: string): string {
    const at = { file: this.rule.origin, line: 1, column: 1 };
    const problem = { code: "SIGMA_SQL", severity: "error", at, message } as const;
    this.problems.push(advice === undefined ? problem : { ...problem, advice });
    return "FALSE";
  }
}

function numberText(value: number): string {
  return `CAST(${String(value)} AS DOUBLE)`;
}

/** Databases read a long chain as a deep tree and refuse a very deep one (SQLite: 1,000): longer chains are cut in pieces. */
const MAX_CHAIN = 100;

function joined(word: "AND" | "OR", parts: readonly string[]): string {
  const [only] = parts;
  if (only === undefined) return word === "AND" ? "TRUE" : "FALSE";
  if (parts.length === 1) return only;
  if (parts.length <= MAX_CHAIN) return `(${parts.join(` ${word} `)})`;
  const pieces: string[] = [];
  for (let i = 0; i < parts.length; i += MAX_CHAIN) pieces.push(joined(word, parts.slice(i, i + MAX_CHAIN)));
  return joined(word, pieces);
}
