import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

import { codeOf, messageOf, VERSION } from "../core/index.ts";
import type { AssessFlags } from "./assess.ts";
import type { CaseFlags } from "./case.ts";
import type { CollectFlags } from "./collect.ts";
import { addAck, addClean } from "./clean-commands.ts";
import type { BaselineFlags } from "./baseline.ts";
import type { DemoFlags } from "./demo.ts";
import type { ExportFlags } from "./export.ts";
import { COLLECTORS, EXIT, FAIL_ON, SCAN_FAIL_ON } from "./exit-codes.ts";
import type { HuntFlags } from "./hunt.ts";
import type { HuntSqlFlags } from "./hunt-sql.ts";
import type { ScanFlags } from "./scan.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

/** Runs the command line; each command loads what it needs when it is called, so that help comes at once. Gives the exit code; prints every failure as one clear message. */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code: number = EXIT.clean;
  const program = buildProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (thrown) {
    return explainFailure(thrown, terminal);
  }
}

function explainFailure(thrown: unknown, terminal: Terminal): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.clean : EXIT.usage;
  if (codeOf(thrown) === "INTERRUPTED") {
    terminal.err(
      "postern: interrupted; no case was written. Start the same command again: it goes on where it stopped.\n",
    );
    return EXIT.interrupted;
  }
  terminal.err(`postern: ${messageOf(thrown)}\n`);
  return EXIT.usage;
}

function buildProgram(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command("postern")
    .description(
      "Reads what an Exchange server left behind and answers with proof: broken into or only tried, since when, what remains, what now.",
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError("(postern --help shows what there is)");
  addAssess(program, terminal, done);
  addHunt(program, terminal, done);
  addScan(program, terminal, done);
  program
    .command("show <case> [finding]")
    .description("a finding with its raw evidence, its reasoning, its next step")
    .option("--json", "the finding (or the list of them) as JSON on stdout")
    .action(async (folder: string, finding: string | undefined, flags: { readonly json?: boolean }) => {
      const { showCommand } = await import("./show.ts");
      done(showCommand({ folder, finding: finding ?? null, json: flags.json === true }, terminal));
    });
  program
    .command("patch <build>")
    .description("what this build of Exchange is, what it lacks, what to install next")
    .option("--json", "as JSON on stdout")
    .action(async (build: string, flags: { readonly json?: boolean }) => {
      const { patchCommand } = await import("./patch.ts");
      done(patchCommand(build, flags.json === true, terminal));
    });
  addExport(program, terminal, done);
  addClean(program, terminal, done);
  addAck(program, terminal, done);
  addBaseline(program, terminal, done);
  addCase(program, terminal, done);
  addCollect(program, terminal, done);
  addDemo(program, terminal, done);
  program
    .command("rules <list|lint|test> [folder]")
    .description(
      "the rules of the packs (or of a pack of yours in folder): list them, check them, or run their cases",
    )
    .action(async (what: string, folder: string | undefined) => {
      const { rulesCommand } = await import("./rules.ts");
      done(await rulesCommand(what, folder ?? null, terminal));
    });
  return program;
}

function addAssess(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("assess <evidence...>")
    .description("the main job: folders, files, zips of an Exchange server in, an answer with proof out")
    .option("-o, --out <case>", "folder for the case (report.html, case.json, evidence.jsonl)")
    .option("--json", "print the assessment on stdout")
    .option("-q, --quiet", "no summary and no progress")
    .option("--force", "replace a case that is already there")
    .option(
      "--server <NAME=PATH>",
      "evidence below PATH is from server NAME (repeat for several)",
      collect,
      [],
    )
    .option(
      "--indicators <file>",
      "indicators to look for: STIX 2.1, MISP, OpenIOC, table or plain list, or a folder of them (repeat for several)",
      collect,
      [],
    )
    .option(
      "--tip <VALUE[,TIME[,SOURCE]]>",
      "what somebody told you: the URL of a back door or an address, when, who says so (repeat for several)",
      collect,
      [],
    )
    .option(
      "--index",
      "keep all events in the case for `postern hunt CASE --sql`, not only those found: slower, larger",
    )
    .option("--no-events", "keep no events in the case")
    .option("--tips <file>", "tips as a table or JSON lines (url, timestamp, source)", collect, [])
    .option(
      "--campaign <id>",
      "ask about this campaign only (repeat for several; see postern rules list; default: all)",
      collect,
      [],
    )
    .option("--plain", "parse every record in full: slower, same answer")
    .option("--no-resume", "read again what an earlier run of this command had read before it was ended")
    .option("--baseline <folder>", "further lists of genuine files (see postern baseline)")
    .option("--workers <number>", "threads for large evidence (default: one a processor)", wholeNumber)
    .addOption(
      new Option("--fail-on <verdict>", "from which verdict on the exit code is 1")
        .choices(FAIL_ON)
        .default("attempted"),
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 no trace and complete evidence, 1 compromised or attempted (--fail-on),\n2 usage or fatal error, 3 evidence too incomplete to tell, 130 interrupted.",
    )
    .action(async (evidence: string[], flags: AssessFlags) => {
      const { assessCommand } = await import("./assess.ts");
      done(await assessCommand(evidence, flags, terminal));
    });
}

function addHunt(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("hunt [evidence...]")
    .description(
      "runs Sigma rules over evidence (logs, event logs, exports, zips), or SQL over the events of a case",
    )
    .option("--sigma <file or folder>", "rules to run (repeat for several)", collect, [])
    .option("--sql <statement>", "over a case: a statement that reads (tables and columns: docs/events.md)")
    .option("--query <name>", "over a case: a ready query")
    .option("--queries", "name the ready queries")
    .option("--csv", "with --sql or --query: CSV on stdout")
    .option(
      "--pipeline <file>",
      "a processing pipeline for fields of your own (repeat for several)",
      collect,
      [],
    )
    .option("--placeholders <file>", "values for the placeholders of rules: a YAML or JSON map")
    .option("--rule-cache <file>", "keep the parsed rules there, so that the next run starts sooner")
    .option("--jsonl", "one JSON object a match on stdout")
    .option("-q, --quiet", "no summary and no progress")
    .option("--why", "name every rule that did not apply, and why")
    .option("--level <level>", "only rules of this level and above")
    .option("--status <status>", "only rules of this status (repeat for several)", collect, [])
    .option("--exclude <id>", "leave out the rule with this id (repeat for several)", collect, [])
    .option("--since <time>", "only records from this day or time on (UTC where no zone is given)")
    .option("--until <time>", "only records up to this day or time, all of the day included")
    .option("--plain", "parse every record, evaluate every rule: slower, same answer")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing matched, 1 something matched, 2 usage or fatal error,\n3 no record could be read, 130 interrupted.",
    )
    .action(async (evidence: string[], flags: HuntFlags & HuntSqlFlags & { readonly queries?: boolean }) => {
      if (flags.queries === true || flags.sql !== undefined || flags.query !== undefined) {
        const { huntSqlCommand, listQueries } = await import("./hunt-sql.ts");
        done(
          flags.queries === true ? listQueries(terminal) : await huntSqlCommand(evidence, flags, terminal),
        );
        return;
      }
      const { huntCommand } = await import("./hunt.ts");
      done(await huntCommand(evidence, flags, terminal));
    });
}

