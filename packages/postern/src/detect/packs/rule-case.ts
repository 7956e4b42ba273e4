import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { ArtifactId, Problem, SourceSpan } from "../../model/index.ts";
import type { Pack, PackRule } from "./pack.ts";
import { openYaml, type YamlPlace } from "./yaml-place.ts";

/** A record that a rule must match, or must not. */
export interface RuleCase {
  readonly rule: string;
  readonly matches: boolean;
  /** What the record is, in plain words. */
  readonly why: string;
  readonly artifact: ArtifactId;
  /** Vendor field name to value. */
  readonly fields: Readonly<Record<string, string>>;
  /** The raw text for rules that look there; else null. */
  readonly raw: string | null;
  /** Where the case stands in its file. */
  readonly at: SourceSpan;
}

/** Reads the cases of a rule: `cases/<rule name>.yml` with the lists `match` and `no-match`. Both must hold a case. */
export function readRuleCases(pack: Pack, rule: PackRule, problems: Problem[]): readonly RuleCase[] {
  const name = `cases/${rule.info.id.slice(rule.info.id.indexOf("/") + 1)}.yml`;
  const path = join(pack.folder, name);
  const file = `${pack.id}/${name}`;
  if (!existsSync(path)) {
    const message = `the rule ${rule.info.id} has no cases`;
    problems.push({ code: "PACK_CASES", severity: "error", at: { file, line: 1, column: 1 }, message });
    return [];
  }
  const yaml = openYaml(readFileSync(path, "utf8"), file);
  const cases = [
    ...readCases(yaml.root.at("match"), rule.info.id, true),
    ...readCases(yaml.root.at("no-match"), rule.info.id, false),
  ];
  problems.push(...yaml.problems);
  return cases;
}

function readCases(place: YamlPlace, rule: string, matches: boolean): readonly RuleCase[] {
  const items = place.list();
  if (items.length === 0) place.wrong("a list with at least one case", "PACK_CASES");
  return items.map((item) => {
    const fields = item.at("fields");
    const pairs = fields.given
      ? fields.members().map(({ key, value }) => [key, value.textOrNull() ?? ""] as const)
      : [];
    return {
      rule,
      matches,
      why: item.at("why").text(),
      artifact: item.at("artifact").text(),
      fields: Object.fromEntries(pairs),
      raw: item.at("raw").textOrNull(),
      at: item.span,
    };
  });
}
