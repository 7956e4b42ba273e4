import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

import { type Level, LEVELS, parseRules, type SigmaRule, type Status } from "@postern/sigma";

import { messageOf, PosternError } from "../core/index.ts";
import type { Problem } from "../model/index.ts";

/** A rule and the file it came from. */
export interface HuntRule {
  readonly rule: SigmaRule;
  /** Path as given and found, forward slashes. */
  readonly file: string;
}

/** Which of the rules to use. */
export interface RuleChoice {
  /** This level and all above it; null for all. A rule without a level counts as informational. */
  readonly level: Level | null;
  /** Statuses wanted; null for all but `deprecated` and `unsupported`. A rule without a status counts as experimental. */
  readonly statuses: readonly Status[] | null;
  /** Ids of rules to leave out. */
  readonly exclude: readonly string[];
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
  /** In the order of their paths. */
  readonly rules: readonly HuntRule[];
  readonly setAside: readonly SetAside[];
  /** Files read. */
  readonly files: number;
}

/** Reads every Sigma rule at the paths given: `.yml` and `.yaml` files, folders with all below them. @throws PosternError USAGE for a path that is not there */
export function readRuleFiles(paths: readonly string[], choice: RuleChoice): RuleLibrary {
  const files = [...new Set(paths.flatMap(listFiles))];
  if (files.length === 0)
    throw new PosternError("USAGE", `there is no rule (.yml) at ${paths.join(", ")}`, { paths });
  const rules: HuntRule[] = [];
  const setAside: SetAside[] = [];
  for (const file of files) {
    const read = parseRules(readFileSync(file, "utf8"), file);
    setAside.push(...unsupported(file, read.problems));
    for (const rule of read.rules) {
      const reason = reasonAgainst(rule, choice);
      if (reason === null) rules.push({ rule, file });
      else setAside.push({ file, title: rule.title, id: rule.id, ...reason });
    }
  }
  return { rules, setAside, files: files.length };
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

/** All problems of a file in one entry: its rule is not there. */
function unsupported(file: string, problems: readonly Problem[]): readonly SetAside[] {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return [];
  const more = errors.length > 1 ? ` (and ${String(errors.length - 1)} more)` : "";
  const detail = `line ${String(first.at.line)}: ${first.message}${more}`;
  return [{ file, title: "", id: null, reason: "unsupported", detail }];
}

function reasonAgainst(rule: SigmaRule, choice: RuleChoice): Pick<SetAside, "reason" | "detail"> | null {
  if (rule.id !== null && choice.exclude.includes(rule.id.toLowerCase()))
    return { reason: "excluded", detail: "left out by --exclude" };
  const level = rule.level ?? "informational";
  if (choice.level !== null && LEVELS.indexOf(level) < LEVELS.indexOf(choice.level))
    return { reason: "level", detail: `its level is ${level}` };
  const status = rule.status ?? "experimental";
  const wanted = choice.statuses?.includes(status) ?? (status !== "deprecated" && status !== "unsupported");
  return wanted ? null : { reason: "status", detail: `its status is ${status}` };
}
