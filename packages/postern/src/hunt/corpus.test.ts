import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

import { loadPipelines } from "../detect/index.ts";
import { hunt, type HuntMatch, type HuntRule, readRuleFiles } from "./index.ts";

// Optional: SigmaHQ's rules and their regression data; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const rulesFolder = join(corpus, "D_rules", "sigmahq-sigma");
const dataFolder = join(corpus, "B_evtx", "sigmahq-regression", "regression_data");
const present = corpus !== "" && existsSync(rulesFolder) && existsSync(dataFolder);

/** Where the data states one match and more of its records plainly meet the rule; each was read by a person. */
const MORE: Readonly<Record<string, number>> = {
  "0b9ad457-2554-44c1-82c2-d56a99c42377": 3, // AnyDesk: user.conf.new, user.conf~RF....TMP, user.conf.new
  "8fbf3271-1ef6-4e94-8210-03c2317947f6": 3, // procdump64.exe, procdump64a.exe, procdump.exe
  "45e112d0-7759-4c2a-aa36-9f8fb79d3393": 3, // one domain for https, http and *
  "c7dcacd0-cc59-4004-b0a4-1d6cdebe6f3e": 2, // AutoShareServer and AutoShareWks
};

interface Sample {
  readonly id: string;
  readonly file: string;
  /** Null: at least one. */
  readonly matches: number | null;
}

function samples(): readonly Sample[] {
  return readdirSync(dataFolder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".evtx"))
    .sort()
    .map((name) => {
      const file = join(dataFolder, name);
      const id = /([0-9a-f-]{36})\.evtx$/u.exec(name)?.[1] ?? "";
      const info = readFileSync(join(dirname(file), "info.yml"), "utf8");
      const stated = /match_count:\s*(\d+)/u.exec(info)?.[1];
      return { id, file, matches: stated === undefined ? null : Number(stated) };
    });
}

const ALL = { level: null, statuses: null, exclude: [] };

async function countMatches(rules: readonly HuntRule[], file: string, fast: boolean): Promise<number> {
  const options = { evidence: [file], rules, pipelines: loadPipelines(), sinceMs: null, untilMs: null, fast };
  return (await hunt(options)).matches[0]?.count ?? 0;
}

describe.skipIf(!present)("SigmaHQ's regression data (skipped without POSTERN_CORPUS)", () => {
  it(
    "every rule finds exactly what is stated, in the event log and in its JSON rendering, fast and plain",
    { timeout: 120_000 },
    async () => {
      const { rules } = readRuleFiles([rulesFolder], {
        ...ALL,
        statuses: ["stable", "test", "experimental", "deprecated", "unsupported"],
      });
      const byId = new Map(rules.map((one) => [one.rule.id, one]));
      const all = samples();
      expect(all.length).toBeGreaterThan(140);
      const wrong: string[] = [];
      for (const { id, file, matches } of all) {
        const rule = byId.get(id);
        const expected = MORE[id] ?? matches;
        for (const form of [file, file.replace(/\.evtx$/u, ".json")]) {
          const found =
            rule === undefined
              ? []
              : [await countMatches([rule], form, true), await countMatches([rule], form, false)];
          const good =
            found.length > 0 && found.every((count) => (expected === null ? count > 0 : count === expected));
          if (!good) wrong.push(`${form}: ${found.join(" and ")} instead of ${String(expected ?? "some")}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it(
    "all rules over all event logs: the fast way finds what the plain way finds, in both forms",
    { timeout: 300_000 },
    async () => {
      const { rules } = readRuleFiles([rulesFolder], ALL);
      const answers = await Promise.all(
        [".evtx", ".json"].flatMap((form) =>
          [true, false].map(async (fast) => {
            const lines: string[] = [];
            const evidence = samples().map(({ file }) => file.replace(/\.evtx$/u, form));
            const onMatch = ({ path, record, rule, repairs }: HuntMatch): void => {
              // What was carved out of unused space is in no rendering.
              if (repairs.length === 0 || !repairs.some((one) => one.startsWith("carved")))
                lines.push([path.slice(0, -form.length), record, rule.id, rule.title].join(" "));
            };
            await hunt({
              evidence,
              rules,
              pipelines: loadPipelines(),
              sinceMs: null,
              untilMs: null,
              fast,
              onMatch,
            });
            return lines;
          }),
        ),
      );
      const [first = [], ...others] = answers;
      expect(first.length).toBeGreaterThan(250);
      for (const other of others) expect(other).toEqual(first);
    },
  );
});
