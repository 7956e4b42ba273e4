import type { Command } from "commander";
import type { AckFlags } from "./ack.ts";
import type { MarkFlags, RunFlags } from "./clean.ts";
import type { Terminal } from "./terminal.ts";
import type { VerifyFlags } from "./verify.ts";

/** Adds `postern clean` and its parts. */
export function addClean(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const clean = program
    .command("clean")
    .description("clean-up: plan it, let Postern do the file steps reversibly, prove that it is gone");
  clean
    .command("plan <case>")
    .description(
      "writes the plan of a case: plan.json, a checklist to print, and a script for each step that needs one",
    )
    .option("--json", "print the plan as JSON on stdout")
    .action(async (folder: string, flags: { readonly json?: boolean }) => {
      const { cleanPlanCommand } = await import("./clean.ts");
      done(cleanPlanCommand(folder, flags, terminal));
    });
  addRun(
    clean.command("apply <case>"),
    "lets Postern do the file and configuration steps; a trial unless --yes is given",
  ).action(async (folder: string, flags: RunFlags) => {
    const { cleanApplyCommand } = await import("./clean.ts");
    done(await cleanApplyCommand(folder, flags, terminal));
  });
  addRun(
    clean.command("undo <case>"),
    "takes back what apply did, byte for byte; a trial unless --yes is given",
  ).action(async (folder: string, flags: RunFlags) => {
    const { cleanUndoCommand } = await import("./clean.ts");
    done(cleanUndoCommand(folder, flags, terminal));
  });
  addVerify(clean, terminal, done);
  for (const [name, state, what] of MARKS)
    clean
      .command(`${name} <case> <step>`)
      .description(what)
      .requiredOption("--by <name>", "who says so")
      .option("--note <text>", "a remark for the record")
      .action(async (folder: string, step: string, flags: MarkFlags) => {
        const { cleanMarkCommand } = await import("./clean.ts");
        done(cleanMarkCommand(folder, { step, state, flags }, terminal));
      });
}

const MARKS = [
  ["done", "done", "notes in the case that a step was done"],
  ["skip", "skipped", "notes in the case that a step was left out"],
  ["reopen", "open", "notes in the case that a step is open again"],
] as const;

function addRun(command: Command, description: string): Command {
  return command
    .description(description)
    .option(
      "--root <folder>",
      "what stands for C:\\: a mounted disk, a copied tree, or C:\\ on the server itself; D:=FOLDER for another drive (repeat)",
      collect,
      [],
    )
    .option("--step <step>", "only this step, by number or id (repeat for several)", collect, [])
    .option("--server <name>", "whose tree it is, when the case has several servers")
    .option("--by <name>", "who does it, for the record")
    .option("--yes", "do it; without, it is only told")
    .option("--json", "what was done as JSON on stdout");
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function addVerify(clean: Command, terminal: Terminal, done: (code: number) => void): void {
  clean
    .command("verify <case> <evidence...>")
    .description(
      "assesses new evidence by the same rules: each finding is gone, still there, changed or cannot tell",
    )
    .option("-o, --out <case>", "also write the new evidence's own case there")
    .option("--force", "replace a case that is there")
    .option(
      "--since <time>",
      "records from here on count as new (default: the newest record of the old case)",
    )
    .option("--by <name>", "who signs the summary (with --date)")
    .option("--date <day>", "the day of the signature, YYYY-MM-DD")
    .option("--json", "print the verification as JSON on stdout")
    .addHelpText(
      "after",
      "\nExit codes: 0 gone, 1 not gone or something new, 2 usage or fatal error, 3 cannot tell everything.",
    )
    .action(async (folder: string, evidence: string[], flags: VerifyFlags) => {
      const { cleanVerifyCommand } = await import("./verify.ts");
      done(await cleanVerifyCommand(folder, evidence, flags, terminal));
    });
}

/** Adds `postern ack`. */
export function addAck(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("ack <case> <finding>")
    .description(
      "a finding is explained: it stays visible and no longer counts in verdict and plan, until a day",
    )
    .requiredOption("--reason <text>", "why it is no sign of a break-in")
    .requiredOption("--by <name>", "who says so")
    .requiredOption("--until <day>", "last day on which this holds, YYYY-MM-DD")
    .action(async (folder: string, finding: string, flags: AckFlags) => {
      const { ackCommand } = await import("./ack.ts");
      done(ackCommand(folder, finding, flags, terminal));
    });
}
