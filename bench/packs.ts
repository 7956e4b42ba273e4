import { join } from "node:path";

import { loadPacks } from "../packages/postern/src/detect/index.ts";
import { findDataFolder } from "../packages/postern/src/knowledge/index.ts";
import { bulkLogs, scratchFolder, type BenchData } from "./data.ts";
import { compare, type Contestant } from "./harness/compare.ts";
import type { Section } from "./harness/section.ts";
import { assessProgram } from "./whole-job.ts";

const ONE = "proxylogon";

/** `postern assess` with the packs of one campaign and with all packs, in turn on the same logs. */
export async function allPacks(options: {
  readonly gigabytes: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<Section> {
  const data = await bulkLogs(options.gigabytes);
  const { packs } = loadPacks(findDataFolder("packs"));
  const rules = packs.reduce((sum, pack) => sum + pack.rules.length, 0);
  const contestants: readonly Contestant[] = [
    { name: `\`--campaign ${ONE}\``, programs: [programFor(data, ["--campaign", ONE])] },
    { name: `all ${String(packs.length)} packs, ${String(rules)} rules`, programs: [programFor(data, [])] },
  ];
  const results = await compare(contestants, options.rounds, options.say);
  return {
    title: `One campaign and all of them: ${(data.bytes / 1e9).toFixed(2)} GB of IIS and HttpProxy logs`,
    note: `The same generated logs, whole processes in turn, ${String(options.rounds)} rounds. The ratio is the median of the rounds' own.`,
    head: ["what", "seconds, median (least to most)", "times the first", "peak memory"],
    rows: results.map(({ name, seconds, timesFirst, peakBytes }) => [
      name,
      `${seconds.median.toFixed(2)} (${seconds.least.toFixed(2)} to ${seconds.most.toFixed(2)})`,
      timesFirst.toFixed(2),
      peakBytes === null ? "not known" : `${String(Math.round(peakBytes / 1e6))} MB`,
    ]),
    skipped: [],
  };
}

function programFor(data: BenchData, more: readonly string[]): Contestant["programs"][number] {
  return assessProgram(data, { out: join(scratchFolder(), "case"), more });
}
