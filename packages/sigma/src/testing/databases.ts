import { DuckDBInstance } from "@duckdb/node-api";
import {
  type FieldValue,
  type SqlDialect,
  duckdbDialect,
  sqliteDialect,
  sqliteFunctions,
} from "@postern/sigma";
import initSqlJs from "sql.js";

/** A row of a test's table: absent columns are null. */
export type TableRow = Readonly<Record<string, string | null>>;

/** A database in memory with one table `events`, whose column `row` counts the rows from 0. */
export interface TestDatabase {
  readonly dialect: SqlDialect;
  /** Numbers of the rows that meet a condition, sorted. */
  rowsThat(condition: string): Promise<readonly number[]>;
  /** The rows of any query. */
  readonly query: (sql: string) => Promise<readonly (readonly unknown[])[]>;
  close(): void;
}

/** DuckDB with the rows as a table of VARCHAR columns. */
export async function openDuckdb(
  columns: readonly string[],
  rows: readonly TableRow[],
): Promise<TestDatabase> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const query = async (sql: string): Promise<readonly (readonly unknown[])[]> =>
    (await connection.runAndReadAll(sql)).getRowsJS();
  for (const statement of tableOf(duckdbDialect, columns, rows)) await query(statement);
  return {
    dialect: duckdbDialect,
    query,
    rowsThat: async (condition) => numbers(await query(`SELECT "row" FROM events WHERE ${condition}`)),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** SQLite with the rows as a table of TEXT columns that mind no case, and the functions of the dialect. */
export async function openSqlite(
  columns: readonly string[],
  rows: readonly TableRow[],
): Promise<TestDatabase> {
  const sqlite = await initSqlJs();
  const database = new sqlite.Database();
  for (const { name, arguments: count, call } of sqliteFunctions()) {
    // The number of arguments is read from the function's own list.
    const two = (a: unknown, b: unknown): unknown => call(a, b);
    const one = (a: unknown): unknown => call(a);
    database.create_function(name, count === 1 ? one : two);
  }
  const query = (sql: string): Promise<readonly (readonly unknown[])[]> =>
    Promise.resolve(database.exec(sql)[0]?.values ?? []);
  for (const statement of tableOf(sqliteDialect, columns, rows)) await query(statement);
  return {
    dialect: sqliteDialect,
    query,
    rowsThat: async (condition) => numbers(await query(`SELECT \`row\` FROM events WHERE ${condition}`)),
    close: () => database.close(),
  };
}

function tableOf(
  dialect: SqlDialect,
  columns: readonly string[],
  rows: readonly TableRow[],
): readonly string[] {
  const type = dialect.name === "duckdb" ? "VARCHAR" : "TEXT COLLATE NOCASE";
  const names = columns.map((name) => dialect.identifier(name));
  const values = rows.map((row, i) => {
    const cells = columns.map((name) =>
      row[name] === undefined || row[name] === null ? "NULL" : dialect.text(row[name]),
    );
    return `(${[i, ...cells].join(", ")})`;
  });
  const create = `CREATE TABLE events (${[`${dialect.identifier("row")} INTEGER`, ...names.map((name) => `${name} ${type}`)].join(", ")})`;
  const inserts: string[] = [];
  for (let i = 0; i < values.length; i += 200)
    inserts.push(`INSERT INTO events VALUES ${values.slice(i, i + 200).join(", ")}`);
  return [create, ...inserts];
}

function numbers(rows: readonly (readonly unknown[])[]): readonly number[] {
  return rows.map(([row]) => Number(row)).sort((a, b) => a - b);
}

/** How the evaluator reads a row: a null is an absent field. */
export function fieldsOf(row: TableRow): (field: string) => FieldValue {
  return (field) => (Object.hasOwn(row, field) ? (row[field] ?? undefined) : undefined);
}
