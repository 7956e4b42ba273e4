import { createHash } from "node:crypto";
import {
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
import type { Plan, PlanAction, PlanStep } from "../../model/index.ts";

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
    const time = String((stats.mtimeNs + 500n) / 1000n);
    const content = stats.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "folder";
    lines.push([relative(root, path), content, String(stats.mode), String(stats.uid), time].join(" "));
    if (stats.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  visit(root);
  return lines;
}

/** A plan of file steps only. */
export function planOf(actions: Readonly<Record<string, PlanAction>>): Plan {
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
