export { getReadyQuery, readyQueries, type ReadyQuery } from "./query-library.ts";
export { renderRows, rowAsJson } from "./render-rows.ts";
export { runQuery, type SqlAnswer, type SqlCase, type SqlValue } from "./run-query.ts";
