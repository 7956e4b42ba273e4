import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, messageOf, PosternError } from "../core/index.ts";
import type { Plan, PlanStep, ScriptTexts, StepRecord } from "../model/index.ts";
import { renderPlanHtml, renderPlanMarkdown } from "../report/index.ts";

/** Where the parts of a plan lie in a case. */
export interface PlanPaths {
  readonly plan: string;
  readonly markdown: string;
  readonly checklist: string;
  readonly scripts: string;
}

/** Paths of a plan inside a case folder. */
export function planPaths(folder: string): PlanPaths {
  return {
    plan: join(folder, "plan.json"),
    markdown: join(folder, "plan.md"),
    checklist: join(folder, "plan.html"),
    scripts: join(folder, "scripts"),
  };
}

/** Writes plan.json, the checklists and the scripts; scripts of an older plan go. @throws PosternError CASE_WRITE_FAILED */
export function writePlan(
  folder: string,
  plan: Plan,
  of: { readonly scripts: ScriptTexts; readonly records: ReadonlyMap<string, StepRecord> },
): PlanPaths {
  const paths = planPaths(folder);
  writing(folder, () => {
    rmSync(paths.scripts, { recursive: true, force: true });
    mkdirSync(paths.scripts, { recursive: true });
    for (const [file, text] of Object.entries(of.scripts))
      writeFileSync(join(folder, ...file.split("/")), text, "ascii");
    writeWhole(paths.plan, `${JSON.stringify(plan, null, 1)}\n`);
  });
  writeChecklists(folder, plan, of.records);
  return paths;
}

/** Writes the checklists anew, with what became of each step. @throws PosternError CASE_WRITE_FAILED */
export function writeChecklists(folder: string, plan: Plan, records: ReadonlyMap<string, StepRecord>): void {
  const paths = planPaths(folder);
  writing(folder, () => {
    writeWhole(paths.markdown, renderPlanMarkdown(plan, records));
    writeWhole(paths.checklist, renderPlanHtml(plan, records));
  });
}

/** Never half a file: written beside it first. */
function writeWhole(path: string, text: string): void {
  const partial = `${path}.part`;
  writeFileSync(partial, text, { flush: true });
  renameSync(partial, path);
}

function writing(folder: string, write: () => void): void {
  try {
    write();
  } catch (thrown) {
    const why = codeOf(thrown) === "ENOSPC" ? "the disk is full" : messageOf(thrown);
    throw new PosternError(
      "CASE_WRITE_FAILED",
      `the plan could not be written to ${folder}: ${why}`,
      { folder },
      thrown,
    );
  }
}

/** Reads the plan of a case. @throws PosternError USAGE when there is none, CASE_MALFORMED */
export function readPlan(folder: string): Plan {
  const { plan } = planPaths(folder);
  let text: string;
  try {
    text = readFileSync(plan, "utf8");
  } catch (thrown) {
    throw new PosternError(
      "USAGE",
      `${folder} holds no plan yet: run postern clean plan ${folder}`,
      { folder },
      thrown,
    );
  }
  return parsePlan(text, plan);
}

function parsePlan(text: string, file: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new PosternError("CASE_MALFORMED", `${file} is no JSON: make the plan again`, { file }, thrown);
  }
  if (!isPlan(value))
    throw new PosternError(
      "CASE_MALFORMED",
      `${file} is not a plan of schema postern.plan/1: make it again`,
      {
        file,
      },
    );
  return value;
}

function isPlan(value: unknown): value is Plan {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map(Object.entries(value));
  const lists = ["steps", "rebuild", "servers", "duties", "limits"];
  const steps: unknown = fields.get("steps");
  return (
    fields.get("schema") === "postern.plan/1" &&
    lists.every((name) => Array.isArray(fields.get(name))) &&
    Array.isArray(steps) &&
    steps.every(isStep)
  );
}

/** What acts on files is checked field by field; the rest is only shown. */
function isStep(value: unknown): value is PlanStep {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const id = fields.get("id");
  return typeof id === "string" && /^[A-Za-z0-9-]{1,100}$/u.test(id) && isAction(fields.get("action"));
}

function isAction(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const texts = ["path", "sha256", ...(fields.get("do") === "remove-element" ? ["tag"] : [])];
  const alsoModule = fields.get("alsoModule") ?? null;
  return (
    (fields.get("do") === "quarantine" || fields.get("do") === "remove-element") &&
    texts.every((name) => typeof fields.get(name) === "string") &&
    (alsoModule === null || typeof alsoModule === "string")
  );
}