function addScan(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("scan <path...>")
    .description("web-shell scan of files and folders: each file is judged, with reasons in its own text")
    .option("--jsonl", "one JSON object a file on stdout, clean ones too")
    .option("--all", "also name the files in which nothing was found")
    .option("-q, --quiet", "no summary")
    .option(
      "--yara <rules>",
      "YARA rules of your own: a file, or a folder of .yar files (repeat for several)",
      collect,
      [],
    )
    .option("--baseline <folder>", "further lists of genuine files (see postern baseline)")
    .option("--build <build>", "build of the server (default: what the files themselves say, if they do)")
    .addOption(
      new Option("--fail-on <verdict>", "from which verdict on the exit code is 1")
        .choices(SCAN_FAIL_ON)
        .default("suspicious"),
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing found, 1 web shell or suspicious file (--fail-on), 2 usage or fatal error,\n3 some files could not be judged, 130 interrupted.",
    )
    .action(async (paths: string[], flags: ScanFlags) => {
      const { scanCommand } = await import("./scan.ts");
      done(await scanCommand(paths, flags, terminal));
    });
}

function addExport(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("export <case>")
    .description("a case in the form that another program reads")
    .requiredOption(
      "--to <target>",
      "stix, misp, navigator, timesketch, timesketch-csv, ecs, csv or markdown",
    )
    .option("-o, --out <file>", "file to write (default: standard output)")
    .option("--force", "replace a file that is already there")
    .option(
      "--include-victim-data",
      "stix, misp, navigator, csv indicators: also names of servers, accounts and mailboxes, inner addresses, local paths",
    )
    .option("--tlp <label>", "stix, misp: who may see it: clear, green, amber or red", "amber")
    .option(
      "--table <table>",
      "csv: findings, story, mailboxes, evidence, coverage or indicators",
      "findings",
    )
    .option("--bom", "CSV: begin with a byte order mark, for Excel")
    .option("-q, --quiet", "no notes")
    .action(async (folder: string, flags: ExportFlags) => {
      const { exportCommand } = await import("./export.ts");
      done(exportCommand(folder, flags, terminal));
    });
}

