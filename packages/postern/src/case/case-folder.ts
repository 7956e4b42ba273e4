import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { codeOf, messageOf, PosternError } from "../core/index.ts";
import type { Assessment } from "../model/index.ts";
import { renderHtml } from "../report/index.ts";

/** Where a case's parts lie. */
export interface CasePaths {
  readonly folder: string;
  readonly report: string;
  readonly assessment: string;
}

/** Paths inside a case folder. */
export function casePaths(folder: string): CasePaths {
  return { folder, report: join(folder, "report.html"), assessment: join(folder, "case.json") };
}

/**
 * Says whether a case can be written to `folder`, before any evidence is read.
 * @throws PosternError CASE_EXISTS when something is there that `force` does not allow to replace: only a case or an empty folder may be.
 */
export function checkCaseFolder(folder: string, force: boolean): void {
  if (!existsSync(folder)) return;
  const entries = listFolder(folder);
  if (entries.length === 0) return;
  if (!entries.includes("case.json")) {
    throw new PosternError(
      "CASE_EXISTS",
      `${folder} is not empty and holds no case: choose another folder with -o`,
      { folder },
    );
  }
  if (!force)
    throw new PosternError(
      "CASE_EXISTS",
      `${folder} holds a case already: choose another folder with -o, or replace it with --force`,
      { folder },
    );
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    throw new PosternError(
      "CASE_EXISTS",
      `${folder} cannot be used as a case folder: ${messageOf(thrown)}`,
      { folder },
      thrown,
    );
  }
}

/**
 * Writes a case: all files into a folder beside it first, then one rename, so that a half-written case never looks whole.
 * @throws PosternError CASE_WRITE_FAILED, with the reason (disk full, no permission); nothing is left behind.
 */
export function writeCase(folder: string, assessment: Assessment): CasePaths {
  const target = resolve(folder);
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(join(partial, "findings"), { recursive: true });
    for (const [name, text] of caseFiles(assessment)) writeFileSync(join(partial, name), text);
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  } catch (thrown) {
    rmSync(partial, { recursive: true, force: true });
    const why = codeOf(thrown) === "ENOSPC" ? "the disk is full" : messageOf(thrown);
    throw new PosternError(
      "CASE_WRITE_FAILED",
      `the case could not be written to ${folder}: ${why}`,
      { folder },
      thrown,
    );
  }
  return casePaths(folder);
}

function caseFiles(assessment: Assessment): readonly (readonly [string, string])[] {
  return [
    ["case.json", `${JSON.stringify(assessment, null, 1)}\n`],
    ["evidence.jsonl", assessment.evidence.map((entry) => `${JSON.stringify(entry)}\n`).join("")],
    ...assessment.findings.map(
      (finding) => [join("findings", `${finding.id}.json`), `${JSON.stringify(finding, null, 1)}\n`] as const,
    ),
    ["report.html", renderHtml(assessment)],
  ];
}

/** Reads a case back. @throws PosternError CASE_NOT_FOUND, CASE_MALFORMED */
export function readCase(folder: string): Assessment {
  const { assessment } = casePaths(folder);
  let text: string;
  try {
    text = readFileSync(assessment, "utf8");
  } catch (thrown) {
    throw new PosternError(
      "CASE_NOT_FOUND",
      `${folder} holds no case (no case.json): give the folder that \`postern assess -o\` wrote`,
      { folder },
      thrown,
    );
  }
  return parseCase(text, assessment);
}

function parseCase(text: string, file: string): Assessment {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new PosternError(
      "CASE_MALFORMED",
      `${file} is no JSON (cut or edited?): assess the evidence again`,
      { file },
      thrown,
    );
  }
  if (!isAssessment(value))
    throw new PosternError("CASE_MALFORMED", `${file} is not a case of schema postern.assessment/1`, {
      file,
    });
  return value;
}

const LISTS = ["servers", "findings", "story", "actors", "evidence", "firstSteps", "mailboxes"];

function isAssessment(value: unknown): value is Assessment {
  if (
    typeof value !== "object" ||
    value === null ||
    !("schema" in value) ||
    value.schema !== "postern.assessment/1"
  )
    return false;
  const fields = new Map(Object.entries(value));
  return LISTS.every((name) => Array.isArray(fields.get(name)));
}
