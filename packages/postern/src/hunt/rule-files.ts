import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

import {
  applyFilters,
  type CorrelationPlan,
  type Level,
  LEVELS,
  type Placeholders,
  planCorrelations,
  type RuleHeader,
  ruleKey,
  type SigmaRule,
  type Status,
} from "@postern/sigma";

import { messageOf, PosternError } from "../core/index.ts";
import type { Problem } from "../model/index.ts";
import { parseCached } from "./parse-cached.ts";

/** A rule and the file it came from. */
export interface HuntRule {
  readonly rule: SigmaRule;
  /** Path as given and found, forward slashes. */
  readonly file: string;
  /** True when the rule runs only for correlations: its own matches are not told. */
  readonly silent: boolean;
}

/** Which of the rules to use. */
export interface RuleChoice {
  /** This level and all above it; null for all. A rule without a level counts as informational. */
  readonly level: Level | null;
  /** Statuses wanted; null for all but `deprecated` and `unsupported`. A rule without a status counts as experimental. */
  readonly statuses: readonly Status[] | null;
  /** Ids of rules to leave out, lower case. */
  readonly exclude: readonly string[];
  /** Values of placeholders; default: none, and rules with placeholders are not understood. */
  readonly placeholders?: Placeholders;
  /** File that keeps the parsed rules for the next time; default: none. */
  readonly cache?: string;
}

/** A rule that does not run, and why. */
export interface SetAside {
  readonly file: string;
  readonly title: string;
  readonly id: string | null;
  readonly reason:
    "level" | "status" | "excluded" | "unsupported" | "log-source" | "no-records" | "field-missing";
  /** One plain sentence. May hold text of the rule, which is untrusted. */
  readonly detail: string;
}

/** Rules that were read. */
export interface RuleLibrary {
  /** In the order of their paths, filters worked in. */
  readonly rules: readonly HuntRule[];
  readonly correlations: CorrelationPlan;
  readonly setAside: readonly SetAside[];
  /** Files read. */
  readonly files: number;
}

/**
 * Reads every Sigma rule, correlation and filter at the paths given: `.yml` and `.yaml` files, folders with all below them. A rule
 * that is not wanted by itself still runs, silently, when a correlation needs it. @throws PosternError USAGE for a path that is not there
 */
export function readRuleFiles(paths: readonly string[], choice: RuleChoice): RuleLibrary {
  const files = [...new Set(paths.flatMap(listFiles))];
  if (files.length === 0)
    throw new PosternError("USAGE", `there is no rule (.yml) at ${paths.join(", ")}`, { paths });
  const parsed = parseCached(files, { placeholders: choice.placeholders ?? {} }, choice.cache ?? null);
  const read = { ...parsed, setAside: unsupported(parsed.problems) };
  const wanted = <R extends RuleHeader>(rules: readonly R[]): readonly R[] =>
    rules.filter((rule) => isWanted(rule, choice, read.setAside));
  const correlations = planCorrelations(wanted(read.correlations), read.rules);
  const loud = new Set(wanted(read.rules));
  const needed = new Set(correlations.rules);
  const silent = new Set(correlations.silent);
  const filtered = applyFilters(
    read.rules.filter((rule) => loud.has(rule) || needed.has(rule)),
    read.filters,
  );
  for (const problem of [...correlations.problems, ...filtered.problems])
    read.setAside.push(brokenReference(problem));
  const byKey = new Set([...loud].map(ruleKey));
  return {
    rules: filtered.rules.map((rule) => ({
      rule,
      file: rule.origin,
      silent: silent.has(ruleKey(rule)) || !byKey.has(ruleKey(rule)),
    })),
    correlations,
    setAside: read.setAside,
    files: files.length,
  };
}

function listFiles(path: string): readonly string[] {
  try {
    const real = realpathSync(path);
    if (!statSync(real).isDirectory()) return [path.replaceAll("\\", "/")];
    const names = readdirSync(real, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/iu.test(entry.name))
      .map((entry) =>
        join(path, join(entry.parentPath, entry.name).slice(real.length)).replaceAll("\\", "/"),
      );
    return names.sort();
  } catch (thrown) {
    throw new PosternError("USAGE", `rules not found: ${path} (${messageOf(thrown)})`, { path }, thrown);
  }
}

/** All errors of a file in one entry: a rule of it is not there. */
function unsupported(problems: readonly Problem[]): SetAside[] {
  const byFile = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (problem.severity !== "error") continue;
    const known = byFile.get(problem.at.file);
    if (known === undefined) byFile.set(problem.at.file, [problem]);
    else known.push(problem);
  }
  return [...byFile].flatMap(([file, [first, ...others]]): readonly SetAside[] => {
    if (first === undefined) return [];
    const more = others.length > 0 ? ` (and ${String(others.length)} more)` : "";
    const detail = `line ${String(first.at.line)}: ${first.message}${more}`;
    return [{ file, title: "", id: null, reason: "unsupported", detail }];
  });
}

function brokenReference({ at, message }: Problem): SetAside {
  return { file: at.file, title: "", id: null, reason: "unsupported", detail: message };
}

function isWanted(rule: RuleHeader, choice: RuleChoice, setAside: SetAside[]): boolean {
  const reason = reasonAgainst(rule, choice);
  if (reason !== null) setAside.push({ file: rule.origin, title: rule.title, id: rule.id, ...reason });
  return reason === null;
}

function reasonAgainst(rule: RuleHeader, choice: RuleChoice): Pick<SetAside, "reason" | "detail"> | null {
  if (rule.id !== null && choice.exclude.includes(rule.id.toLowerCase()))
    return { reason: "excluded", detail: "left out by --exclude" };
  const level = rule.level ?? "informational";
  if (choice.level !== null && LEVELS.indexOf(level) < LEVELS.indexOf(choice.level))
    return { reason: "level", detail: `its level is ${level}` };
  const status = rule.status ?? "experimental";
  const wanted = choice.statuses?.includes(status) ?? (status !== "deprecated" && status !== "unsupported");
  return wanted ? null : { reason: "status", detail: `its status is ${status}` };
}
