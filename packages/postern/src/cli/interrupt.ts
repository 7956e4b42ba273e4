import { PosternError } from "../core/index.ts";
import type { Terminal } from "./terminal.ts";

/** A signal that an interrupt (Ctrl-C) aborts with INTERRUPTED, until `stop` is called. */
export function listenForInterrupt(terminal: Terminal): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} {
  const abort = new AbortController();
  const stop = terminal.onInterrupt(() => {
    abort.abort(new PosternError("INTERRUPTED", "interrupted"));
  });
  return { signal: abort.signal, stop };
}
