import { scanFiles } from "../case/index.ts";
import {
  addStepRecord,
  applySteps,
  makePlan,
  parseRoot,
  readPlan,
  readStepRecords,
  undoSteps,
  writeChecklists,
  writePlan,
  type RunOptions,
  type StepOutcome,
} from "../clean/index.ts";
import { formatUtc, PosternError } from "../core/index.ts";
import type { Plan, PlanStep, StepState } from "../model/index.ts";
import { renderPlanTerminal, terminalLine } from "../report/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** `postern clean plan`: writes plan.json, the checklists and the scripts into the case. */
export function cleanPlanCommand(
  folder: string,
  flags: { readonly json?: boolean },
  terminal: Terminal,
): number {
  const { plan, scripts } = makePlan(folder, terminal.now());
  const records = readStepRecords(folder);
  const paths = writePlan(folder, plan, { scripts, records });
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(plan, null, 1)}\n`);
    return EXIT.clean;
  }
  const { color, width } = terminal;
  terminal.out(renderPlanTerminal(plan, records, { color, width, checklist: paths.checklist }));
  return EXIT.clean;
}

/** Options of `postern clean done` and `postern clean skip`. */
export interface MarkFlags {
  readonly by?: string;
  readonly note?: string;
}

/** `postern clean done|skip|reopen`: notes in the case what became of a step. */
export function cleanMarkCommand(
  folder: string,
  of: { readonly step: string; readonly state: StepState; readonly flags: MarkFlags },
  terminal: Terminal,
): number {
  const plan = readPlan(folder);
  const step = findStep(plan, of.step);
  const at = formatUtc(terminal.now());
  addStepRecord(folder, {
    step: step.id,
    state: of.state,
    by: of.flags.by ?? "",
    at,
    note: of.flags.note ?? "",
  });
  writeChecklists(folder, plan, readStepRecords(folder));
  terminal.err(`Step ${String(step.number)} (${step.id}) is ${of.state}.\n`);
  return EXIT.clean;
}

/** A step by its id or its number. @throws PosternError USAGE */
function findStep(plan: Plan, name: string): PlanStep {
  const found = plan.steps.find((step) => step.id === name || String(step.number) === name);
  if (found === undefined)
    throw new PosternError("USAGE", `the plan has no step ${name}: give a number or an id of plan.json`);
  return found;
}

/** Options of `postern clean apply` and `postern clean undo`. */
export interface RunFlags {
  readonly root: readonly string[];
  readonly server?: string;
  readonly step: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly by?: string;
}

/** `postern clean apply`: a trial unless --yes is given; afterwards the touched folders are judged again. */
export async function cleanApplyCommand(
  folder: string,
  flags: RunFlags,
  terminal: Terminal,
): Promise<number> {
  const options = runOptions(folder, flags, terminal);
  const { outcomes, touched } = applySteps(options);
  if (outcomes.length === 0) terminal.err("There is no step that Postern can do here.\n");
  const still = options.act ? await judgeAgain(touched) : [];
  markDone(options, outcomes, flags.by ?? "Postern");
  tell({ outcomes, still }, options, { flags, terminal, how: "apply" });
  return codeOfRun(outcomes, still);
}

/** `postern clean undo`: takes back what apply did, the newest first; a trial unless --yes is given. */
export function cleanUndoCommand(folder: string, flags: RunFlags, terminal: Terminal): number {
  const options = runOptions(folder, flags, terminal);
  const { outcomes } = undoSteps(options);
  if (outcomes.length === 0) terminal.err("There is nothing to take back.\n");
  for (const { step, result } of outcomes)
    if (result === "done") record(options, step, "open", { by: flags.by ?? "Postern", note: "taken back" });
  if (options.act) writeChecklists(folder, options.plan, readStepRecords(folder));
  tell({ outcomes, still: [] }, options, { flags, terminal, how: "undo" });
  return codeOfRun(outcomes, []);
}

function runOptions(folder: string, flags: RunFlags, terminal: Terminal): RunOptions {
  if (flags.root.length === 0)
    throw new PosternError(
      "USAGE",
      "say where the server's files are: --root FOLDER stands for C:\\ (on the server itself: --root C:\\), --root D:=FOLDER for another drive",
    );
  const plan = readPlan(folder);
  return {
    folder,
    plan,
    roots: flags.root.map(parseRoot),
    steps: flags.step.length === 0 ? null : flags.step.map((name) => findStep(plan, name).id),
    server: flags.server === undefined ? null : findServer(plan, flags.server),
    act: flags.yes === true,
    now: terminal.now,
  };
}

function findServer(plan: Plan, name: string): string {
  const found = plan.servers.find(
    (server) => server.id === name || server.name.toLowerCase() === name.toLowerCase(),
  );
  if (found === undefined) throw new PosternError("USAGE", `the plan has no server ${name}`);
  return found.id;
}

interface Still {
  readonly path: string;
  readonly verdict: string;
}

/** The same rules over the folders from which something was taken. */
async function judgeAgain(folders: readonly string[]): Promise<readonly Still[]> {
  const still: Still[] = [];
  for (const path of folders)
    for await (const file of scanFiles({ paths: [path] }))
      if (file.verdict === "webshell" || file.verdict === "suspicious")
        still.push({ path: file.path, verdict: file.verdict });
  return still;
}

function markDone(options: RunOptions, outcomes: readonly StepOutcome[], by: string): void {
  if (!options.act) return;
  for (const { step, result, text } of outcomes)
    if (result === "done") record(options, step, "done", { by, note: text });
  writeChecklists(options.folder, options.plan, readStepRecords(options.folder));
}

function record(
  { folder, now }: RunOptions,
  step: string,
  state: StepState,
  of: { readonly by: string; readonly note: string },
): void {
  addStepRecord(folder, { step, state, by: of.by, at: formatUtc(now()), note: of.note });
}

interface Told {
  readonly outcomes: readonly StepOutcome[];
  readonly still: readonly Still[];
}

const RESULT_WORDS: Readonly<Record<StepOutcome["result"], string>> = {
  done: "done",
  would: "would be done",
  already: "was done before",
  refused: "LEFT ALONE",
  failed: "FAILED",
};

function tell(
  told: Told,
  { plan, act }: RunOptions,
  { flags, terminal, how }: { readonly flags: RunFlags; readonly terminal: Terminal; readonly how: string },
): void {
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(told, null, 1)}\n`);
    return;
  }
  for (const { step, result, text } of told.outcomes) {
    const number = plan.steps.find(({ id }) => id === step)?.number;
    terminal.out(
      `${number === undefined ? step : `Step ${String(number)}`}: ${RESULT_WORDS[result]}. ${terminalLine(text, LINE_LIMIT)}\n`,
    );
  }
  for (const { path, verdict } of told.still)
    terminal.out(`STILL THERE (${verdict}): ${terminalLine(path, LINE_LIMIT)}\n`);
  if (!act && told.outcomes.some(({ result }) => result === "would"))
    terminal.err(`This was a trial: nothing was changed. Run it again with --yes to ${how}.\n`);
}

const LINE_LIMIT = 600;

function codeOfRun(outcomes: readonly StepOutcome[], still: readonly Still[]): number {
  const isOpen = outcomes.some(({ result }) => result === "refused" || result === "failed");
  return isOpen || still.length > 0 ? EXIT.found : EXIT.clean;
}
