import { realpathSync } from "node:fs";
import { dirname, isAbsolute, relative } from "node:path";
import { formatUtc, PosternError } from "../core/index.ts";
import type { Plan, PlanStep } from "../model/index.ts";
import { applyElement } from "./apply-element.ts";
import { applyQuarantine } from "./apply-quarantine.ts";
import { machineDisk, type Disk } from "./disk.ts";
import { openJournal, readJournal } from "./journal.ts";
import { takeLock } from "./lock.ts";
import { tried, type CleanContext, type StepOutcome } from "./outcome.ts";
import { isRefusal, openPlace, type TreeRoot } from "./place.ts";
import { stepsToUndo } from "./step-history.ts";
import { undoStep } from "./undo-step.ts";

/** How steps are carried out. */
export interface RunOptions {
  readonly folder: string;
  readonly plan: Plan;
  readonly roots: readonly TreeRoot[];
  /** Ids; null: every step that Postern can do and that needs no question first. */
  readonly steps: readonly string[] | null;
  /** Server id; null: the only one. */
  readonly server: string | null;
  /** False: only says what would be done. */
  readonly act: boolean;
  readonly now: () => number;
  /** Default: the disk of this machine. */
  readonly disk?: Disk;
}

/** What was done to the files, and where to look again. */
export interface RunResult {
  readonly outcomes: readonly StepOutcome[];
  /** Folders on this machine from which something was taken. */
  readonly touched: readonly string[];
}

/** Carries out the file and configuration steps of a plan, in its order. @throws PosternError USAGE, JOURNAL_DAMAGED */
export function applySteps(options: RunOptions): RunResult {
  const steps = chosenSteps(options);
  return running(options, (context) => {
    const outcomes = steps.map((step) => tried(step.id, () => applyOne(step, context)));
    const touched = steps
      .filter((step) => outcomes.some(({ step: id, result }) => id === step.id && result === "done"))
      .flatMap((step) => (step.action === null ? [] : foldersOf(step.action.path, context)));
    return { outcomes, touched: [...new Set(touched)] };
  });
}

/** Takes steps back, the newest first. @throws PosternError USAGE, JOURNAL_DAMAGED */
export function undoSteps(options: RunOptions): RunResult {
  return running(options, (context) => {
    const all = stepsToUndo(context.journal.entries);
    const wanted = options.steps;
    const ofServer = (id: string): boolean =>
      options.server === null ||
      options.plan.steps.some((one) => one.id === id && one.server === options.server);
    const chosen = wanted === null ? all.filter(ofServer) : all.filter((id) => wanted.includes(id));
    const outcomes = chosen.map((id) => tried(id, () => undoStep(id, context)));
    return { outcomes, touched: [] };
  });
}

function applyOne(step: PlanStep, context: CleanContext): StepOutcome {
  if (step.action === null)
    return { step: step.id, result: "refused", text: "This step is not for Postern to do." };
  return step.action.do === "quarantine"
    ? applyQuarantine(step.id, step.action, context)
    : applyElement(step.id, step.action, context);
}

function running(options: RunOptions, run: (context: CleanContext) => RunResult): RunResult {
  const caseFolder = realpathSync(options.folder);
  refuseServed(caseFolder, options.roots);
  const disk = options.disk ?? machineDisk();
  const unlock = options.act ? takeLock(caseFolder) : () => undefined;
  try {
    readJournal(caseFolder);
    const journal = openJournal(disk, caseFolder, () => formatUtc(options.now()));
    return run({ disk, roots: options.roots, caseFolder, journal, act: options.act });
  } finally {
    unlock();
  }
}

/** Steps of one server only: two servers have the same paths. */
function chosenSteps({ plan, steps, server }: RunOptions): readonly PlanStep[] {
  const able = plan.steps.filter(
    (step) =>
      step.action !== null &&
      (server === null || step.server === server) &&
      (steps === null ? !step.onlyAfterAsking : steps.includes(step.id)),
  );
  const servers = [...new Set(able.map((step) => step.server ?? ""))];
  if (servers.length > 1)
    throw new PosternError(
      "USAGE",
      `the plan has steps for several servers; say with --server whose tree this is: ${servers.join(", ")}`,
    );
  return able;
}

function foldersOf(path: string, { disk, roots }: CleanContext): readonly string[] {
  const place = openPlace(disk, roots, path);
  if (isRefusal(place)) return [];
  place.close();
  return [dirname(place.shown)];
}

const SERVED =
  /(?:^|[\\/])(?:inetpub[\\/]wwwroot|aspnet_client|FrontEnd[\\/]HttpProxy|ClientAccess)(?:[\\/]|$)/iu;

/** A case below a web folder could be asked for from outside, with all that it says. */
function refuseServed(caseFolder: string, roots: readonly TreeRoot[]): void {
  for (const { folder } of roots) {
    const below = relative(folder, caseFolder);
    if (below.startsWith("..") || isAbsolute(below) || !SERVED.test(below)) continue;
    throw new PosternError("USAGE", `the case ${caseFolder} lies in a web folder: move it elsewhere first`, {
      caseFolder,
    });
  }
}
