import { parseRule } from "@postern/sigma";

import { CONFIDENCES, type Problem, RUNGS, type UtcDay } from "../../model/index.ts";
import type { RuleInfo } from "../rule-info.ts";
import type { PackRule } from "./pack.ts";

/** A rule file's text, and where it lies. */
export interface RuleText {
  readonly text: string;
  readonly file: string;
  readonly pack: string;
}

/**
 * Reads a rule and its `postern` key (id, rung, kind, cves, confidence).
 * @returns the rule, or nothing when it has errors, which go to `problems`.
 */
export function readPackRule({ text, file, pack }: RuleText, problems: Problem[]): readonly PackRule[] {
  const parsed = parseRule(text, file);
  problems.push(...parsed.problems);
  const { rule } = parsed;
  if (rule === undefined) return [];
  const wrong = (message: string): null => {
    problems.push({ code: "PACK_RULE", severity: "error", at: { file, line: 1, column: 1 }, message });
    return null;
  };
  const own = rule.extra["postern"];
  const info = readInfo(own, wrong);
  const from = isRow(own) ? readFrom(own["from"]) : null;
  if (from === undefined) wrong("postern.from must be a day, YYYY-MM-DD");
  if (info === null || from === undefined) return [];
  const attack = rule.tags.flatMap((tag) =>
    /^attack\.t\d/.test(tag) ? [tag.slice("attack.".length).toUpperCase()] : [],
  );
  return [{ info: { ...info, title: rule.title, pack, attack }, sigma: rule, from, file }];
}

/** A day; null when none is given, undefined when it is wrong. */
function readFrom(value: unknown): UtcDay | null | undefined {
  if (value === undefined) return null;
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/u.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

type OwnInfo = Omit<RuleInfo, "title" | "pack" | "attack">;

function readInfo(value: unknown, wrong: (message: string) => null): OwnInfo | null {
  if (!isRow(value)) return wrong('the rule has no "postern" key with id, rung, kind, cves and confidence');
  const { id, kind } = value;
  const rung = value["rung"] === null ? null : RUNGS.find((one) => one === value["rung"]);
  const confidence = CONFIDENCES.find((one) => one === value["confidence"]);
  const cves: readonly unknown[] = Array.isArray(value["cves"]) ? value["cves"] : [];
  const names = cves.filter((cve) => typeof cve === "string");
  if (typeof id !== "string") return wrong("postern.id must be a text");
  if (typeof kind !== "string") return wrong("postern.kind must be a text");
  if (rung === undefined) return wrong(`postern.rung must be null or one of ${RUNGS.join(", ")}`);
  if (confidence === undefined) return wrong(`postern.confidence must be one of ${CONFIDENCES.join(", ")}`);
  if (names.length < cves.length || !Array.isArray(value["cves"]))
    return wrong("postern.cves must be a list of texts");
  const atLeast = readAtLeast(value["atLeast"]);
  if (atLeast === undefined) return wrong("postern.atLeast must be a whole number above 1");
  // The second look follows addresses from L1 on, record by record.
  if (atLeast !== null && rung !== null && rung !== "L0")
    return wrong("postern.atLeast is only for rules on L0 and for leads");
  return { id, rung, kind, confidence, cves: names, ...(atLeast === null ? {} : { atLeast }) };
}

/** Null when none is given, undefined when it is wrong. */
function readAtLeast(value: unknown): number | null | undefined {
  if (value === undefined) return null;
  return typeof value === "number" && Number.isInteger(value) && value > 1 ? value : undefined;
}

function isRow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
