import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { scanFiles, type FileVerdict } from "../case/index.ts";
import { messageOf, PosternError } from "../core/index.ts";
import { readRuleFile, type YaraSource } from "../detect/index.ts";
import { parseBuild, type Build } from "../knowledge/index.ts";
import type { Problem } from "../model/index.ts";
import { terminalLine } from "../report/index.ts";
import { baselineFolder } from "./baseline.ts";
import { EXIT, type SCAN_FAIL_ON } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern scan`. */
export interface ScanFlags {
  readonly jsonl?: boolean;
  readonly quiet?: boolean;
  readonly all?: boolean;
  readonly yara: readonly string[];
  /** Folder of lists of genuine files; default: the user's own. */
  readonly baseline?: string;
  /** Build of the server. */
  readonly build?: string;
  readonly failOn: (typeof SCAN_FAIL_ON)[number];
}

type Counts = Record<FileVerdict["verdict"], number>;

/** `postern scan`: judges files. Data on stdout, talk on stderr; gives the exit code. */
export async function scanCommand(
  paths: readonly string[],
  flags: ScanFlags,
  terminal: Terminal,
): Promise<number> {
  const rules = flags.yara.flatMap((path) => readRules(path, terminal));
  const baseline = baselineFolder(flags.baseline);
  const build = flags.build === undefined ? null : readBuild(flags.build);
  const { signal, stop } = listenForInterrupt(terminal);
  const counts: Counts = { webshell: 0, suspicious: 0, clean: 0, unreadable: 0 };
  const onProblem = (problem: Problem): void => {
    terminal.err(`${problemLine(problem)}\n`);
  };
  const onNote = (text: string): void => {
    if (flags.quiet !== true) terminal.err(`${text}\n`);
  };
  try {
    for await (const file of scanFiles({
      paths,
      rules,
      baseline,
      build,
      onProblem,
      onNote,
      signal,
    })) {
      counts[file.verdict]++;
      if (flags.jsonl === true) terminal.out(`${JSON.stringify(file)}\n`);
      else if (file.verdict !== "clean" || flags.all === true) terminal.out(describe(file));
    }
  } finally {
    stop();
  }
  if (flags.quiet !== true) terminal.err(`${summary(counts)}\n`);
  return exitCode(counts, flags.failOn);
}

function readBuild(text: string): Build {
  const build = parseBuild(text);
  if (build === null)
    throw new PosternError("USAGE", `--build wants a build like 15.1.2176.9, not ${JSON.stringify(text)}`);
  return build;
}

function exitCode(counts: Counts, failOn: ScanFlags["failOn"]): number {
  if (failOn === "never") return EXIT.clean;
  if (counts.webshell > 0 || (failOn === "suspicious" && counts.suspicious > 0)) return EXIT.found;
  return counts.unreadable > 0 ? EXIT.incomplete : EXIT.clean;
}

function summary(counts: Counts): string {
  const total = counts.webshell + counts.suspicious + counts.clean + counts.unreadable;
  const parts = [
    `${String(counts.webshell)} web shells`,
    `${String(counts.suspicious)} suspicious`,
    `${String(counts.unreadable)} unreadable`,
  ];
  return `${String(total)} files judged: ${parts.join(", ")}, nothing found in ${String(counts.clean)}.`;
}

/** Reasons shown of one file; `--jsonl` gives all. */
const SHOWN_REASONS = 4;
const PATH_LIMIT = 400;
const EXCERPT_LIMIT = 140;

/** All strings of a file are untrusted: nothing in them may reach the terminal as a command. */
function describe(file: FileVerdict): string {
  const head = `${file.verdict.padEnd(10)} ${file.score.toFixed(2)}  ${terminalLine(file.path, PATH_LIMIT)}`;
  const reasons = file.reasons
    .filter((reason) => reason.weight > 0 || file.verdict === "unreadable")
    .slice(0, SHOWN_REASONS);
  const lines = reasons.flatMap((reason) => {
    const place = reason.line === null ? "" : ` (line ${String(reason.line)})`;
    const told = `           ${terminalLine(reason.text, EXCERPT_LIMIT * 2)}${place}`;
    return reason.excerpt === ""
      ? [told]
      : [told, `             ${terminalLine(reason.excerpt, EXCERPT_LIMIT)}`];
  });
  return `${[head, ...lines].join("\n")}\n`;
}

/** One rule file, or all `.yar`, `.yara` and `.yar.b64` files of a folder, by name. @throws PosternError USAGE */
function readRules(path: string, terminal: Terminal): readonly YaraSource[] {
  try {
    const names = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: "utf8" })
          .filter((name) => /\.(?:yara?|yar\.b64)$/iu.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path];
    return names.flatMap((name) => {
      const { source, problems } = readRuleFile(name, readFileSync(name, "utf8"));
      for (const problem of problems) terminal.err(`${problemLine(problem)}\n`);
      return source === null ? [] : [source];
    });
  } catch (thrown) {
    throw new PosternError(
      "USAGE",
      `--yara wants a rule file or a folder of them: ${messageOf(thrown)}`,
      {},
      thrown,
    );
  }
}

function problemLine({ at, severity, message }: Problem): string {
  return terminalLine(
    `${at.file}:${String(at.line)}:${String(at.column)} ${severity}: ${message}`,
    PATH_LIMIT * 2,
  );
}
