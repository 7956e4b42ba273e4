import { type Level, LEVELS, type Status, STATUSES } from "@postern/sigma";

import { parseIsoTime, PosternError } from "../core/index.ts";
import { loadPipelines, readPipeline } from "../detect/index.ts";
import {
  hunt,
  readPlaceholders,
  readRuleFiles,
  renderHunt,
  renderHuntTalk,
  toJsonLine,
} from "../hunt/index.ts";
import { EXIT } from "./exit-codes.ts";
import { progressPrinter } from "./progress.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern hunt`. */
export interface HuntFlags {
  readonly sigma: readonly string[];
  readonly pipeline: readonly string[];
  readonly placeholders?: string;
  readonly ruleCache?: string;
  readonly jsonl?: boolean;
  readonly quiet?: boolean;
  readonly why?: boolean;
  readonly level?: string;
  readonly status: readonly string[];
  readonly exclude: readonly string[];
  readonly since?: string;
  readonly until?: string;
  /** Set by --plain: parse every record, evaluate every rule. */
  readonly plain?: boolean;
}

/** `postern hunt`: any Sigma rules over any evidence. Gives the exit code: 0 nothing matched, 1 something did, 3 nothing could be read. */
export async function huntCommand(
  evidence: readonly string[],
  flags: HuntFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.sigma.length === 0)
    throw new PosternError(
      "USAGE",
      "say what to run: --sigma <rules> over evidence, or --sql or --query over a case",
    );
  if (evidence.length === 0)
    throw new PosternError("USAGE", "say over which evidence: postern hunt EVIDENCE --sigma <rules>");
  const library = readRuleFiles(flags.sigma, {
    level: flags.level === undefined ? null : oneOf<Level>("--level", flags.level, LEVELS),
    statuses: flags.status.length === 0 ? null : flags.status.map(statusOf),
    exclude: flags.exclude.map((id) => id.toLowerCase()),
    ...(flags.ruleCache === undefined ? {} : { cache: flags.ruleCache }),
    ...(flags.placeholders === undefined ? {} : { placeholders: readPlaceholders(flags.placeholders) }),
  });
  const { signal, stop } = listenForInterrupt(terminal);
  const progress = progressPrinter(terminal);
  try {
    const result = await hunt({
      evidence,
      rules: library.rules,
      correlations: library.correlations,
      pipelines: [...loadPipelines(), ...flags.pipeline.map(readPipeline)],
      sinceMs: flags.since === undefined ? null : timeOf("--since", flags.since, "start"),
      untilMs: flags.until === undefined ? null : timeOf("--until", flags.until, "end"),
      fast: flags.plain !== true,
      signal,
      ...(flags.jsonl === true ? { onMatch: (match) => terminal.out(`${toJsonLine(match)}\n`) } : {}),
      ...(flags.quiet === true ? {} : { onProgress: progress.show }),
    });
    progress.clear();
    if (flags.jsonl !== true) terminal.out(renderHunt(result));
    if (flags.quiet !== true)
      terminal.err(renderHuntTalk(result, library, { everyRule: flags.why === true }));
    if (result.matches.length > 0) return EXIT.found;
    return result.records === 0 ? EXIT.incomplete : EXIT.clean;
  } finally {
    progress.clear();
    stop();
  }
}

function statusOf(text: string): Status {
  return oneOf<Status>("--status", text, STATUSES);
}

function oneOf<T extends string>(flag: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text.toLowerCase());
  if (found === undefined)
    throw new PosternError("USAGE", `${flag} wants one of ${known.join(", ")}, not ${JSON.stringify(text)}`);
  return found;
}

/** A day alone means all of it, from its first moment for --since and up to its last for --until; without a zone it is UTC. */
function timeOf(flag: string, text: string, edge: "start" | "end"): number {
  if (/^\d{4}-\d\d-\d\d$/u.test(text)) {
    const day = parseIsoTime(`${text}T00:00:00Z`);
    if (day !== null) return edge === "start" ? day.timeMs : day.timeMs + 86_400_000 - 1;
  }
  const time = parseIsoTime(text);
  if (time === null)
    throw new PosternError(
      "USAGE",
      `${flag} wants a day or time like 2021-03-03T10:15:23Z, not ${JSON.stringify(text)}`,
    );
  return time.timeMs;
}
