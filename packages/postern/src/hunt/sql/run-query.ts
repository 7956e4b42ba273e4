import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

import { codeOf, messageOf, PosternError } from "../../core/index.ts";
import type { Assessment } from "../../model/index.ts";
import { visibleText } from "../../report/index.ts";

/** Where a query runs. */
export interface SqlCase {
  /** The case's Parquet file with its events. */
  readonly eventsFile: string;
  readonly assessment: Assessment;
}

/** A value of an answer. Whole numbers beyond 2^53 and decimals are texts. */
export type SqlValue = string | number | boolean | null;

/** An answer: its columns at once, its rows as they come. */
export interface SqlAnswer {
  readonly columns: readonly string[];
  /** @throws PosternError SQL_FAILED when the query fails on the way */
  readonly rows: AsyncGenerator<readonly SqlValue[], void, undefined>;
  readonly close: () => void;
}

/** `SELECT` and all that DuckDB rewrites to it, and `EXPLAIN`. https://duckdb.org/docs/stable/clients/c/api (duckdb_statement_type) */
const READING_STATEMENTS: ReadonlySet<number> = new Set([1, 4]);

/**
 * Runs one reading statement over a case. The database lives in memory; of the disk it may read the events of this case and nothing else, it loads no
 * extension, and no statement can change that.
 * @throws PosternError SQL_UNAVAILABLE where DuckDB is not installed, SQL_FAILED when the statement is wrong or would write, CASE_NOT_FOUND without events
 */
export async function runQuery(of: SqlCase, sql: string): Promise<SqlAnswer> {
  const connection = await open(of);
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1)
      throw new PosternError("SQL_FAILED", `give one statement, not ${String(statements.count)}`);
    const prepared = await statements.prepare(0);
    if (!READING_STATEMENTS.has(prepared.statementType))
      throw new PosternError(
        "SQL_FAILED",
        "only statements that read are run: SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, EXPLAIN",
      );
    const result = await prepared.stream();
    const columns = result.columnNames();
    return { columns, rows: rowsOf(result.yieldRowsJson()), close: () => connection.closeSync() };
  } catch (thrown) {
    connection.closeSync();
    throw asFailure(thrown);
  }
}

function asFailure(thrown: unknown): unknown {
  if (codeOf(thrown) === "SQL_FAILED") return thrown;
  // DuckDB quotes the value that it could not convert: text from evidence.
  return new PosternError("SQL_FAILED", `the query failed: ${visibleText(messageOf(thrown))}`, {}, thrown);
}

async function* rowsOf(
  chunks: AsyncIterableIterator<readonly (readonly unknown[])[]>,
): AsyncGenerator<readonly SqlValue[], void, undefined> {
  try {
    for await (const chunk of chunks) for (const row of chunk) yield row.map(valueOf);
  } catch (thrown) {
    throw asFailure(thrown);
  }
}

function valueOf(value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value);
}

async function open({ eventsFile, assessment }: SqlCase): Promise<DuckDBConnection> {
  const duckDb = await loadDuckDb();
  const instance = await duckDb.DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    const file = quoted(eventsFile);
    await connection.run(`SET allowed_paths = [${file}]`);
    await connection.run("SET temp_directory = ''");
    await connection.run(`CREATE VIEW events AS SELECT * FROM read_parquet(${file})`);
    for (const table of TABLES) await makeTable(connection, table, assessment);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    return connection;
  } catch (thrown) {
    connection.closeSync();
    throw asFailure(thrown);
  }
}

async function loadDuckDb(): Promise<{ readonly DuckDBInstance: typeof DuckDBInstance }> {
  try {
    return await import("@duckdb/node-api");
  } catch (thrown) {
    throw new PosternError(
      "SQL_UNAVAILABLE",
      "SQL needs DuckDB, which is not installed here: npm install @duckdb/node-api, or open events/events.parquet with another program",
      {},
      thrown,
    );
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

interface SmallTable {
  readonly name: string;
  /** Column to SQL type. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: (assessment: Assessment) => readonly object[];
}

/** What the assessment says, to be joined with the events. */
const TABLES: readonly SmallTable[] = [
  {
    name: "findings",
    columns: {
      ...{ id: "VARCHAR", server: "VARCHAR", kind: "VARCHAR", title: "VARCHAR", severity: "VARCHAR" },
      ...{
        confidence: "VARCHAR",
        rung: "VARCHAR",
        firstSeen: "TIMESTAMP",
        lastSeen: "TIMESTAMP",
        count: "BIGINT",
      },
      ...{ rules: "VARCHAR[]", cves: "VARCHAR[]", attack: "VARCHAR[]" },
    },
    rows: ({ findings }) => findings,
  },
  {
    name: "actors",
    columns: {
      ...{ id: "VARCHAR", addresses: "VARCHAR[]", userAgents: "VARCHAR[]", rung: "VARCHAR" },
      ...{ firstSeen: "TIMESTAMP", lastSeen: "TIMESTAMP", requests: "BIGINT", findings: "VARCHAR[]" },
    },
    rows: ({ actors }) => actors,
  },
  {
    name: "evidence",
    columns: {
      ...{ sha256: "VARCHAR", path: "VARCHAR", artifact: "VARCHAR", server: "VARCHAR", state: "VARCHAR" },
      ...{ records: "BIGINT", damaged: "BIGINT", first: "TIMESTAMP", last: "TIMESTAMP", sizeBytes: "BIGINT" },
    },
    rows: ({ evidence }) => evidence,
  },
];

async function makeTable(
  connection: DuckDBConnection,
  table: SmallTable,
  assessment: Assessment,
): Promise<void> {
  const names = Object.keys(table.columns);
  const rows = table
    .rows(assessment)
    .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name))));
  const shape = JSON.stringify([table.columns]);
  await connection.run(
    `CREATE TABLE ${table.name} AS SELECT ${names.map((name) => `r."${name}"`).join(", ")}
     FROM (SELECT unnest(from_json($rows, ${quoted(shape)})) AS r)`,
    { rows: JSON.stringify(rows) },
  );
}
