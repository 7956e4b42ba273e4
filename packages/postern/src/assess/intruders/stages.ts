import { formatUtcOrNull } from "../../core/index.ts";
import type { AttackFacts } from "../../knowledge/index.ts";
import type { Finding, Stage } from "../../model/index.ts";
import type { Act } from "./acts.ts";

/** A sign of a tactic. */
interface Sign {
  readonly technique: string;
  readonly time: string | null;
  readonly finding: string;
}

/**
 * The tactics of MITRE ATT&CK that an intruder's own acts show, and its findings without an address, in the order of a report. Findings that others
 * share date nothing: the act does.
 */
export function stagesOf(
  acts: readonly Act[],
  findings: readonly Finding[],
  attack: AttackFacts,
): readonly Stage[] {
  const signs = [...signsOfActs(acts, findings), ...signsWithoutAddress(findings)];
  return attack.tactics.flatMap((tactic) => {
    const ours = signs.filter((sign) => tacticOf(sign.technique, attack) === tactic.id);
    if (ours.length === 0) return [];
    const shown = new Set(ours.map((sign) => sign.finding));
    return [
      {
        tactic: tactic.id,
        title: tactic.title,
        techniques: [...new Set(ours.map((sign) => sign.technique))].sort(),
        firstSeen: ours.flatMap((sign) => sign.time ?? []).sort()[0] ?? null,
        findings: findings.flatMap((finding) => (shown.has(finding.id) ? [finding.id] : [])),
      },
    ];
  });
}

function signsOfActs(acts: readonly Act[], findings: readonly Finding[]): readonly Sign[] {
  return acts.flatMap((act) => {
    const finding = findings.find((one) => one.kind === act.kind && one.server === act.server);
    if (finding === undefined) return [];
    const time = formatUtcOrNull(act.timeMs);
    return finding.attack.map((technique) => ({ technique, time, finding: finding.id }));
  });
}

function signsWithoutAddress(findings: readonly Finding[]): readonly Sign[] {
  return findings
    .filter((finding) => (finding.entities.addresses ?? []).length === 0)
    .flatMap((finding) =>
      finding.attack.map((technique) => ({ technique, time: finding.firstSeen, finding: finding.id })),
    );
}

/** A sub-technique that is not listed serves what its technique serves. */
function tacticOf(id: string, attack: AttackFacts): string | null {
  return (attack.techniques.get(id) ?? attack.techniques.get(id.replace(/\.\d{3}$/u, "")))?.tactic ?? null;
}
