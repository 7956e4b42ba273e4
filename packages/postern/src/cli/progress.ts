import { readableBytes, terminalLine } from "../report/index.ts";
import type { ScanProgress } from "../scan/index.ts";
import type { Terminal } from "./terminal.ts";

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
