import {
  amountText,
  MAIL_CONFIDENCE_WORDS,
  mailboxesInShort,
  mailStatements,
  NO_MAIL_STATEMENT,
} from "../mail-words.ts";
import { terminalLine } from "../terminal-text.ts";
import { readableTime } from "../times.ts";
import type { ReportView } from "../view.ts";
import type { TerminalPage } from "./page.ts";

/** More do not fit a window beside the rest. */
const SHOWN = 6;
/** One long name must not push the rest off the screen. */
const NAME_LIMIT = 80;

/** Whose mail was read or taken, how sure that is; and what the logs say where no mailbox is listed. */
export function addWhoseMail(page: TerminalPage, view: ReportView): void {
  page.heading("Whose mail");
  const lines = mailboxesInShort(view.assessment);
  for (const { mailbox, confidence, what, line } of lines.slice(0, SHOWN)) {
    const words = MAIL_CONFIDENCE_WORDS[confidence];
    page.prose(
      `${terminalLine(mailbox, NAME_LIMIT)}: ${what} - ${amountText(line)}, ${readableTime(line.firstSeen)}`,
      `  ${words.symbol} ${words.label.toLowerCase().padEnd(9)}`,
    );
  }
  if (lines.length > SHOWN) page.prose(`and ${lines.length - SHOWN} more, in the report`, "  ");
  const statements = mailStatements(view.assessment);
  if (statements.length === 0) page.prose(NO_MAIL_STATEMENT, "  ");
  for (const { server, text } of statements)
    page.prose(server === null ? text : `${terminalLine(server, NAME_LIMIT)}: ${text}`, "  ", "dim");
}
