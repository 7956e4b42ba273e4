import { rmSync } from "node:fs";
import { join } from "node:path";

import { casePaths, checkCaseFolder, runCase, writeCase } from "../case/index.ts";
import { PosternError } from "../core/index.ts";
import { SCENARIOS, writeScenario, type ScenarioId } from "../demo/index.ts";
import { renderTerminal } from "../report/index.ts";
import { EXIT } from "./exit-codes.ts";
import { progressPrinter } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern demo`. */
export interface DemoFlags {
  readonly out: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** `postern demo`: makes invented evidence, assesses it, says where the report is. Exit code 0 whatever the verdict: nothing real happened. */
export async function demoCommand(scenario: string, flags: DemoFlags, terminal: Terminal): Promise<number> {
  if (flags.list === true) {
    for (const one of SCENARIOS) terminal.out(`${one.id}\t${one.title}\n`);
    return EXIT.clean;
  }
  const id = findScenario(scenario);
  const evidence = join(flags.out, id, "evidence");
  const folder = join(flags.out, id, "case");
  checkCaseFolder(folder, { force: true, evidence: [] });
  rmSync(evidence, { recursive: true, force: true });
  terminal.err(`Writing invented evidence to ${evidence}\n`);
  await writeScenario(id, evidence);
  const progress = progressPrinter(terminal);
  const assessment = await runCase({
    evidence: [evidence],
    keep: { folder, resume: false },
    events: "found",
    onProgress: progress.show,
  });
  progress.clear();
  writeCase(folder, assessment);
  const { color, width } = terminal;
  if (flags.json === true) terminal.out(`${JSON.stringify(assessment)}\n`);
  terminal.err(
    renderTerminal(assessment, { color, width, reportPath: casePaths(folder).report, casePath: folder }),
  );
  return EXIT.clean;
}

function findScenario(text: string): ScenarioId {
  const found = SCENARIOS.find((one) => one.id === text);
  if (found === undefined) {
    throw new PosternError(
      "USAGE",
      `there is no scenario ${JSON.stringify(text)}; there are: ${SCENARIOS.map((one) => one.id).join(", ")}`,
    );
  }
  return found.id;
}
