import { main } from "../main.ts";
import type { Terminal } from "../terminal.ts";

/** How a command ended and what it said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line with a terminal of its own, no screen and 80 columns wide; `terminal` says what shall differ. */
export async function runCli(argv: readonly string[], terminal: Partial<Terminal> = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await main(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    isTty: false,
    color: false,
    width: 80,
    now: () => 0,
    onInterrupt: () => () => undefined,
    ...terminal,
  });
  return { code, out, err };
}
