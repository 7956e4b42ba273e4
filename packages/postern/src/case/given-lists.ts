import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import type { TipLookedFor } from "../assess/index.ts";
import { messageOf, PosternError } from "../core/index.ts";
import {
  createGivenMatcher,
  indicatorOfTip,
  readGivenList,
  type GivenIndicator,
  type GivenMatcher,
  type TipGiven,
} from "../detect/index.ts";
import type { IndicatorList, Problem } from "../model/index.ts";

/** Lists of indicators that were given for a run. */
export interface GivenLists {
  readonly matcher: GivenMatcher;
  /** In the order of the command line; `seen` is not known yet. The indicators of a list follow those of the one before. */
  readonly lists: readonly Omit<IndicatorList, "seen">[];
  readonly tips: readonly TipLookedFor[];
  /** What is wrong in them or not used; none is an error. */
  readonly problems: readonly Problem[];
}

/** A list of this size is no list of indicators. */
const MAX_LIST_BYTES = 256 << 20;
/** Of a folder (a feed of MISP, a drop of lists), the files that can be lists. */
const LIST_FILE = /\.(?:json|csv|tsv|txt|ioc|xml|stix)$/iu;
/** A feed's own index files. */
const INDEX_FILE = /^(?:manifest\.json|hashes\.csv)$/iu;

/**
 * Reads lists of indicators from files and folders, and puts what tips name behind them. Null when neither was given.
 * @throws PosternError USAGE when a path is not there, INDICATORS_INVALID with all mistakes when nothing of a file can be used, LIMIT_EXCEEDED
 */
export function readGivenLists(paths: readonly string[], tips: readonly TipGiven[] = []): GivenLists | null {
  if (paths.length === 0 && tips.length === 0) return null;
  const indicators: GivenIndicator[] = [];
  const lists: Omit<IndicatorList, "seen">[] = [];
  const problems: Problem[] = [];
  for (const file of paths.flatMap(listFiles)) {
    const bytes = readBytes(file);
    const list = readGivenList(bytes.toString("utf8"), file);
    problems.push(...list.problems);
    indicators.push(...list.indicators);
    lists.push({
      file: basename(file),
      sha256: createHash("sha256").update(bytes).digest("hex"),
      format: list.format,
      used: list.indicators.length,
      unused: [...list.unused].map(([kind, count]) => ({ kind, count })),
    });
  }
  refuseErrors(problems);
  const lookedFor = tips.map((tip): TipLookedFor => {
    const indicator = indicatorOfTip(tip);
    if ("wrong" in indicator) return { tip, indicator: null, index: -1, wrong: indicator.wrong };
    return { tip, indicator, index: indicators.push(indicator) - 1, wrong: "" };
  });
  return { matcher: createGivenMatcher(indicators), lists, tips: lookedFor, problems };
}

function listFiles(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => LIST_FILE.test(name) && !INDEX_FILE.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (thrown) {
    throw new PosternError("USAGE", `--indicators ${path}: ${messageOf(thrown)}`, { path }, thrown);
  }
}

function readBytes(file: string): Buffer {
  const { size } = statSync(file);
  if (size > MAX_LIST_BYTES)
    throw new PosternError(
      "LIMIT_EXCEEDED",
      `${file} has ${String(size)} bytes; a list of indicators may have ${String(MAX_LIST_BYTES)}`,
      { file, size },
    );
  return readFileSync(file);
}

function refuseErrors(problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length === 0) return;
  const lines = errors.map(
    ({ at, message, advice }) =>
      `${at.file}:${String(at.line)} ${message}${advice === undefined ? "" : `. ${advice}`}`,
  );
  throw new PosternError("INDICATORS_INVALID", `indicators cannot be used:\n${lines.join("\n")}`, {
    problems: errors,
  });
}
