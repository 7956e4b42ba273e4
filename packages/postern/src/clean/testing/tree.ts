import { createHash } from "node:crypto";
import {
  rmSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { test, type TestAPI } from "vitest";
import type { Plan, PlanAction, PlanStep, QuarantineAction, RemoveElementAction } from "../../model/index.ts";
import type { RunOptions, RunResult } from "../run-steps.ts";
import { failingDisk } from "./crash-disk.ts";

/** A throw-away folder with a server's tree and a case. */
export interface Bench {
  readonly folder: string;
  /** Stands for C:\ of the server. */
  readonly root: string;
  readonly caseFolder: string;
}

/** Makes an empty tree and an empty case. */
export function makeBench(): Bench {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "postern-clean-")));
  const bench = { folder, root: join(folder, "server"), caseFolder: join(folder, "case") };
  mkdirSync(bench.root);
  mkdirSync(bench.caseFolder);
  return bench;
}

/** Puts a file into a tree; times are long ago, so that a change shows. Gives its SHA-256. */
export function putFile(bench: Bench, path: string, content: string | Uint8Array): string {
  const file = join(bench.root, ...path.split("\\"));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o640 });
  utimesSync(file, 1_614_766_534.25, 1_614_766_534.125);
  for (let folder = dirname(file); folder.startsWith(bench.root); folder = dirname(folder))
    utimesSync(folder, 1_600_000_000, 1_600_000_000.5);
  return createHash("sha256").update(content).digest("hex");
}

/** Everything about a tree that an undo must bring back: names, content, modes, times of files and folders (to the microsecond). */
export function photograph(root: string): readonly string[] {
  const lines: string[] = [];
  const visit = (path: string): void => {
    const stats = lstatSync(path, { bigint: true });
    const time = String(stats.mtimeNs / 1000n);
    const content = stats.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "folder";
    lines.push([relative(root, path), content, String(stats.mode), String(stats.uid), time].join(" "));
    if (stats.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  visit(root);
  return lines;
}

/** A plan of file steps only. */
function planOf(actions: Readonly<Record<string, PlanAction>>): Plan {
  return {
    schema: "postern.plan/1",
    tool: { name: "postern", version: "0", knowledgeAsOf: "2026-11-24" },
    assessment: "0".repeat(64),
    verdict: "compromised",
    rung: "L2",
    lead: "Clean what was found.",
    rebuild: [],
    servers: [{ id: "S1", name: "MAIL01", verdict: "compromised", rebuild: false }],
    steps: Object.entries(actions).map(([id, action], i) => stepOf(id, i + 1, action)),
    duties: [],
    limits: [],
  };
}

function stepOf(id: string, number: number, action: PlanAction): PlanStep {
  return {
    id,
    number,
    phase: "remove",
    kind: action.do === "quarantine" ? "file" : "configuration",
    server: "S1",
    title: "A step",
    detail: "What it does.",
    who: "Somebody",
    time: "A minute",
    mailDowntime: "None",
    risk: "low",
    riskWhy: "",
    reversibility: "undoable",
    undo: "postern clean undo",
    check: "Look.",
    dependsOn: [],
    findings: ["F1"],
    onlyAfterAsking: false,
    commands: [],
    values: [],
    action,
    script: null,
    sources: [],
  };
}

/** A test that gets a bench of its own, which is gone afterwards. */
export const it: TestAPI<{ bench: Bench }> = test.extend<{ bench: Bench }>({
  bench: async ({ task: _task }, use) => {
    const bench = makeBench();
    await use(bench);
    rmSync(bench.folder, { recursive: true, force: true });
  },
});

/** Where a page lies, below C:\\. */
export const PAGE = "inetpub\\wwwroot\\aspnet_client\\shell.aspx";
/** Where the configuration of the web server lies, below C:\\. */
export const CONFIG = "Windows\\System32\\inetsrv\\config\\applicationHost.config";
/** An entry that does not belong there. */
export const TAG = '<add name="Evil" image="C:\\Windows\\Temp\\e.dll" />';
/** A short configuration with it. */
export const CONFIG_TEXT: string = `<configuration>\r\n  <globalModules>\r\n    ${TAG}\r\n    <add name="Good" image="g.dll" />\r\n  </globalModules>\r\n</configuration>\r\n`;

/** Puts a page into the tree and gives the action that takes it away. */
export function quarantineOf(bench: Bench, path: string, content: string): QuarantineAction {
  const sha256 = putFile(bench, path, content);
  return { do: "quarantine", path: `C:\\${path}`, sha256, sizeBytes: content.length };
}

/** Puts a configuration into the tree and gives the action that takes the entry out. */
export function elementOf(bench: Bench, path: string, content: string): RemoveElementAction {
  const sha256 = putFile(bench, path, content);
  return {
    do: "remove-element",
    path: `C:\\${path}`,
    sha256,
    sizeBytes: content.length,
    tag: TAG,
    offsetBytes: content.indexOf(TAG),
    alsoModule: "Evil",
  };
}

/** A run of these actions over a bench. */
export function optionsFor(
  bench: Bench,
  actions: Readonly<Record<string, PlanAction>>,
  more: Partial<RunOptions> = {},
): RunOptions {
  return {
    folder: bench.caseFolder,
    plan: planOf(actions),
    roots: [{ drive: "C", folder: bench.root }],
    steps: null,
    server: null,
    act: true,
    now: () => 0,
    disk: failingDisk({ at: 0, error: null }).disk,
    ...more,
  };
}

/** The place of a path below C:\\ on this machine. */
export function onServer(bench: Bench, path: string): string {
  return join(bench.root, ...path.split("\\"));
}

/** How each step ended. */
export function results(run: RunResult): readonly string[] {
  return run.outcomes.map(({ result }) => result);
}
