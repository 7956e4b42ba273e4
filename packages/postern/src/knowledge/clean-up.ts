import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { messageOf, PosternError } from "../core/index.ts";
import {
  PLAN_PHASES,
  PLAN_STEP_KINDS,
  REVERSIBILITIES,
  RUNGS,
  type PlanCommand,
  type PlanPhase,
  type PlanStepKind,
  type Reversibility,
  type Rung,
} from "../model/index.ts";
import { findDataFolder } from "./data-folder.ts";
import { JsonPlace } from "./json-place.ts";

/** When a step is asked for by the state of a server; everything that is given must hold. */
export interface StepCondition {
  readonly verdict: readonly string[] | null;
  readonly patch: readonly string[] | null;
  readonly support: readonly string[] | null;
  /** Facts that must be true: foreign code ran, rebuild asked for, evidence missing, ... */
  readonly facts: readonly StepFact[];
}

const FACTS = [
  "ran",
  "rebuild",
  "missing",
  "lacks",
  "configuration",
  "signin",
  "hybrid",
  "shared",
  "noServers",
] as const;
/** A fact about a server that a step can depend on. */
export type StepFact = (typeof FACTS)[number];

/** A step as knowledge/clean-up/steps.yml has it. Texts hold `{server}` and the like. */
export interface StepTemplate {
  readonly id: string;
  readonly phase: PlanPhase;
  /** Once for the case, once for each server, finding, or file and entry of a finding. */
  readonly for: "case" | "server" | "finding" | "target";
  readonly when: readonly StepCondition[];
  readonly kind: PlanStepKind;
  readonly action: "quarantine" | "remove-element" | null;
  readonly onlyAfterAsking: boolean;
  /** Of a finding one of these values must be known; empty: none. */
  readonly wants: readonly string[];
  readonly title: string;
  readonly detail: string;
  readonly who: string;
  readonly time: string;
  readonly mail: string;
  readonly risk: "low" | "medium" | "high";
  readonly riskWhy: string;
  readonly reversibility: Reversibility;
  readonly undo: string;
  readonly check: string;
  /** Ids of steps that come before. */
  readonly needs: readonly string[];
  readonly script: string | null;
  readonly commands: readonly PlanCommand[];
  /** Addresses of the sources. */
  readonly sources: readonly string[];
}

/** What a generated script does. */
export interface ScriptTemplate {
  readonly id: string;
  readonly needs: "exchange" | "directory" | "iis" | "none";
  readonly values: readonly string[];
  readonly options: readonly { readonly name: string; readonly what: string }[];
  readonly before: string;
  readonly change: string;
  readonly after: string;
  readonly undo: string | null;
}

/** A condition under which a server is built anew. */
export interface RebuildCondition {
  readonly id: string;
  readonly text: string;
  /** Kinds of findings; `*` at an end stands for anything. */
  readonly kinds: readonly string[];
  readonly rung: Rung;
  /** A rung on which every kind counts. */
  readonly anyOn: Rung | null;
}

/** A duty to tell somebody. */
export interface DutyRow {
  readonly id: string;
  readonly place: string;
  readonly law: string;
  readonly text: string;
  readonly check: boolean;
  readonly source: string;
}

/** Steps that a kind of finding asks for. */
export interface KindSteps {
  readonly steps: readonly string[];
  readonly leads: readonly string[];
}

