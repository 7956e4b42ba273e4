import { codeOf } from "../core/index.ts";

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
