import { LEVELS, type Level } from "@postern/sigma";

import { counted, groupedNumber, terminalLine } from "../report/index.ts";
import type { HuntResult } from "./hunt.ts";
import type { HuntExample, RuleMatches } from "./match-table.ts";
import type { RuleLibrary, SetAside } from "./rule-files.ts";

/** Characters of a matched value that are shown. */
const VALUE_LIMIT = 160;

/** The table for people: rules that matched, worst level first, each with its first records and what of the rule they met. */
export function renderHunt(result: HuntResult): string {
  const sorted = [...result.matches].sort(
    (a, b) => rankOf(b) - rankOf(a) || compare(a.rule.title, b.rule.title),
  );
  return sorted.map(renderRule).join("");
}

function renderRule({ rule, count, firstMs, lastMs, examples }: RuleMatches): string {
  const lines = [
    `${(rule.level ?? "no level").padEnd(13)}  ${groupedNumber(count).padStart(7)}  ${timeText(firstMs)}  ${timeText(lastMs)}  ${terminalLine(rule.title)}  ${terminalLine(rule.id ?? "no id")}`,
  ];
  for (const example of examples) lines.push(...exampleLines(example));
  const rest = count - examples.length;
  if (rest > 0) lines.push(`    ... and ${groupedNumber(rest)} more (--jsonl gives all)`);
  return `${lines.join("\n")}\n`;
}

function exampleLines({ timeMs, server, path, record, repairs, parts }: HuntExample): readonly string[] {
  const place = `${terminalLine(path, 400)}${record === null ? "" : ` #${String(record)}`}`;
  const mended = repairs.length === 0 ? "" : `  (${terminalLine(repairs.join("; "), 200)})`;
  return [
    `    ${timeText(timeMs)}  ${terminalLine(server ?? "server unknown")}  ${place}${mended}`,
    ...parts.map(({ field, value }) => `        ${terminalLine(field)}: ${terminalLine(value, VALUE_LIMIT)}`),
  ];
}

/** What is said beside the table: how much was read, how many matched by level, which rules did not apply and why. */
export function renderHuntTalk(
  result: HuntResult,
  library: RuleLibrary,
  options: { readonly everyRule: boolean },
): string {
  const total = result.matches.reduce((sum, { count }) => sum + count, 0);
  const lines = [
    "",
    `${counted(library.files, "rule file")} read, ${counted(result.applied, "rule")} applied to ${counted(result.records, "record")}: ${counted(total, "match", "matches")} of ${counted(result.matches.length, "rule")}.`,
    ...levelLines(result.matches),
    ...timelessLines(result),
    ...itemLines(result),
    ...limitedLines(result),
    ...lossLines(result),
    ...setAsideLines([...library.setAside, ...result.setAside], options.everyRule),
  ];
  return `${lines.join("\n")}\n`;
}

function levelLines(matches: readonly RuleMatches[]): readonly string[] {
  const levels: readonly (Level | null)[] = [...[...LEVELS].reverse(), null];
  return levels.flatMap((level) => {
    const those = matches.filter(({ rule }) => rule.level === level);
    if (those.length === 0) return [];
    const sum = those.reduce((all, { count }) => all + count, 0);
    return [
      `  ${(level ?? "no level").padEnd(13)}  ${counted(sum, "match", "matches")} of ${counted(those.length, "rule")}`,
    ];
  });
}

function timelessLines({ timeless }: HuntResult): readonly string[] {
  return timeless === 0 ? [] : [`${counted(timeless, "record")} without a usable time left out.`];
}

/** What could not be read is part of the answer. */
function itemLines(result: HuntResult): readonly string[] {
  const unread = result.items.filter(({ state }) => state === "unreadable" || state === "recognised");
  const lines = unread
    .slice(0, 20)
    .map(({ path, note }) => `  not read: ${terminalLine(path, 300)} (${terminalLine(note)})`);
  if (unread.length > 20) lines.push(`  ... and ${groupedNumber(unread.length - 20)} more files`);
  if (result.damage.total === 0) return lines;
  const damaged = new Set(result.damage.counts.map(({ item }) => item)).size;
  return [
    ...lines,
    `${counted(result.damage.total, "damaged stretch", "damaged stretches")} in ${counted(damaged, "file")}: what stood there was not searched.`,
  ];
}

function limitedLines({ limited }: HuntResult): readonly string[] {
  return limited.map(
    ({ rule }) => `  saw only the beginning of very long values: ${terminalLine(rule.title)}`,
  );
}

const LOSSES: Readonly<Record<HuntResult["losses"][number]["what"], string>> = {
  groups: "groups of records were forgotten, because there were too many",
  events: "records were forgotten, because there were too many",
  late: "records came too late to be put in the order of time",
  ungrouped: "records lack a field by which it groups",
  unvalued: "records lack the value that it counts",
};

function lossLines({ losses }: HuntResult): readonly string[] {
  return losses.map(
    ({ correlation, what, count }) =>
      `  ${terminalLine(correlation ?? "correlations")}: ${groupedNumber(count)} ${LOSSES[what]}`,
  );
}

const REASONS: Readonly<Record<SetAside["reason"], string>> = {
  excluded: "left out by --exclude",
  level: "below the level asked for",
  status: "of another status (deprecated and unsupported ones run only when --status asks for them)",
  unsupported: "not understood",
  "log-source": "for log sources that Postern does not read",
  "no-records": "for records that the evidence does not hold",
  "field-missing": "ask for a field that no record has",
};

function setAsideLines(all: readonly SetAside[], everyRule: boolean): readonly string[] {
  const lines: string[] = [];
  for (const reason of Object.keys(REASONS)) {
    const those = all.filter((one) => one.reason === reason);
    if (those.length === 0) continue;
    const text = those[0] === undefined ? "" : REASONS[those[0].reason];
    lines.push(`${counted(those.length, "rule")} did not apply: ${text}`);
    if (everyRule) {
      for (const { file, title, detail } of those)
        lines.push(
          `    ${terminalLine(file, 300)}: ${title === "" ? "" : `${terminalLine(title)}: `}${terminalLine(detail, 300)}`,
        );
    } else lines.push(...mostFrequent(those));
  }
  if (lines.length > 0 && !everyRule) lines.push("(--why names each of them)");
  return lines;
}

/** The three most frequent details of a reason. */
function mostFrequent(those: readonly SetAside[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { detail } of those) counts.set(detail, (counts.get(detail) ?? 0) + 1);
  if (counts.size < 2 && those.length > 1) return [];
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || compare(a, b))
    .slice(0, 3)
    .map(([detail, count]) => `    ${groupedNumber(count).padStart(5)}  ${terminalLine(detail, 200)}`);
}

function rankOf({ rule }: RuleMatches): number {
  return rule.level === null ? -1 : LEVELS.indexOf(rule.level);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function timeText(timeMs: number | null): string {
  return timeMs === null
    ? "time unknown        "
    : `${new Date(timeMs).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
