import type { FileReason } from "../../packages/postern/src/detect/index.ts";
import type { Label } from "./labels.ts";

/** A file with what was said of it. */
export interface Judged {
  readonly label: Label;
  readonly verdict: "webshell" | "suspicious" | "clean" | "unreadable";
  readonly score: number;
  readonly reasons: readonly FileReason[];
  readonly milliseconds: number;
}

/** Shares of one language family, 0..1. */
export interface Measures {
  readonly family: string;
  readonly shells: number;
  readonly clusters: number;
  readonly benign: number;
  readonly hardBenign: number;
  /** Called `webshell` or `suspicious`. */
  readonly recall: number;
  /** The same, averaged over clusters: many copies of one shell count once. */
  readonly clusterRecall: number;
  /** Called `webshell` only. */
  readonly strictRecall: number;
  readonly falseAlarms: number;
  readonly hardFalseAlarms: number;
  readonly suspiciousBenign: number;
  /** Of the files called `webshell`, how many are. */
  readonly precision: number;
}

const found = (one: Judged): boolean => one.verdict === "webshell" || one.verdict === "suspicious";

/** Measures one language family. */
export function measure(family: string, files: readonly Judged[]): Measures {
  const shells = files.filter((one) => one.label.label === "webshell");
  const benign = files.filter((one) => one.label.label === "benign");
  const clusters = groupBy(shells, (one) => one.label.cluster);
  const called = shells.filter((one) => one.verdict === "webshell").length;
  const alarms = benign.filter((one) => one.verdict === "webshell");
  return {
    family,
    shells: shells.length,
    clusters: clusters.size,
    benign: benign.length,
    hardBenign: benign.filter((one) => one.label.hardBenign).length,
    recall: share(shells.filter(found).length, shells.length),
    clusterRecall: average(
      [...clusters.values()].map((group) => share(group.filter(found).length, group.length)),
    ),
    strictRecall: share(called, shells.length),
    falseAlarms: alarms.length,
    hardFalseAlarms: alarms.filter((one) => one.label.hardBenign).length,
    suspiciousBenign: benign.filter((one) => one.verdict === "suspicious").length,
    precision: share(called, called + alarms.length),
  };
}

/** A back door from this score on, and something to look at from that one; as in `judgeFile`. */
const SUSPICIOUS = 0.3;

/**
 * Recall per file when each family is judged without the reasons that no other family gives: what would be left had the family
 * never been seen. A low number shows rules that know single samples.
 */
export function leaveFamilyOut(files: readonly Judged[]): number {
  const shells = files.filter((one) => one.label.label === "webshell");
  const families = new Map<string, Set<string>>();
  for (const one of shells) {
    for (const reason of one.reasons) {
      families.set(reason.id, (families.get(reason.id) ?? new Set()).add(one.label.cluster));
    }
  }
  const kept = shells.filter((one) => {
    const reasons = one.reasons.filter((reason) => (families.get(reason.id)?.size ?? 0) > 1);
    return 1 - reasons.reduce((doubt, reason) => doubt * (1 - reason.weight), 1) >= SUSPICIOUS;
  });
  return share(kept.length, shells.length);
}

/** Reasons without which some shells would be missed, with the number of families that this concerns. */
export function decisiveReasons(
  files: readonly Judged[],
): readonly (readonly [id: string, families: number])[] {
  const families = new Map<string, Set<string>>();
  for (const one of files) {
    if (one.label.label !== "webshell" || !found(one)) continue;
    for (const reason of one.reasons) {
      const rest = one.reasons.filter((other) => other !== reason);
      const score = 1 - rest.reduce((doubt, other) => doubt * (1 - other.weight), 1);
      if (score >= SUSPICIOUS) continue;
      families.set(reason.id, (families.get(reason.id) ?? new Set()).add(one.label.cluster));
    }
  }
  return [...families]
    .map(([id, clusters]) => [id, clusters.size] as const)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function average(numbers: readonly number[]): number {
  return numbers.length === 0 ? 1 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** Groups in order of first appearance. */
export function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
