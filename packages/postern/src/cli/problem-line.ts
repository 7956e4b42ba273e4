import type { Problem } from "../model/index.ts";
import { terminalLine } from "../report/index.ts";

const LINE_LIMIT = 800;

/** A problem on one line: where, how bad, what, and what to do. */
export function problemLine({ at, severity, message, advice }: Problem): string {
  const todo = advice === undefined ? "" : `. ${advice}`;
  return terminalLine(
    `${at.file}:${String(at.line)}:${String(at.column)} ${severity}: ${message}${todo}`,
    LINE_LIMIT,
  );
}
