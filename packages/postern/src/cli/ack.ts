import { addAcknowledgement, readCaseAt, renderReportAt } from "../case/index.ts";
import { formatUtc } from "../core/index.ts";
import { terminalLine } from "../report/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern ack`. */
export interface AckFlags {
  readonly reason: string;
  readonly by: string;
  readonly until: string;
}

/** `postern ack`: a finding is explained by somebody, until a day; it stays visible and no longer counts. */
export function ackCommand(folder: string, finding: string, flags: AckFlags, terminal: Terminal): number {
  const nowMs = terminal.now();
  const { reason, by, until } = flags;
  addAcknowledgement(folder, { finding: finding.toUpperCase(), reason, by, until, at: formatUtc(nowMs) });
  const { verdict, summary } = readCaseAt(folder, nowMs);
  const shown = renderReportAt(folder, nowMs)
    ? "report.html says so now."
    : "The case is sealed, so that its report stays as it was; postern show and postern clean plan tell it.";
  terminal.err(
    `${finding.toUpperCase()} no longer counts until ${until}. The verdict is now: ${verdict}. ${terminalLine(summary, 1200)}\n${shown}\n`,
  );
  return EXIT.clean;
}
