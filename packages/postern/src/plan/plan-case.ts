import { createHash } from "node:crypto";
import { VERSION } from "../core/index.ts";
import { PRODUCTS, supportOf, type CleanUpKnowledge, type Knowledge } from "../knowledge/index.ts";
import {
  counts,
  higherRung,
  type Assessment,
  type Plan,
  type PlanCommand,
  type PlanStep,
  type PlanValue,
  type Rung,
  type ScriptTexts,
  type ServerAssessment,
} from "../model/index.ts";
import { draftSteps, type StepDraft } from "./drafts.ts";
import { encodedList, encodedLiteral } from "./encoded-literal.ts";
import { dutiesOf, leadText, LIMITS } from "./plan-words.ts";
import { rebuildReasons, type ReturnedImplant } from "./rebuild.ts";
import { scriptText } from "./script-text.ts";
import { serverFacts } from "./server-facts.ts";

/** What a plan is made from. */
export interface PlanInput {
  /** With what was acknowledged marked. */
  readonly assessment: Assessment;
  readonly knowledge: Knowledge;
  readonly cleanUp: CleanUpKnowledge;
  /** Steps that packs name for their kinds of findings. */
  readonly packSteps?: ReadonlyMap<string, readonly string[]>;
  /** What came back after it was removed, as verifications of this case found it. */
  readonly returned?: readonly ReturnedImplant[];
}

/** A plan and the scripts that it names, by path below the case. */
export interface PlannedCase {
  readonly plan: Plan;
  readonly scripts: ScriptTexts;
}

/** Says what must be done about an assessment, in order. Pure: the same input gives the same bytes. */
export function planCase(input: PlanInput): PlannedCase {
  const { assessment, cleanUp } = input;
  const told = assessment.servers.map((server) =>
    serverFacts(server, assessment.findings, { cleanUp, support: supportToday(server, input.knowledge) }),
  );
  const packSteps = input.packSteps ?? new Map<string, readonly string[]>();
  const kinds = new Set([...packSteps].flatMap(([kind, steps]) => (steps.includes("rebuild") ? [kind] : [])));
  const signs = { returned: input.returned ?? [], kinds };
  const reasons = told.flatMap((facts) => rebuildReasons(facts, cleanUp, signs));
  const rebuilt = new Set(reasons.map(({ server }) => server));
  const servers = told.map((facts) =>
    rebuilt.has(facts.server.id) ? { ...facts, facts: new Set([...facts.facts, "rebuild" as const]) } : facts,
  );
  const drafts = draftSteps({ assessment, servers, cleanUp, packSteps });
  const scripts: Record<string, string> = {};
  const steps = drafts.map((draft, i) => toStep(draft, i + 1, { drafts, cleanUp, scripts }));
  const rung = assessment.findings.reduce<Rung | null>(
    (found, finding) => (counts(finding) ? higherRung(found, finding.rung) : found),
    null,
  );
  const plan: Plan = {
    schema: "postern.plan/1",
    tool: { name: "postern", version: VERSION, knowledgeAsOf: cleanUp.asOf },
    assessment: createHash("sha256").update(JSON.stringify(assessment)).digest("hex"),
    verdict: assessment.verdict,
    rung,
    lead: leadText(assessment, rebuilt),
    rebuild: reasons,
    servers: assessment.servers.map(({ id, name, verdict }) => ({
      id,
      name,
      verdict,
      rebuild: rebuilt.has(id),
    })),
    steps,
    duties: dutiesOf(assessment.verdict, rung, cleanUp.duties),
    limits: LIMITS,
  };
  return { plan, scripts };
}

/** Support as of the knowledge, not as of the evidence: a server is rebuilt today. */
function supportToday({ product }: ServerAssessment, knowledge: Knowledge): string {
  const known = PRODUCTS.find((name) => name === product);
  return known === undefined ? "unknown" : supportOf(knowledge, known, knowledge.asOf);
}

interface StepContext {
  readonly drafts: readonly StepDraft[];
  readonly cleanUp: CleanUpKnowledge;
  /** Texts of scripts, filled by path below the case. */
  readonly scripts: Record<string, string>;
}

function toStep(draft: StepDraft, number: number, context: StepContext): PlanStep {
  const { template, words } = draft;
  const action = draft.target?.action ?? null;
  const isLost = template.for === "target" && action === null;
  return {
    id: draft.id,
    number,
    phase: template.phase,
    kind: isLost ? "manual" : template.kind,
    server: draft.server,
    title: filled(template.title, words),
    detail: isLost ? `${filled(template.detail, words)} ${BY_HAND}` : filled(template.detail, words),
    who: template.who,
    time: template.time,
    mailDowntime: template.mail,
    risk: template.risk,
    riskWhy: template.riskWhy,
    reversibility: template.reversibility,
    undo: template.undo,
    check: template.check,
    dependsOn: neighbours(draft, context.drafts),
    findings: draft.findings,
    onlyAfterAsking: template.onlyAfterAsking,
    commands: isLost ? [] : template.commands.map((command) => fillCommand(command, draft)),
    values: valuesOf(draft, context.cleanUp),
    action,
    script: isLost ? null : addScript(draft, context),
    sources: template.sources,
  };
}

const BY_HAND =
  "Postern cannot do it by itself here: the evidence does not say where on the server it stood, or not what exactly stood there.";

/** Steps that must come first: those of the named templates that concern the same server. */
function neighbours(draft: StepDraft, drafts: readonly StepDraft[]): readonly string[] {
  const isNear = (other: StepDraft): boolean =>
    other.server === null || draft.server === null || other.server === draft.server;
  return drafts
    .filter((other) => draft.template.needs.includes(other.template.id) && isNear(other))
    .map(({ id }) => id);
}

function filled(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-z]+)\}/gu, (whole, name: string) => words[name] ?? whole).trim();
}

/** `{{id}}` is the step's own; every other name stands for text out of evidence and is put there encoded. */
function fillCommand({ shell, text }: PlanCommand, { id, values }: StepDraft): PlanCommand {
  const put = (name: string): string => {
    if (name === "id") return id;
    const value = values[name] ?? [];
    return typeof value === "string" ? encodedLiteral(value) : encodedList(value);
  };
  return { shell, text: text.replace(/\{\{([a-z0-9]+)\}\}/gu, (_, name: string) => put(name)) };
}

/** What a reader should know that a script or command holds. */
function valuesOf({ template, values }: StepDraft, { scripts }: CleanUpKnowledge): readonly PlanValue[] {
  const script = template.script === null ? undefined : scripts.get(template.script);
  const action = template.action === null ? [] : ["path"];
  const names = [...new Set([...action, ...(script?.values ?? []), ...template.wants])];
  return names.flatMap((name) => {
    const value = values[name];
    if (value === undefined || value.length === 0) return [];
    return [{ name, texts: typeof value === "string" ? [value] : value }];
  });
}

function addScript(draft: StepDraft, { cleanUp, scripts }: StepContext): PlanStep["script"] {
  const template = draft.template.script === null ? undefined : cleanUp.scripts.get(draft.template.script);
  if (template === undefined) return null;
  // The title may hold names out of evidence: the script gets the words of the template only.
  const about = draft.template.title.replace(/\{[a-z]+\}/gu, "...");
  const { text, undo } = scriptText(template, { id: draft.id, about }, draft.values);
  const file = `scripts/${draft.id}.ps1`;
  const undoFile = undo === null ? null : `scripts/${draft.id}.undo.ps1`;
  scripts[file] = text;
  if (undo !== null && undoFile !== null) scripts[undoFile] = undo;
  return { file, undoFile };
}
