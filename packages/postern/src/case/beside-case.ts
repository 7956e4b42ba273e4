import { basename, dirname, join, resolve } from "node:path";

import { codeOf, messageOf, PosternError } from "../core/index.ts";

/** A hidden path beside a case folder, for what belongs to the case and must not look like one: `.my-case.<ending>`. */
export function besideCase(folder: string, ending: string): string {
  const target = resolve(folder);
  return join(dirname(target), `.${basename(target)}.${ending}`);
}

/** A failure to write a case or what stands beside it; `what` is the sentence before the reason. */
export function writeFailure(
  what: string,
  detail: Readonly<Record<string, unknown>>,
  thrown: unknown,
): PosternError {
  const why = codeOf(thrown) === "ENOSPC" ? "the disk is full" : messageOf(thrown);
  return new PosternError("CASE_WRITE_FAILED", `${what}: ${why}`, detail, thrown);
}
