import type { CveVerdict } from "../../model/index.ts";
import { foldText, terminalBlock, terminalLine, wrapText } from "../terminal-text.ts";

/** Narrower terminals get this width all the same. */
const WIDTH_MIN = 40;
/** Lines longer than this are hard to read, however wide the window. */
const PROSE_MAX = 100;
/** Prose from evidence or rules beyond this is cut. */
const PROSE_LIMIT = 1200;

const CODES = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33", magenta: "35" } as const;

/** How a word may be painted. */
export type Paint = keyof typeof CODES;

/** Colours of verdicts; the word stands there as well. */
export const VERDICT_PAINT: Readonly<Record<CveVerdict, Paint>> = {
  compromised: "red",
  "cannot-tell": "magenta",
  attempted: "yellow",
  "no-trace": "green",
  "not-applicable": "dim",
};

/** Where a text output goes. */
export interface TerminalOptions {
  readonly color: boolean;
  /** Columns; `Infinity` for no wrapping, as when the output goes to a file. */
  readonly width: number;
}

/** Collects the lines of a text page. Everything added as text is made harmless here, once. */
export interface TerminalPage {
  /** A heading with an empty line above. */
  heading(text: string): void;
  /** Wrapped prose; `first` starts the first line and its width indents the rest. */
  prose(text: string, first?: string, paint?: Paint): void;
  /** Raw lines, folded at the edge, blanks kept. */
  raw(text: string, first: string, limit: number): void;
  blank(): void;
  toString(): string;
}

/** An empty page. */
export function terminalPage(options: TerminalOptions): TerminalPage {
  const width = Math.max(WIDTH_MIN, options.width);
  const proseWidth = Number.isFinite(width) ? Math.min(width, PROSE_MAX) : width;
  const lines: string[] = [];
  const painted = (text: string, paint: Paint | undefined): string =>
    options.color && paint !== undefined && text !== "" ? `\u001b[${CODES[paint]}m${text}\u001b[0m` : text;
  return {
    heading(text) {
      lines.push("", painted(terminalLine(text), "bold"));
    },
    prose(text, first = "", paint) {
      const indent = " ".repeat(first.length);
      wrapText(terminalLine(text, PROSE_LIMIT), proseWidth - first.length).forEach((line, i) => {
        lines.push((i === 0 ? first : indent) + painted(line, paint));
      });
    },
    raw(text, first, limit) {
      for (const line of terminalBlock(text, limit)) {
        for (const part of foldText(line, width - first.length)) lines.push(first + part);
      }
    },
    blank() {
      lines.push("");
    },
    toString: () => `${lines.join("\n")}\n`,
  };
}
