import { checkCaseFolder, readCaseAt, runCase, writeCase } from "../case/index.ts";
import { verifyCase, writeVerification } from "../clean/index.ts";
import { parseIsoTime, PosternError } from "../core/index.ts";
import { renderVerificationTerminal } from "../report/index.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { progressPrinter } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern clean verify`. */
export interface VerifyFlags {
  readonly out?: string;
  readonly since?: string;
  readonly by?: string;
  readonly date?: string;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** `postern clean verify`: assesses new evidence by the same rules and compares. Exit code 0 gone, 1 not gone, 3 cannot tell everything. */
export async function cleanVerifyCommand(
  folder: string,
  evidence: readonly string[],
  flags: VerifyFlags,
  terminal: Terminal,
): Promise<number> {
  const before = readCaseAt(folder, terminal.now());
  const signed = signedOf(flags);
  const since = sinceOf(flags.since);
  if (flags.out !== undefined) checkCaseFolder(flags.out, { force: flags.force === true, evidence });
  const { signal, stop } = listenForInterrupt(terminal);
  const progress = progressPrinter(terminal);
  try {
    const now = await runCase({ evidence, signal, onProgress: progress.show });
    progress.clear();
    if (flags.out !== undefined) writeCase(flags.out, now);
    const verification = verifyCase({ before, now, since, signed });
    const { markdown } = writeVerification(folder, verification);
    const { color, width } = terminal;
    if (flags.json === true) terminal.out(`${JSON.stringify(verification, null, 1)}\n`);
    else terminal.out(renderVerificationTerminal(verification, { color, width }));
    terminal.err(`Summary for the file: ${markdown}\n`);
    return { gone: EXIT.clean, "not gone": EXIT.found, open: EXIT.incomplete }[verification.outcome];
  } finally {
    progress.clear();
    stop();
  }
}

function signedOf({ by, date }: VerifyFlags): { readonly by: string; readonly date: string } | null {
  if (by === undefined && date === undefined) return null;
  if (by === undefined || date === undefined || by.trim() === "" || !/^\d{4}-\d{2}-\d{2}$/u.test(date))
    throw new PosternError("USAGE", "a signature needs both: --by NAME and --date YYYY-MM-DD");
  return { by, date };
}

function sinceOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const found = parseIsoTime(/^\d{4}-\d{2}-\d{2}$/u.test(text) ? `${text}T00:00:00Z` : text);
  if (found === null) throw new PosternError("USAGE", `--since wants a day or a time in UTC, not ${text}`);
  return new Date(found.timeMs).toISOString();
}
