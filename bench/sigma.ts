/** How fast many Sigma rules judge events. Needs POSTERN_CORPUS: SigmaHQ's rules and real event logs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { compileRuleSet, loadPipelines, type RuleSet } from "../packages/postern/src/detect/index.ts";
import { type HuntRule, readRuleFiles } from "../packages/postern/src/hunt/index.ts";
import type { Event } from "../packages/postern/src/model/index.ts";
import { scan } from "../packages/postern/src/scan/index.ts";
import { renderSection, type Section } from "./harness/section.ts";

const RULES = "D_rules/sigmahq-sigma";
const LOGS = "B_evtx";
const WANTED = 100_000;

interface Timed<T> {
  readonly value: T;
  readonly seconds: number;
}

/** Rule load time, memory, and events a second with every Windows rule of SigmaHQ over real events, most of all process creations. */
export async function sigmaRules(options: { readonly say: (line: string) => void }): Promise<Section> {
  const title = "Sigma: every Windows rule of SigmaHQ over real events";
  const head = ["what", "how many", "seconds", "a second"];
  const corpus = process.env["POSTERN_CORPUS"] ?? "";
  if (!existsSync(join(corpus, RULES)))
    return { title, note: "", head, rows: [], skipped: [`POSTERN_CORPUS has no ${RULES}`] };
  const read = timed(() =>
    readRuleFiles([join(corpus, RULES)], { level: null, statuses: null, exclude: [] }),
  );
  const rules = read.value.rules.filter(isForWindows);
  const before = heap();
  const compiled = timed(() =>
    compileRuleSet(
      rules.map(({ rule }) => rule),
      loadPipelines(),
    ),
  );
  const ready = heap();
  const events = await readEvents(join(corpus, LOGS));
  const eventBytes = heap() - ready;
  const processes = repeated(events.filter(isProcessCreation), WANTED);
  const all = repeated(events, WANTED);
  options.say(`${String(events.length)} events read`);
  const held = heap();
  const first = timed(() => matchAll(compiled.value, processes.slice(0, 1)));
  const fast = timed(() => matchAll(compiled.value, processes));
  const mixed = timed(() => matchAll(compiled.value, all));
  const plain = timed(() => matchAll(compiled.value, processes.slice(0, 2000), true));
  const megabytes = (bytes: number): string => String(Math.round(bytes / 1e6));
  return {
    title,
    note:
      `${String(rules.length)} rules for Windows of ${String(read.value.files)} rule files; ${String(events.length)} events of real event logs, repeated; seconds of processor time, one thread. ` +
      `Compiled rules take ${megabytes(held - before - eventBytes + heap() - held)} MB, ${megabytes(heap() - held)} MB of it tables that grow with the kinds of records met.`,
    head,
    rows: [
      row("read and parse the rule files, cold", read.value.files, read.seconds),
      row("fit the rules to the pipelines", rules.length, compiled.seconds),
      row("build the tables for process creations", 1, first.seconds),
      row("process creations", processes.length, fast.seconds),
      row("events of all kinds", all.length, mixed.seconds),
      row("process creations, every rule evaluated", 2000, plain.seconds),
    ],
    skipped: [],
  };
}

function isForWindows({ rule: { logsource } }: HuntRule): boolean {
  return logsource.product === "windows";
}

function isProcessCreation({ ecs }: Event): boolean {
  const code = ecs["event.code"];
  return (
    code === "4688" || (code === "1" && ecs["winlog.channel"] === "Microsoft-Windows-Sysmon/Operational")
  );
}

const NO_RULES = {
  literals: [],
  literalsFor: () => [],
  parseAll: new Set<string>(),
  mayMatch: () => false,
  wishFor: () => "always" as const,
  eventLiterals: () => [],
  match: () => [],
};

async function readEvents(folder: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  await scan({
    evidence: [folder],
    intake: {},
    files: null,
    settings: null,
    mail: null,
    findPivot: () => null,
    pivotMatcher: () => NO_RULES,
    matcher: {
      literals: [],
      literalsFor: () => [],
      parseAll: new Set(["windows-event"]),
      mayMatch: () => false,
      wishFor: () => "always",
      eventLiterals: () => [],
      match: (event) => {
        if (event.artifact === "windows-event") events.push(event);
        return [];
      },
    },
  });
  return events;
}

function repeated(events: readonly Event[], count: number): readonly Event[] {
  return Array.from({ length: count }, (_, index) => events[index % events.length]).filter(
    (event) => event !== undefined,
  );
}

function matchAll(set: RuleSet, events: readonly Event[], plain = false): number {
  let matches = 0;
  for (const event of events) matches += (plain ? set.matchPlain(event) : set.match(event)).length;
  return matches;
}

/** Processor time, so that what else runs on the machine does not count. */
function timed<T>(work: () => T): Timed<T> {
  const started = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(started);
  return { value, seconds: (user + system) / 1e6 };
}

function heap(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function row(what: string, count: number, seconds: number): readonly string[] {
  return [what, String(count), seconds.toFixed(2), (count / seconds).toFixed(0)];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.stdout.write(renderSection(await sigmaRules({ say: (line) => process.stderr.write(`${line}\n`) })));
}
