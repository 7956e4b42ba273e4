/** `npm run bench`: how fast Postern is, beside what a user would otherwise run, on this machine. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { evtxBench } from "./evtx.ts";
import { describeMachine } from "./harness/machine.ts";
import { renderSection, type Section } from "./harness/section.ts";
import { allPacks } from "./packs.ts";
import { sigmaRules } from "./sigma.ts";
import { resumeBench } from "./resume.ts";
import { stages } from "./stages.ts";
import { growthJob, iisJob, stormJob, wholeJob, zipJob } from "./whole-job.ts";

interface Settings {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const PARTS: Readonly<Record<string, (settings: Settings) => Promise<readonly Section[]>>> = {
  assess: (settings) => each(settings, wholeJob),
  iis: (settings) => each(settings, iisJob),
  storm: (settings) => each(settings, stormJob),
  growth: (settings) => each(settings, growthJob),
  zip: (settings) => each(settings, zipJob),
  stages: (settings) => each(settings, stages),
  packs: (settings) => each(settings, allPacks),
  resume: (settings) => each(settings, resumeBench),
  evtx: (settings) => evtxBench(settings),
  sigma: async (settings) => [await sigmaRules(settings)],
};

/** One section for each size. */
async function each(
  settings: Settings,
  measure: (options: Settings & { readonly gigabytes: number }) => Promise<Section>,
): Promise<readonly Section[]> {
  const sections: Section[] = [];
  for (const gigabytes of settings.sizes) sections.push(await measure({ ...settings, gigabytes }));
  return sections;
}

const USAGE = `usage: npm run bench -- [${Object.keys(PARTS).join(" | ")} ...] [--size GB[,GB...]] [--rounds N] [--out FILE]`;

function readSettings(): {
  readonly settings: Settings;
  readonly parts: readonly string[];
  readonly out: string;
} {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: { type: "string", default: "1" },
      rounds: { type: "string", default: "3" },
      out: { type: "string", default: "" },
    },
  });
  const sizes = values.size.split(",").map(Number);
  const rounds = Number(values.rounds);
  const parts = positionals.length === 0 ? Object.keys(PARTS) : positionals;
  const wrong = parts.some((part) => !(part in PARTS)) || [...sizes, rounds].some((value) => !(value > 0));
  if (wrong) throw new Error(USAGE);
  return {
    settings: { sizes, rounds, say: (line) => process.stderr.write(`${line}\n`) },
    parts,
    out: values.out,
  };
}

const { settings, parts, out } = readSettings();
const pages: string[] = [];
for (const part of parts) pages.push(...((await PARTS[part]?.(settings)) ?? []).map(renderSection));
const page = `${describeMachine()}.\n\n${pages.join("\n")}`;
process.stdout.write(page);
if (out !== "") writeFileSync(out, page);
