import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";

import { codeOf, messageOf, PosternError } from "../core/index.ts";
import type { Assessment, ServerAssessment } from "../model/index.ts";
import { renderHtml } from "../report/index.ts";
import { besideCase, writeFailure } from "./beside-case.ts";
import { chainEvidence } from "./evidence-chain.ts";
import { SEAL_NAMES } from "./sealed-files.ts";
import { discardEvents, moveEvents } from "./events/index.ts";
import { OutcomeFile } from "./outcome-file.ts";

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
 * Says whether a case can be written to `folder`, before any evidence is read: trying it after an hour would be too late.
 * @throws PosternError CASE_EXISTS when something is there that `force` does not allow to replace (only a case or an empty folder may
 * be), CASE_WRITE_FAILED when nothing can be written there, USAGE when it lies in the evidence.
 */
export function checkCaseFolder(
  folder: string,
  options: { readonly force: boolean; readonly evidence: readonly string[] },
): void {
  for (const given of options.evidence) refuseInside(folder, given);
  if (existsSync(folder)) refuseOccupied(folder, options.force);
  const partial = besideCase(folder, "partial");
  try {
    mkdirSync(partial, { recursive: true });
  } catch (thrown) {
    throw writeFailed(folder, thrown);
  } finally {
    removeQuietly(partial);
  }
}

/** Evidence is never written into: a case in it would also be read as evidence the next time. */
function refuseInside(folder: string, evidence: string): void {
  const below = relative(resolve(evidence), resolve(folder));
  if (below.startsWith("..") || isAbsolute(below)) return;
  throw new PosternError(
    "USAGE",
    `${folder} lies in the evidence ${evidence}, which must stay as it is: choose a folder elsewhere with -o`,
    { folder },
  );
}

function refuseOccupied(folder: string, force: boolean): void {
  const refuse = (why: string): PosternError =>
    new PosternError("CASE_EXISTS", `${folder} ${why}`, { folder });
  if (!statSync(folder).isDirectory()) throw refuse("is a file, not a folder: choose another name with -o");
  const entries = listFolder(folder);
  if (entries.length === 0) return;
  if (!entries.includes("case.json"))
    throw refuse(
      "is not empty and holds no case, so it is not replaced, not even with --force: choose another folder with -o",
    );
  if (entries.includes("journal.jsonl") || entries.includes("quarantine"))
    throw refuse(
      "holds files in quarantine and the journal of a clean-up, so it is not replaced, not even with --force: choose another folder with -o",
    );
  if (entries.includes(SEAL_NAMES.seal))
    throw refuse(
      "holds a sealed case, which is not replaced, not even with --force: choose another folder with -o",
    );
  if (!force) throw refuse("holds a case already: choose another folder with -o, or replace it with --force");
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    const message = `${folder} cannot be used as a case folder: ${messageOf(thrown)}`;
    throw new PosternError("CASE_EXISTS", message, { folder }, thrown);
  }
}

/** What cannot be removed was not made: then the failure before it is the one to tell. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (thrown) {
    if (codeOf(thrown) === null) throw thrown;
  }
}

function writeFailed(folder: string, thrown: unknown): PosternError {
  return writeFailure(`the case could not be written to ${folder}`, { folder }, thrown);
}

/**
 * Writes a case: all files into a folder beside it first, then one rename, so that a half-written case never looks whole.
 * @throws PosternError CASE_WRITE_FAILED, with the reason (disk full, no permission); nothing is left behind.
 */
export function writeCase(folder: string, assessment: Assessment): CasePaths {
  const target = resolve(folder);
  const partial = besideCase(folder, "partial");
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(join(partial, "findings"), { recursive: true });
    for (const [name, text] of caseFiles(assessment)) writeFileSync(join(partial, name), text);
    moveEvents(folder, partial);
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
    OutcomeFile.remove(folder);
    discardEvents(folder);
  } catch (thrown) {
    removeQuietly(partial);
    throw writeFailed(folder, thrown);
  }
  return casePaths(folder);
}

function caseFiles(assessment: Assessment): readonly (readonly [string, string])[] {
  return [
    ["case.json", `${JSON.stringify(assessment, null, 1)}\n`],
    ["evidence.jsonl", chainEvidence(assessment.evidence)],
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
  return withAdded(value);
}

/** What was added to the form since its first version: a case of an older version lacks it. */
function withAdded(read: Assessment): Assessment {
  const given: Partial<Assessment> = read;
  return {
    ...read,
    answers: given.answers ?? [],
    intruders: given.intruders ?? [],
    identities: given.identities ?? [],
    indicatorLists: given.indicatorLists ?? [],
    tips: given.tips ?? [],
    servers: read.servers.map((server) => {
      const known: Partial<ServerAssessment> = server;
      return { ...server, dwell: known.dwell ?? null, mailAccess: known.mailAccess ?? NOT_ASKED };
    }),
  };
}

const NOT_ASKED: ServerAssessment["mailAccess"] = {
  text: "This case was made before Postern kept a ledger of mailboxes: assess the evidence again.",
  sources: [],
  notVisible: [],
};

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
