import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, PosternError } from "../core/index.ts";
import type { StepRecord } from "../model/index.ts";

/** Only added to: who did what and when is part of the case. */
const FILE = "steps.jsonl";

const STATES = ["open", "done", "skipped"] as const;

/** The newest record of each step. @throws PosternError CASE_MALFORMED with the line */
export function readStepRecords(folder: string): ReadonlyMap<string, StepRecord> {
  const path = join(folder, FILE);
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, "utf8").split("\n");
  return new Map(
    lines.flatMap((line, i) => {
      if (line === "") return [];
      const record = parseRecord(line, `${path}:${String(i + 1)}`);
      return [[record.step, record] as const];
    }),
  );
}

/** Adds a record. @throws PosternError USAGE without a name, CASE_WRITE_FAILED */
export function addStepRecord(folder: string, record: StepRecord): void {
  if (record.by.trim() === "")
    throw new PosternError("USAGE", "say who did it: --by NAME", { step: record.step });
  try {
    appendFileSync(join(folder, FILE), `${JSON.stringify(record)}\n`, { flush: true });
  } catch (thrown) {
    const message = `the record of the step could not be written to ${folder}: ${messageOf(thrown)}`;
    throw new PosternError("CASE_WRITE_FAILED", message, { folder }, thrown);
  }
}

function parseRecord(line: string, where: string): StepRecord {
  const malformed = (what: string, cause?: unknown): PosternError =>
    new PosternError("CASE_MALFORMED", `${where} ${what}`, { where }, cause);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (thrown) {
    throw malformed("is no JSON", thrown);
  }
  const fields = new Map<string, unknown>(
    typeof value === "object" && value !== null ? Object.entries(value) : [],
  );
  const text = (name: string): string => {
    const one = fields.get(name);
    if (typeof one !== "string") throw malformed(`has no ${name}`);
    return one;
  };
  const state = STATES.find((known) => known === fields.get("state"));
  if (state === undefined) throw malformed("has no state that is known");
  return { step: text("step"), state, by: text("by"), at: text("at"), note: text("note") };
}
