import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { eventsFileOf, readCase } from "../case/index.ts";
import { PosternError } from "../core/index.ts";
import { csvRow } from "../export/index.ts";
import {
  getReadyQuery,
  readyQueries,
  renderRows,
  rowAsJson,
  runQuery,
  type SqlValue,
} from "../hunt/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern hunt` over a case. */
export interface HuntSqlFlags {
  readonly sql?: string;
  /** Name of a ready query. */
  readonly query?: string;
  readonly jsonl?: boolean;
  readonly csv?: boolean;
  readonly quiet?: boolean;
}

/** Rows of a screen table; `--jsonl` and `--csv` give all. */
const ROWS_SHOWN = 200;

/** `postern hunt CASE --sql`: SQL over the events of a case. Gives the exit code: 0 no row, 1 some. */
export async function huntSqlCommand(
  paths: readonly string[],
  flags: HuntSqlFlags,
  terminal: Terminal,
): Promise<number> {
  const [folder] = paths;
  if (folder === undefined || paths.length !== 1)
    throw new PosternError(
      "USAGE",
      "--sql and --query want one case, the folder that `postern assess -o` wrote",
    );
  const sql = flags.sql ?? getReadyQuery(flags.query ?? "").sql;
  const eventsFile = resolve(eventsFileOf(folder));
  const assessment = readCase(folder);
  if (!existsSync(eventsFile))
    throw new PosternError(
      "CASE_NOT_FOUND",
      `${folder} has no events (it was made with --no-events, or by an older version): assess the evidence again`,
      { folder },
    );
  const answer = await runQuery({ eventsFile, assessment }, sql);
  try {
    return await tell(answer, flags, terminal);
  } finally {
    answer.close();
  }
}

async function tell(
  answer: Awaited<ReturnType<typeof runQuery>>,
  flags: HuntSqlFlags,
  terminal: Terminal,
): Promise<number> {
  const shown: (readonly SqlValue[])[] = [];
  let count = 0;
  if (flags.csv === true) terminal.out(csvRow(answer.columns));
  for await (const row of answer.rows) {
    count++;
    if (flags.jsonl === true) terminal.out(`${rowAsJson(answer.columns, row)}\n`);
    else if (flags.csv === true)
      terminal.out(csvRow(row.map((value) => (typeof value === "boolean" ? String(value) : value))));
    else if (shown.length < ROWS_SHOWN) shown.push(row);
  }
  if (flags.jsonl !== true && flags.csv !== true) terminal.out(renderRows(answer.columns, shown));
  if (flags.quiet !== true) {
    const more = flags.jsonl !== true && flags.csv !== true && count > shown.length;
    terminal.err(
      `${String(count)} rows${more ? `, ${String(shown.length)} shown: --jsonl or --csv gives all` : ""}.\n`,
    );
  }
  return count > 0 ? EXIT.found : EXIT.clean;
}

/** `postern hunt --queries`: the ready queries and what they answer. */
export function listQueries(terminal: Terminal): number {
  for (const { name, title } of readyQueries()) terminal.out(`${name}\t${title}\n`);
  return EXIT.clean;
}
