import { readFileSync } from "node:fs";

import { casePaths, checkCaseFolder, runCase, writeCase } from "../case/index.ts";
import { messageOf, PosternError } from "../core/index.ts";
import { readTip, readTips, type TipGiven } from "../detect/index.ts";
import { renderTerminal } from "../report/index.ts";
import { baselineFolder } from "./baseline.ts";
import { exitCodeOf, type FailOn } from "./exit-codes.ts";
import { problemLine } from "./problem-line.ts";
import { progressPrinter } from "./progress.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern assess`. */
export interface AssessFlags {
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly force?: boolean;
  readonly failOn: FailOn;
  readonly server: readonly string[];
  /** Set by --plain: read every record in full. */
  readonly plain?: boolean;
  /** False (--no-resume): what an earlier run that was ended has read is read again. */
  readonly resume?: boolean;
  /** Threads that read; default one a processor. */
  readonly workers?: number;
  /** Folder of lists of genuine files; default: the user's own. */
  readonly baseline?: string;
  /** Files and folders with indicators to look for. */
  readonly indicators: readonly string[];
  /** Set by --index: all events go into the case. */
  readonly index?: boolean;
  /** False (--no-events): no events go into the case. */
  readonly events?: boolean;
  /** Tips, `VALUE[,TIME[,SOURCE]]`. */
  readonly tip: readonly string[];
  /** Files of tips. */
  readonly tips: readonly string[];
  /** Ids of the campaigns to ask about; none means all. */
  readonly campaign: readonly string[];
}

/** `postern assess`: the main job. Gives the exit code. */
export async function assessCommand(
  evidence: readonly string[],
  flags: AssessFlags,
  terminal: Terminal,
): Promise<number> {
  const servers = flags.server.map(parseServer);
  const tips = [...flags.tip.map(readTip), ...flags.tips.flatMap(readTipFile)];
  if (flags.out === undefined && flags.json !== true) {
    throw new PosternError(
      "USAGE",
      "say where to put the case: -o <folder> (or use --json to get only the assessment)",
    );
  }
  if (flags.out !== undefined) checkCaseFolder(flags.out, { force: flags.force === true, evidence });
  const { signal, stop } = listenForInterrupt(terminal);
  const progress = progressPrinter(terminal);
  try {
    const assessment = await runCase({
      evidence,
      intake: { servers },
      signal,
      baseline: baselineFolder(flags.baseline),
      indicators: flags.indicators,
      tips,
      ...(flags.events === false
        ? {}
        : { events: flags.index === true ? ("all" as const) : ("found" as const) }),
      onProblem: (problem) => terminal.err(`${problemLine(problem)}\n`),
      campaigns: flags.campaign,
      fast: flags.plain !== true,
      ...(flags.out === undefined ? {} : { keep: { folder: flags.out, resume: flags.resume !== false } }),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
      ...(flags.quiet === true ? {} : { onProgress: progress.show }),
    });
    progress.clear();
    if (flags.out !== undefined) writeCase(flags.out, assessment);
    if (flags.json === true) terminal.out(`${JSON.stringify(assessment)}\n`);
    if (flags.quiet !== true) {
      const paths = flags.out === undefined ? null : casePaths(flags.out);
      const { color, width } = terminal;
      terminal.err(
        renderTerminal(assessment, {
          color,
          width,
          reportPath: paths?.report ?? null,
          casePath: paths?.folder ?? null,
        }),
      );
    }
    return exitCodeOf(assessment.verdict, flags.failOn);
  } finally {
    progress.clear();
    stop();
  }
}

/** @throws PosternError INDICATORS_INVALID with all mistakes, USAGE when it is not there */
function readTipFile(file: string): readonly TipGiven[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (thrown) {
    throw new PosternError("USAGE", `--tips ${file}: ${messageOf(thrown)}`, { file }, thrown);
  }
  const { tips, problems } = readTips(text, file);
  if (problems.length > 0)
    throw new PosternError(
      "INDICATORS_INVALID",
      `tips cannot be used:\n${problems.map(problemLine).join("\n")}`,
      { problems },
    );
  return tips;
}

function parseServer(text: string): { readonly name: string; readonly path: string } {
  const at = text.indexOf("=");
  if (at <= 0 || at === text.length - 1)
    throw new PosternError("USAGE", `--server wants NAME=PATH, not ${JSON.stringify(text)}`);
  return { name: text.slice(0, at), path: text.slice(at + 1) };
}
