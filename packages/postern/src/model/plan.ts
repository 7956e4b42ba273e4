import type { Rung, Verdict } from "./verdict.ts";

/** Parts of a clean-up in the order in which they are done. `rebuild` takes the place of `remove` on a server that cannot be trusted again. */
export const PLAN_PHASES = [
  "decide",
  "preserve",
  "contain",
  "close",
  "hunt",
  "remove",
  "rebuild",
  "rotate",
  "verify",
] as const;
/** A part of a clean-up. */
export type PlanPhase = (typeof PLAN_PHASES)[number];

/** Who carries a step out: Postern on files, Postern in a configuration file, a generated PowerShell script, or a person. */
export const PLAN_STEP_KINDS = ["file", "configuration", "powershell", "manual"] as const;
/** Who carries a step out. */
export type PlanStepKind = (typeof PLAN_STEP_KINDS)[number];

/** `undoable`: saved state restores it. `repeatable`: safe to run again, not undone. `one-way`: neither. */
export const REVERSIBILITIES = ["undoable", "repeatable", "one-way"] as const;
/** What can be taken back. */
export type Reversibility = (typeof REVERSIBILITIES)[number];

/** What can go wrong by doing it. */
export type PlanRisk = "low" | "medium" | "high";

/** A command as it is typed. Text from evidence stands in it only as Base64 that the command itself decodes. */
export interface PlanCommand {
  readonly shell: "powershell" | "cmd" | "postern";
  readonly text: string;
}

/** A name out of evidence that a command or script holds encoded. Untrusted: for showing only. */
export interface PlanValue {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Moves one file into the quarantine of the case. */
export interface QuarantineAction {
  readonly do: "quarantine";
  /** Windows path on the server. Untrusted. */
  readonly path: string;
  /** Of the file that the finding is about: another content is not touched. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Takes one element out of a configuration file and leaves every other byte as it is. */
export interface RemoveElementAction {
  readonly do: "remove-element";
  /** Windows path of the configuration file. Untrusted. */
  readonly path: string;
  /** Of the configuration file that the finding is about. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The start tag exactly as the file has it. Untrusted. */
  readonly tag: string;
  /** Where the tag begins, in bytes. */
  readonly offsetBytes: number;
  /** Name of a native module: elements that only switch it on by this name go as well, or the web server would not start; null: none. */
  readonly alsoModule: string | null;
}

/** What Postern can do itself, in a mounted or copied tree or on the server. */
export type PlanAction = QuarantineAction | RemoveElementAction;

/** A generated PowerShell 5.1 script; paths are below the case. */
export interface PlanScript {
  readonly file: string;
  /** Null when there is no way back. */
  readonly undoFile: string | null;
}

/** One thing to do. */
export interface PlanStep {
  /** Stable for the same finding and the same text: state is kept by it. */
  readonly id: string;
  /** Position in the plan, from 1. */
  readonly number: number;
  readonly phase: PlanPhase;
  readonly kind: PlanStepKind;
  /** Server id, null for the whole case. */
  readonly server: string | null;
  readonly title: string;
  readonly detail: string;
  readonly who: string;
  readonly time: string;
  readonly mailDowntime: string;
  readonly risk: PlanRisk;
  /** What the risk is; empty for none worth a word. */
  readonly riskWhy: string;
  readonly reversibility: Reversibility;
  /** How to take it back, or why that is not possible. */
  readonly undo: string;
  /** How to see that it is done. */
  readonly check: string;
  readonly dependsOn: readonly string[];
  /** Findings that ask for it; empty when the state of the server or of the case does. */
  readonly findings: readonly string[];
  /** True when somebody has to judge first: never done without being named. */
  readonly onlyAfterAsking: boolean;
  readonly commands: readonly PlanCommand[];
  readonly values: readonly PlanValue[];
  readonly action: PlanAction | null;
  readonly script: PlanScript | null;
  readonly sources: readonly string[];
}

/** A reason to build a server anew in place of cleaning it. */
export interface RebuildReason {
  /** e.g. `system-code`, `credentials`, `logs-missing`. */
  readonly condition: string;
  readonly server: string;
  readonly text: string;
  readonly findings: readonly string[];
}

/** A reminder of a duty to tell somebody. No legal advice. */
export interface Duty {
  readonly id: string;
  readonly place: string;
  readonly law: string;
  readonly text: string;
  /** True when the fact was not read at its source and must be checked before it is relied on. */
  readonly toCheck: boolean;
  readonly source: string;
}

/** The script files of a plan, by path below the case. */
export type ScriptTexts = Readonly<Record<string, string>>;

/** What to do about an assessment, in order. Schema `postern.plan/1`, docs/schema/plan.schema.json. */
export interface Plan {
  readonly schema: "postern.plan/1";
  readonly tool: { readonly name: "postern"; readonly version: string; readonly knowledgeAsOf: string };
  /** SHA-256 over the assessment that it was made from. */
  readonly assessment: string;
  readonly verdict: Verdict;
  readonly rung: Rung | null;
  /** One or two plain sentences: what this plan is for. */
  readonly lead: string;
  /** Not empty: rebuild, and why. */
  readonly rebuild: readonly RebuildReason[];
  readonly servers: readonly {
    readonly id: string;
    readonly name: string;
    readonly verdict: Verdict;
    readonly rebuild: boolean;
  }[];
  readonly steps: readonly PlanStep[];
  readonly duties: readonly Duty[];
  /** What no step can promise. */
  readonly limits: readonly string[];
}

/** What became of a step. */
export type StepState = "open" | "done" | "skipped";

/** One entry of the case's record of steps; the newest of a step counts. */
export interface StepRecord {
  readonly step: string;
  readonly state: StepState;
  readonly by: string;
  readonly at: string;
  readonly note: string;
}
