import { parseIsoTime } from "../../../core/index.ts";
import type { Problem, Tip } from "../../../model/index.ts";
import type { GivenProblemCode } from "../../problem-codes.ts";
import { classify } from "./classify.ts";
import { csvRecords } from "./csv-records.ts";
import type { GivenIndicator } from "./given-indicator.ts";
import { isRow } from "./json-rows.ts";

/** A tip as somebody gave it. */
export interface TipGiven extends Pick<Tip, "value" | "source"> {
  /** Milliseconds since 1970 UTC, for a day its noon; null when it does not say. */
  readonly timeMs: number | null;
  /** True when only the day was said. */
  readonly isDay: boolean;
}

/** What was read of tips. */
export interface TipsRead {
  readonly tips: readonly TipGiven[];
  readonly problems: readonly Problem[];
}

/** Names of columns or JSON fields; the first that has a value counts. A shell's address comes first: beside it, `ip` is the server's own. */
const VALUE = [
  "url",
  "shell_url",
  "shell",
  "uri",
  "path",
  "http_path",
  "value",
  "indicator",
  "domain",
  "sha256",
  "ip",
  "address",
];
const TIME = [
  "timestamp",
  "time",
  "date",
  "seen",
  "last_seen",
  "detected_at",
  "detected_since",
  "first_seen",
];
const SOURCE = ["source", "reporter", "from", "feed", "report"];

/** Reads `VALUE[,TIME[,SOURCE]]` of the command line. */
export function readTip(text: string): TipGiven {
  const [value = "", time = "", ...source] = text.split(",").map((part) => part.trim());
  const said = timeOf(time);
  if (time !== "" && said.timeMs === null) return { value, ...said, source: [time, ...source].join(", ") };
  return { value, ...said, source: source.join(", ") };
}

/** Reads a file of tips: a table with a head, or JSON lines. */
export function readTips(text: string, file: string): TipsRead {
  const problems: Problem[] = [];
  const fault = (line: number, message: string, advice: string): void => {
    const code: GivenProblemCode = "TIP";
    problems.push({ code, severity: "error", at: { file, line, column: 1 }, message, advice });
  };
  const start = text.replace(/^\ufeff/u, "").trimStart();
  const rows = start.startsWith("{") ? jsonRows(start, fault) : tableRows(start, fault);
  const tips = rows.flatMap(({ line, fields }) => {
    const pick = (names: readonly string[]): string =>
      names.map((name) => fields.get(name)?.trim() ?? "").find((value) => value !== "") ?? "";
    const value = pick(VALUE);
    if (value !== "") return [{ value, ...timeOf(pick(TIME)), source: pick(SOURCE) || pick(["tag"]) }];
    fault(
      line,
      "the tip names no URL, path, address or hash",
      `Give it in a column called ${VALUE.slice(0, 5).join(", ")} or ip.`,
    );
    return [];
  });
  if (tips.length === 0 && problems.length === 0)
    fault(1, "the file holds no tip", "Give a table with a head (url, timestamp, source) or JSON lines.");
  return { tips, problems };
}

interface TipRow {
  readonly line: number;
  readonly fields: ReadonlyMap<string, string>;
}

type Fault = (line: number, message: string, advice: string) => void;

function tableRows(text: string, fault: Fault): readonly TipRow[] {
  const delimiter = [",", ";", "\t"].find((sign) => text.split("\n", 1)[0]?.includes(sign)) ?? ",";
  const [head, ...records] = csvRecords(text, delimiter);
  const names =
    head?.cells.map((cell) =>
      cell
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/gu, "_"),
    ) ?? [];
  if (names.length > 0 && !names.some((name) => VALUE.includes(name))) {
    fault(
      1,
      "the head of the table names no column with a URL, a path or an address",
      "Call it url, path or ip.",
    );
    return [];
  }
  return records.map(({ line, cells }) => ({
    line,
    fields: new Map(names.map((name, index) => [name, cells[index] ?? ""] as const)),
  }));
}

function jsonRows(text: string, fault: Fault): readonly TipRow[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const row = parseRow(line);
    if (row !== null) return [{ line: index + 1, fields: row }];
    fault(index + 1, "the line is no JSON object", "Write one JSON object a line.");
    return [];
  });
}

function parseRow(line: string): ReadonlyMap<string, string> | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRow(value)) return null;
    return new Map(
      Object.entries(value).flatMap(([name, field]) =>
        typeof field === "string" || typeof field === "number"
          ? [[name.toLowerCase(), String(field)] as const]
          : [],
      ),
    );
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

/** A time, or a day, taken at its noon so that any zone's day fits. */
function timeOf(text: string): Pick<TipGiven, "timeMs" | "isDay"> {
  const isDay = /^\d{4}-\d{2}-\d{2}$/u.test(text);
  const timeMs = parseIsoTime(isDay ? `${text}T12:00:00Z` : text)?.timeMs ?? null;
  return { timeMs, isDay: isDay && timeMs !== null };
}

/** A tip as an indicator that is looked for, or why it cannot be. */
export function indicatorOfTip(tip: TipGiven): GivenIndicator | { readonly wrong: string } {
  const made = classify(null, tip.value);
  if ("wrong" in made) return { wrong: made.wrong };
  if ("unused" in made) return { wrong: `values of the kind ${made.unused} cannot be looked for` };
  const note = tip.source === "" ? "a tip" : `a tip of ${tip.source}`.slice(0, 200);
  return { ...made, fromMs: null, toMs: null, confidence: "medium", note, weak: "" };
}