function addBaseline(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("baseline <add|list> [source]")
    .description(
      "clean-file hashes per Exchange build: learn them from a table of hashes (SHA-256,build,path), a clean install folder or a case of a trusted server",
    )
    .option("--baseline <folder>", "folder of the lists (default: in your own data folder)")
    .option("--build <build>", "build of a folder, or of a case that does not say it")
    .option("--json", "list: as JSON on stdout")
    .action(async (what: string, source: string | undefined, flags: BaselineFlags) => {
      const { baselineCommand } = await import("./baseline.ts");
      done(await baselineCommand(what, source ?? null, flags, terminal));
    });
}

function addCase(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("case <seal|check> <case>")
    .description("chain of custody: seals a case, or says what of it and of the evidence was changed since")
    .option(
      "--key <file>",
      "Ed25519 key in PEM form: seal signs with the private one, check wants the public one",
    )
    .option("--note <text>", "seal: who seals it and why")
    .option("--again", "seal: a sealed case is sealed anew; the seal before is kept")
    .option("--evidence <path>", "check: reads this evidence again, too (repeat for several)", collect, [])
    .option("--expect <hash>", "check: the seal must have this SHA-256")
    .option("--json", "check: the answer as JSON on stdout")
    .option("-q, --quiet", "no talk")
    .addHelpText(
      "after",
      "\nExit codes of check: 0 nothing differs, 1 something does, 2 usage or fatal error, 3 not sealed, 130 interrupted.",
    )
    .action(async (what: string, folder: string, flags: CaseFlags) => {
      const { caseCommand } = await import("./case.ts");
      done(await caseCommand(what, folder, flags, terminal));
    });
}

function addCollect(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("collect")
    .description("makes a collector for the server, or collects from a disk: one zip with a manifest")
    .addOption(new Option("--to <tool>", "make a collector: a script or artifact").choices(COLLECTORS))
    .option("--from <tree>", "collect from a mounted disk or a copied tree of one server")
    .option("--here", "collect on this computer (Windows, as administrator)")
    .option("--mounted", "with --from: the tree is the server's own disk, so its file times are the server's")
    .option("--list", "what is collected, how long it is kept, and what it can answer")
    .option("-o, --out <file>", "the script or the zip to write")
    .option("--name <server>", "name of the server (default: the folder's)")
    .option("-q, --quiet", "no talk")
    .option("--max-age-days <days>", "leave out older logs; 0 takes all", collectLimit)
    .option("--max-file-mb <mb>", "leave out larger files; 0 takes all", collectLimit)
    .option("--max-total-mb <mb>", "stop taking files at this size; 0 for no limit", collectLimit)
    .option("--keep-free-mb <mb>", "free space that must stay on the disk of the zip", collectLimit)
    .option("--exchange <path>", "for KAPE: install folder of Exchange, if it is not the usual one")
    .option(
      "--iis-logs <path>",
      "for KAPE: a further folder of web server logs (repeat for several)",
      collect,
      [],
    )
    .option(
      "--web-root <path>",
      "for KAPE: a further folder that IIS serves (repeat for several)",
      collect,
      [],
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 2 usage or fatal error, 3 nothing was found to collect, 130 interrupted.",
    )
    .action(async (flags: CollectFlags) => {
      const { collectCommand } = await import("./collect.ts");
      done(await collectCommand(flags, terminal));
    });
}

function addDemo(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("demo [scenario]")
    .description("makes invented evidence of a school district, assesses it and says where the report is")
    .option("-o, --out <folder>", "folder for evidence and case", "postern-demo")
    .option("--list", "the scenarios there are")
    .option("--json", "print the assessment on stdout")
    .action(async (scenario: string | undefined, flags: DemoFlags) => {
      const { demoCommand } = await import("./demo.ts");
      done(await demoCommand(scenario ?? "proxylogon", flags, terminal));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function collectLimit(text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new InvalidArgumentError("a whole number is wanted.");
  return Number(text);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/u.test(text)) throw new InvalidArgumentError("a number from 0 to 999 is wanted.");
  return Number(text);
}