/** Everything that a plan is made from besides the assessment. */
export interface CleanUpKnowledge {
  readonly asOf: string;
  readonly steps: readonly StepTemplate[];
  readonly kinds: ReadonlyMap<string, KindSteps>;
  /** Short names of steps, as packs use them. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly scripts: ReadonlyMap<string, ScriptTemplate>;
  readonly rebuild: readonly RebuildCondition[];
  readonly duties: readonly DutyRow[];
}

/** Reads what is known of clean-up. @throws PosternError KNOWLEDGE_INVALID with file and place */
export function loadCleanUp(folder: string = findDataFolder("knowledge")): CleanUpKnowledge {
  const open = (name: string): Opened => openYaml(folder, name);
  const steps = open("clean-up/steps.yml");
  const kinds = open("clean-up/kinds.yml");
  const scripts = open("clean-up/scripts.yml");
  const rebuild = open("clean-up/rebuild.yml");
  const duties = open("duties.yml");
  const scriptRows = scripts.root.at("scripts").list().map(readScript);
  const scriptIds = scriptRows.map(({ id }) => id);
  const rows = steps.root
    .at("steps")
    .list()
    .map((row) => readStep(row, { scripts: scriptIds, sources: steps.sources }));
  const stepIds = new Set(rows.map(({ id }) => id));
  return {
    asOf: steps.root.at("asOf").day(),
    steps: rows,
    kinds: readKinds(kinds.root.at("kinds"), stepIds),
    names: readNames(kinds.root.at("names"), stepIds),
    scripts: new Map(scriptRows.map((row) => [row.id, row])),
    rebuild: rebuild.root
      .at("conditions")
      .list()
      .map((row) => readCondition(row, rebuild.sources)),
    duties: duties.root
      .at("duties")
      .list()
      .map((row) => readDuty(row, duties.sources)),
  };
}

interface Opened {
  readonly root: JsonPlace;
  readonly sources: ReadonlyMap<string, string>;
}

function openYaml(folder: string, name: string): Opened {
  const root = new JsonPlace(name, "", readYaml(join(folder, ...name.split("/")), name));
  const sources = new Map(
    root
      .at("sources")
      .members()
      .map(({ key, value }) => [key, value.text()] as const),
  );
  return { root, sources };
}

function readYaml(path: string, name: string): unknown {
  try {
    const value: unknown = parse(readFileSync(path, "utf8"));
    return value;
  } catch (error) {
    const detail = { file: name, path };
    throw new PosternError("KNOWLEDGE_INVALID", `${name} cannot be read: ${messageOf(error)}`, detail, error);
  }
}

function readStep(
  row: JsonPlace,
  known: { readonly scripts: readonly string[]; readonly sources: ReadonlyMap<string, string> },
): StepTemplate {
  const action = row.at("action").given ? row.at("action").oneOf(["quarantine", "remove-element"]) : null;
  const script = row.at("script").given ? row.at("script").oneOf(known.scripts) : null;
  return {
    id: row.at("id").text(),
    phase: row.at("phase").oneOf(PLAN_PHASES),
    for: row.at("for").oneOf(["case", "server", "finding", "target"]),
    when: row.at("when").given ? row.at("when").list().map(readWhen) : [],
    kind: row.at("kind").given ? row.at("kind").oneOf(PLAN_STEP_KINDS) : kindOf(action, script),
    action,
    onlyAfterAsking: row.at("onlyAfterAsking").flag(false),
    wants: textsOf(row.at("wants")),
    title: row.at("title").text(),
    detail: row.at("detail").text(),
    who: row.at("who").text(),
    time: row.at("time").text(),
    mail: row.at("mail").text(),
    risk: row.at("risk").oneOf(["low", "medium", "high"]),
    riskWhy: row.at("riskWhy").textOrNull() ?? "",
    reversibility: row.at("reversibility").oneOf(REVERSIBILITIES),
    undo: row.at("undo").text(),
    check: row.at("check").text(),
    needs: textsOf(row.at("needs")),
    script,
    commands: row.at("commands").given ? row.at("commands").list().map(readCommand) : [],
    sources: row
      .at("sources")
      .sources(new Set(known.sources.keys()))
      .map((key) => known.sources.get(key) ?? key),
  };
}

function kindOf(action: StepTemplate["action"], script: string | null): PlanStepKind {
  if (action === "quarantine") return "file";
  if (action === "remove-element") return "configuration";
  return script === null ? "manual" : "powershell";
}

function readCommand(row: JsonPlace): PlanCommand {
  return { shell: row.at("shell").oneOf(["powershell", "cmd", "postern"]), text: row.at("text").text() };
}

function textsOf(row: JsonPlace): readonly string[] {
  return row.given ? row.texts() : [];
}

function readWhen(row: JsonPlace): StepCondition {
  const words = (key: string): readonly string[] | null => (row.at(key).given ? row.at(key).texts() : null);
  const facts = FACTS.filter((fact) => row.at(fact).given && row.at(fact).flag(false));
  return {
    verdict: words("verdict"),
    patch: words("patch"),
    support: words("support"),
    facts,
  };
}

function readKinds(row: JsonPlace, steps: ReadonlySet<string>): ReadonlyMap<string, KindSteps> {
  const ids = [...steps];
  const list = (place: JsonPlace): readonly string[] => place.list().map((one) => one.oneOf(ids));
  return new Map(
    row
      .members()
      .map(({ key, value }) => [key, { steps: list(value.at("steps")), leads: list(value.at("leads")) }]),
  );
}

function readNames(row: JsonPlace, steps: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const ids = [...steps];
  return new Map(
    row.members().map(({ key, value }) => [key, value.list().map((one) => one.oneOf(ids))] as const),
  );
}

function readScript(row: JsonPlace): ScriptTemplate {
  return {
    id: row.at("id").text(),
    needs: row.at("needs").oneOf(["exchange", "directory", "iis", "none"]),
    values: row.at("values").texts(),
    options: row.at("options").given
      ? row
          .at("options")
          .members()
          .map(({ key, value }) => ({ name: key, what: value.text() }))
      : [],
    before: row.at("before").text(),
    change: row.at("change").text(),
    after: row.at("after").text(),
    undo: row.at("undo").textOrNull(),
  };
}

function readCondition(row: JsonPlace, sources: ReadonlyMap<string, string>): RebuildCondition {
  row.at("sources").sources(new Set(sources.keys()));
  return {
    id: row.at("id").text(),
    text: row.at("text").text(),
    kinds: row.at("kinds").texts(),
    rung: row.at("rung").oneOf(RUNGS),
    anyOn: row.at("anyOn").given ? row.at("anyOn").oneOf(RUNGS) : null,
  };
}

function readDuty(row: JsonPlace, sources: ReadonlyMap<string, string>): DutyRow {
  const source = row.at("source").oneOf([...sources.keys()]);
  return {
    id: row.at("id").text(),
    place: row.at("place").text(),
    law: row.at("law").text(),
    text: row.at("text").text(),
    check: row.at("check").flag(false),
    source: sources.get(source) ?? "",
  };
}
