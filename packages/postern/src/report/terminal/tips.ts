import type { Assessment } from "../../model/index.ts";
import { counted } from "../numbers.ts";
import { terminalLine } from "../terminal-text.ts";
import { TIP_WORDS } from "../words.ts";
import type { TerminalPage } from "./page.ts";

/** Tips told on the screen; the report has all. */
const SHOWN = 10;
const VALUE_LIMIT = 160;

/** What became of tips and lists of indicators; nothing when there were none. */
export function addTips(page: TerminalPage, { tips, indicatorLists }: Assessment): void {
  if (tips.length > 0) page.heading("What others told");
  for (const tip of tips.slice(0, SHOWN))
    page.prose(
      `${TIP_WORDS[tip.state]}: ${terminalLine(tip.value, VALUE_LIMIT)}. ${terminalLine(tip.text)}`,
      `  ${tip.id
        .replace(/[^\w-]/gu, "?")
        .slice(0, 8)
        .padEnd(5)}`,
    );
  if (tips.length > SHOWN)
    page.prose(`and ${counted(tips.length - SHOWN, "more tip")}: see the report`, "  ");
  if (indicatorLists.length > 0) page.heading("Indicators that were given");
  for (const list of indicatorLists)
    page.prose(
      `${terminalLine(list.file, VALUE_LIMIT)}: ${String(list.seen)} of ${counted(list.used, "indicator")} seen`,
      "  - ",
    );
}
