/** `npm run bench`: how fast Postern is, beside what a user would otherwise run, on this machine. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { evtxBench } from "./evtx.ts";
import { describeMachine } from "./harness/machine.ts";
import { renderSection, type Section } from "./harness/section.ts";
import { allPacks } from "./packs.ts";
import { sigmaRules } from "./sigma.ts";
import { wholeJob } from "./whole-job.ts";

interface Settings {
  readonly gigabytes: readonly number[];
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const PARTS: Readonly<Record<string, (settings: Settings) => Promise<readonly Section[]>>> = {
  assess: async (settings) => {
    const sections: Section[] = [];
    for (const gigabytes of settings.gigabytes) sections.push(await wholeJob({ ...settings, gigabytes }));
    return sections;
  },
  packs: async (settings) => {
    const sections: Section[] = [];
    for (const gigabytes of settings.gigabytes) sections.push(await allPacks({ ...settings, gigabytes }));
    return sections;
  },
  evtx: (settings) => evtxBench(settings),
  sigma: async (settings) => [await sigmaRules(settings)],
};

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
  const gigabytes = values.size.split(",").map(Number);
  const rounds = Number(values.rounds);
  const parts = positionals.length === 0 ? Object.keys(PARTS) : positionals;
  const wrong =
    parts.some((part) => !(part in PARTS)) || [...gigabytes, rounds].some((value) => !(value > 0));
  if (wrong) throw new Error(USAGE);
  return {
    settings: { gigabytes, rounds, say: (line) => process.stderr.write(`${line}\n`) },
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
