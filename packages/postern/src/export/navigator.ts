import type { Assessment, Finding } from "../model/index.ts";
import { higherRung, RUNGS } from "../model/index.ts";
import { RUNG_WORDS } from "../report/index.ts";
import type { Exported, ExportOptions } from "./export-target.ts";
import { jsonText } from "./json-text.ts";
import { findVictimData } from "./victim-data.ts";

/** Weak to strong, told apart without colour by the score. */
const COLOURS = ["#fff3c4", "#f7a35c", "#b3123a"];

/**
 * A layer for ATT&CK Navigator: each technique that was seen, scored by how far it went (0 a lead, 1 tried, 5 data left).
 * Format 4.5: https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md
 */
export function toNavigator(assessment: Assessment, options: ExportOptions): Exported {
  const victim = findVictimData(assessment);
  const clean = (text: string): string => (options.includeVictim ? text : victim.remove(text));
  const seen = new Map<string, Finding[]>();
  for (const finding of assessment.findings)
    for (const id of finding.attack) seen.set(id, [...(seen.get(id) ?? []), finding]);
  const techniques = [...seen.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, findings]) => technique(id, findings, clean));
  const parents = [...seen.keys()]
    .flatMap((id) => /^(T\d{4})\.\d{3}$/u.exec(id)?.[1] ?? [])
    .filter((parent) => !seen.has(parent));
  const layer = {
    name: "Postern: what was seen",
    versions: { attack: "18", navigator: "5.3.1", layer: "4.5" },
    domain: "enterprise-attack",
    description: clean(assessment.summary),
    filters: { platforms: ["Windows"] },
    sorting: 3,
    layout: { layout: "side", aggregateFunction: "max", showID: true, showName: true },
    hideDisabled: false,
    techniques: [
      ...techniques,
      ...[...new Set(parents)].sort().map((techniqueID) => ({ techniqueID, showSubtechniques: true })),
    ],
    gradient: { colors: COLOURS, minValue: 0, maxValue: RUNGS.length },
    legendItems: RUNGS.map((rung, index) => ({
      label: `${String(index + 1)}: ${RUNG_WORDS[rung].label} (${rung})`,
      color: COLOURS[Math.min(2, Math.floor(index / 2))],
    })),
    metadata: [
      { name: "Postern", value: assessment.tool.version },
      { name: "Verdict", value: assessment.verdict },
      { name: "Evidence up to", value: assessment.scope.asOf ?? "unknown" },
    ],
    links: [],
    showTacticRowBackground: false,
    tacticRowBackground: "#dddddd",
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
    selectVisibleTechniques: false,
  };
  return { text: `${jsonText(layer, 1)}\n`, notes: [] };
}

function technique(id: string, findings: readonly Finding[], clean: (text: string) => string): object {
  const rung = findings.reduce<Finding["rung"]>((best, finding) => higherRung(best, finding.rung), null);
  return {
    techniqueID: id,
    score: rung === null ? 0 : RUNGS.indexOf(rung) + 1,
    comment: findings.map((finding) => `${finding.id} ${clean(finding.title)}`).join("\n"),
    enabled: true,
    metadata: [
      { name: "Findings", value: String(findings.length) },
      { name: "Confidence", value: [...new Set(findings.map((finding) => finding.confidence))].join(", ") },
    ],
    links: [],
    showSubtechniques: true,
  };
}
