import { codeOf } from "../core/index.ts";
import { readableBytes } from "../report/index.ts";
import type { ScanProgress } from "../scan/index.ts";
import { terminalLine } from "../report/index.ts";

/** What a command may use of the world around it; tests pass their own. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTty: boolean;
  readonly color: boolean;
  readonly width: number;
  readonly now: () => number;
  /** Calls back at an interrupt (Ctrl-C); gives the function that stops listening. */
  readonly onInterrupt: (callback: () => void) => () => void;
}

/** The real terminal. Data goes to stdout, talk to stderr; NO_COLOR and pipes are honoured. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const isTty = stderr.isTTY;
  stdout.on("error", endWhenReaderLeft);
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    isTty,
    color: isTty && env["NO_COLOR"] === undefined && env["TERM"] !== "dumb",
    width: Math.max(40, Math.min(100, isTty ? stderr.columns : 80)),
    now: () => Date.now(),
    onInterrupt: (callback) => {
      process.once("SIGINT", callback);
      return () => process.removeListener("SIGINT", callback);
    },
  };
}

/** What a shell reports for a program whose reader went away: 128 + SIGPIPE. */
const READER_LEFT = 141;

/** `postern hunt ... | head` has seen enough: that is no failure, and nothing more can be told. */
function endWhenReaderLeft(error: Error): void {
  if (codeOf(error) !== "EPIPE") throw error;
  process.exit(READER_LEFT);
}

const MIN_INTERVAL_MS = 250;

/** Shows progress on one line, at most four times a second, only on a terminal. */
export function progressPrinter(terminal: Terminal): {
  readonly show: (progress: ScanProgress) => void;
  readonly clear: () => void;
} {
  let shownAt = -MIN_INTERVAL_MS;
  return {
    show: (progress) => {
      if (!terminal.isTty || terminal.now() - shownAt < MIN_INTERVAL_MS) return;
      shownAt = terminal.now();
      const done = `${readableBytes(progress.bytesDone)} of ${readableBytes(progress.bytesKnown)}`;
      const stage = progress.stage === "reading" ? "Reading" : "Following traces";
      const line = `${stage}: ${done}, file ${String(progress.itemsDone + 1)} of ${String(progress.itemsKnown)}: `;
      const name = terminalLine(progress.item, 400);
      const room = Math.max(10, terminal.width - line.length - 1);
      terminal.err(`\r\u001B[K${line}${name.length > room ? `…${name.slice(-(room - 1))}` : name}`);
    },
    clear: () => {
      if (terminal.isTty) terminal.err("\r\u001B[K");
    },
  };
}
