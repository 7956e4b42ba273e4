import { decisiveReasons, leaveFamilyOut, measure, type Judged, type Measures } from "./measures.ts";

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const ofAll = (part: number, whole: number): string =>
  `${String(part)} of ${String(whole)} (${whole === 0 ? "-" : ((part / whole) * 100).toFixed(2)} %)`;

const NAMES: Readonly<Record<string, string>> = {
  aspnet: "ASP.NET",
  asp: "classic ASP",
  config: "configuration",
  jsp: "JSP",
};

/** Families in the order of the table. */
const FAMILIES = ["aspnet", "asp", "config", "jsp"] as const;

/** The table of measures as Markdown. */
export function renderTable(families: ReadonlyMap<string, readonly Judged[]>): string {
  const head = [
    "| | shells (families) | found | found, averaged over families | called `webshell` | benign called `webshell` | of these hard | benign `suspicious` | precision |",
    "|---|---|---|---|---|---|---|---|---|",
  ];
  const rows = FAMILIES.flatMap((family) => {
    const files = families.get(family);
    return files === undefined ? [] : [renderRow(measure(family, files))];
  });
  return [...head, ...rows].join("\n");
}

function renderRow(measures: Measures): string {
  const cells = [
    NAMES[measures.family] ?? measures.family,
    `${String(measures.shells)} (${String(measures.clusters)})`,
    percent(measures.recall),
    percent(measures.clusterRecall),
    percent(measures.strictRecall),
    ofAll(measures.falseAlarms, measures.benign),
    ofAll(measures.hardFalseAlarms, measures.hardBenign),
    ofAll(measures.suspiciousBenign, measures.benign),
    percent(measures.precision),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The guard against rules that know single samples, as Markdown. */
export function renderGuard(families: ReadonlyMap<string, readonly Judged[]>): string {
  const lines = [
    "| | found when each family is judged only by reasons that other families give, too | decisive reasons, with the families that hang on each |",
    "|---|---|---|",
  ];
  for (const family of ["aspnet", "asp"]) {
    const files = families.get(family) ?? [];
    const reasons = decisiveReasons(files).map(([id, count]) => `\`${id}\` ${String(count)}`);
    lines.push(`| ${NAMES[family] ?? family} | ${percent(leaveFamilyOut(files))} | ${reasons.join(", ")} |`);
  }
  return lines.join("\n");
}

/** Time for each file, as one sentence. */
export function renderTime(files: readonly Judged[]): string {
  const times = files.map((one) => one.milliseconds).sort((a, b) => a - b);
  const at = (part: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0).toFixed(1);
  const sum = times.reduce((total, one) => total + one, 0);
  return `${String(times.length)} files, ${(sum / Math.max(times.length, 1)).toFixed(2)} ms each on average; half took less than ${at(0.5)} ms, 99 of 100 less than ${at(0.99)} ms, the slowest ${at(1)} ms.`;
}

/** Misses and false alarms, one a line. */
export function renderFaults(files: readonly Judged[]): string {
  const lines: string[] = [];
  for (const one of files) {
    const { label, family, path } = one.label;
    // JSP is not Exchange's business: counted, not listed.
    if (family === "jsp") continue;
    const missed = label === "webshell" && (one.verdict === "clean" || one.verdict === "unreadable");
    const alarm = label === "benign" && one.verdict !== "clean";
    if (!missed && !alarm) continue;
    const reasons = one.reasons
      .filter((reason) => reason.weight > 0)
      .map((reason) => `${reason.id} ${String(reason.weight)}`);
    lines.push(
      `${missed ? "missed" : `benign, ${one.verdict}`}\t${family}\t${String(one.score)}\t${path}\t${reasons.join(", ")}`,
    );
  }
  return lines.sort().join("\n");
}
