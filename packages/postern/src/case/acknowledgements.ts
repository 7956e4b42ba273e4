import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acknowledge } from "../assess/index.ts";
import { formatUtc, messageOf, PosternError } from "../core/index.ts";
import type { Acknowledgement, Assessment } from "../model/index.ts";
import { writeFailure } from "./beside-case.ts";
import { renderHtml } from "../report/index.ts";
import { casePaths, readCase } from "./case-folder.ts";
import { loadDetection } from "./detection.ts";
import { SEAL_NAMES } from "./sealed-files.ts";

/** What somebody says about a finding. */
export interface AcknowledgementEntry extends Acknowledgement {
  readonly finding: string;
}

/** Kept beside case.json and only added to: the assessment itself never changes. The newest entry of a finding counts. */
const FILE = "acknowledged.jsonl";

/** Reads a case with what is acknowledged at `nowMs` marked and no longer counted. @throws PosternError CASE_NOT_FOUND, CASE_MALFORMED */
export function readCaseAt(folder: string, nowMs: number): Assessment {
  const assessment = readCase(folder);
  const inForce = acknowledgedAt(readAcknowledgements(folder), nowMs);
  if (inForce.size === 0) return assessment;
  const detection = loadDetection();
  return acknowledge(assessment, inForce, detection);
}

/**
 * Renders the report of a case again, with what is acknowledged at `nowMs`. A sealed case is left as it was sealed.
 * @returns whether it was rendered
 * @throws PosternError CASE_NOT_FOUND, CASE_MALFORMED, CASE_WRITE_FAILED
 */
export function renderReportAt(folder: string, nowMs: number): boolean {
  if (existsSync(join(folder, SEAL_NAMES.seal))) return false;
  const { report } = casePaths(folder);
  const page = renderHtml(readCaseAt(folder, nowMs));
  try {
    // A report that is cut in the middle must never be there.
    writeFileSync(`${report}.new`, page, { flush: true });
    renameSync(`${report}.new`, report);
  } catch (thrown) {
    rmSync(`${report}.new`, { force: true });
    throw writeFailure(`the report could not be written to ${folder}`, { folder }, thrown);
  }
  return true;
}

/** Everything that was ever said, in order. @throws PosternError CASE_MALFORMED with the line */
export function readAcknowledgements(folder: string): readonly AcknowledgementEntry[] {
  const path = join(folder, FILE);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line, i) => (line === "" ? [] : [parseEntry(line, `${path}:${String(i + 1)}`)]));
}

/** The entries that hold on a day, by finding. */
function acknowledgedAt(
  entries: readonly AcknowledgementEntry[],
  nowMs: number,
): ReadonlyMap<string, Acknowledgement> {
  const today = formatUtc(nowMs).slice(0, 10);
  const newest = new Map(entries.map(({ finding, ...entry }) => [finding, entry] as const));
  return new Map([...newest].filter(([, entry]) => entry.until >= today));
}

/** Adds an entry. @throws PosternError USAGE when the case has no such finding or the day is wrong, CASE_WRITE_FAILED */
export function addAcknowledgement(folder: string, entry: AcknowledgementEntry): void {
  const { findings } = readCase(folder);
  if (!findings.some(({ id }) => id === entry.finding))
    throw new PosternError("USAGE", `the case has no finding ${entry.finding}`);
  const day = /^\d{4}-\d{2}-\d{2}$/u.test(entry.until) ? Date.parse(`${entry.until}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day))
    throw new PosternError("USAGE", `--until wants a day, YYYY-MM-DD, not ${entry.until}`);
  if (entry.until < entry.at.slice(0, 10))
    throw new PosternError("USAGE", `--until ${entry.until} is over already: say until when it shall hold`);
  if (entry.reason.trim() === "" || entry.by.trim() === "")
    throw new PosternError("USAGE", "say why (--reason) and who says so (--by)");
  try {
    appendFileSync(join(folder, FILE), `${JSON.stringify(entry)}\n`, { flush: true });
  } catch (thrown) {
    throw writeFailure(`the acknowledgement could not be written to ${folder}`, { folder }, thrown);
  }
}

function parseEntry(line: string, where: string): AcknowledgementEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (thrown) {
    throw new PosternError("CASE_MALFORMED", `${where} is no JSON: ${messageOf(thrown)}`, { where }, thrown);
  }
  const texts = new Map<string, unknown>(
    typeof value === "object" && value !== null ? Object.entries(value) : [],
  );
  const text = (name: string): string => {
    const one = texts.get(name);
    if (typeof one !== "string")
      throw new PosternError("CASE_MALFORMED", `${where} has no ${name}`, { where, name });
    return one;
  };
  return {
    finding: text("finding"),
    reason: text("reason"),
    by: text("by"),
    at: text("at"),
    until: text("until"),
  };
}
