import { createHash } from "node:crypto";
import type { CleanUpKnowledge, StepCondition, StepTemplate } from "../knowledge/index.ts";
import { PLAN_PHASES, atLeast, counts, type Assessment, type Finding } from "../model/index.ts";
import { missingOf, type ServerFacts } from "./server-facts.ts";
import type { ScriptValues } from "./script-text.ts";
import { elementTargets, fileTargets, findingValues, type Target } from "./targets.ts";

/** A step before it has its number and its neighbours. */
export interface StepDraft {
  readonly id: string;
  readonly template: StepTemplate;
  /** Server id, null for the whole case. */
  readonly server: string | null;
  readonly findings: readonly string[];
  readonly target: Target | null;
  readonly values: ScriptValues;
  /** What stands for `{name}` in its texts. Untrusted. */
  readonly words: Readonly<Record<string, string>>;
}

/** What drafts are made from. */
export interface DraftInput {
  readonly assessment: Assessment;
  readonly servers: readonly ServerFacts[];
  readonly cleanUp: CleanUpKnowledge;
  /** Further steps for kinds, as packs name them. */
  readonly packSteps: ReadonlyMap<string, readonly string[]>;
}

/** Steps that a kind without steps of its own asks for. */
const UNKNOWN_KIND = "look-first";
/** The same for one that stands on no rung. */
const UNKNOWN_LEAD = "ask-about";

/** Every step that something asks for, in order of phase, template, server, finding. */
export function draftSteps(input: DraftInput): readonly StepDraft[] {
  const asked = askedSteps(input);
  const rank = new Map(input.cleanUp.steps.map((template, i) => [template.id, i] as const));
  const known = input.cleanUp.steps.flatMap((template) => draftsOf(template, input, asked));
  const drafts = [...known, ...leftOver(known, input)];
  return drafts.toSorted(
    (a, b) =>
      PLAN_PHASES.indexOf(a.template.phase) - PLAN_PHASES.indexOf(b.template.phase) ||
      (rank.get(a.template.id) ?? 0) - (rank.get(b.template.id) ?? 0),
  );
}

/** Something was changed, and the steps for it found nothing in the evidence to act on: then a person has to look. */
function leftOver(known: readonly StepDraft[], input: DraftInput): readonly StepDraft[] {
  const template = input.cleanUp.steps.find(({ id }) => id === UNKNOWN_KIND);
  const acting = new Set(input.cleanUp.steps.flatMap((step) => (step.for === "target" ? [step.id] : [])));
  const served = new Set(known.flatMap((one) => (acting.has(one.template.id) ? [one.server] : [])));
  const left = input.assessment.findings.filter(
    (finding) =>
      counts(finding) &&
      atLeast(finding.rung, "L2") &&
      !served.has(finding.server) &&
      stepsOf(finding, input).some((id) => acting.has(id)),
  );
  return template === undefined ? [] : left.map((finding) => findingDraft(template, finding, input));
}

/** Step id to the findings that ask for it, in their order. */
type Asked = ReadonlyMap<string, readonly Finding[]>;

function askedSteps({ assessment, cleanUp, packSteps }: DraftInput): Asked {
  const asked = new Map<string, Finding[]>();
  for (const finding of assessment.findings) {
    if (!counts(finding)) continue;
    for (const id of stepsOf(finding, { cleanUp, packSteps })) {
      const known = asked.get(id);
      if (known === undefined) asked.set(id, [finding]);
      else known.push(finding);
    }
  }
  return asked;
}

function stepsOf(
  { kind, rung, severity }: Finding,
  { cleanUp, packSteps }: Pick<DraftInput, "cleanUp" | "packSteps">,
): readonly string[] {
  const known = cleanUp.kinds.get(kind);
  const named = (packSteps.get(kind) ?? []).flatMap((name) => cleanUp.names.get(name) ?? [name]);
  const isSerious = atLeast(rung, "L1");
  const ofPack = named.filter((id) => isSerious && cleanUp.steps.some((step) => step.id === id));
  if (rung === null) {
    const isUrgent = severity === "critical" || severity === "high";
    return known?.leads ?? (isUrgent ? [UNKNOWN_LEAD] : []);
  }
  if (known === undefined && ofPack.length === 0) return isSerious ? [UNKNOWN_KIND] : [];
  return [...new Set([...(known?.steps ?? []), ...ofPack])];
}

function draftsOf(template: StepTemplate, input: DraftInput, asked: Asked): readonly StepDraft[] {
  const findings = asked.get(template.id) ?? [];
  switch (template.for) {
    case "case":
      return caseDraft(template, input, findings);
    case "server":
      return input.servers.flatMap((facts) => serverDraft(template, facts, findings));
    case "finding":
      return template.title.includes("{finding}")
        ? findings.map((finding) => findingDraft(template, finding, input))
        : input.servers.flatMap((facts) => groupDraft(template, facts, findings));
    case "target":
      return targetDrafts(template, findings, input);
  }
}

function caseDraft(
  template: StepTemplate,
  { servers }: DraftInput,
  findings: readonly Finding[],
): readonly StepDraft[] {
  const noServers = template.when.some(({ facts }) => facts.includes("noServers")) && servers.length === 0;
  const asks = servers.filter((facts) => template.when.some((condition) => holds(condition, facts)));
  if (!noServers && asks.length === 0 && findings.length === 0) return [];
  const ids = findings.map(({ id }) => id);
  return [draft(template, { id: template.id, server: null, findings: ids, values: {}, words: {} })];
}

function serverDraft(
  template: StepTemplate,
  facts: ServerFacts,
  asking: readonly Finding[],
): readonly StepDraft[] {
  const { server } = facts;
  const findings = asking.filter((finding) => finding.server === server.id).map(({ id }) => id);
  const isAsked = template.when.some((condition) => holds(condition, facts));
  if (!isAsked && findings.length === 0) return [];
  const words = {
    server: server.name,
    update: server.patch.next,
    missing: missingOf(server).slice(0, 12).join(" "),
    configuration: server.patch.configurationNeeded.join(" "),
  };
  const values = { server: server.name };
  return [
    draft(template, { id: `${template.id}-${safe(server.id)}`, server: server.id, findings, values, words }),
  ];
}

function findingDraft(template: StepTemplate, finding: Finding, input: DraftInput): StepDraft {
  const name = nameOf(finding.server, input);
  return draft(template, {
    id: `${template.id}-${safe(finding.id)}`,
    server: finding.server,
    findings: [finding.id],
    values: findingValues(finding, name),
    words: { server: name, finding: finding.title },
  });
}

/** One step of a server for all findings that ask for it, with the names of all of them. */
function groupDraft(
  template: StepTemplate,
  { server }: ServerFacts,
  asking: readonly Finding[],
): readonly StepDraft[] {
  const asked = asking
    .filter((finding) => finding.server === server.id)
    .map((finding) => ({ finding, values: findingValues(finding, server.name) }))
    .filter(({ values }) => template.wants.length === 0 || template.wants.some((name) => has(values, name)));
  if (asked.length === 0) return [];
  const names = [...new Set(asked.flatMap(({ values }) => Object.keys(values)))];
  const values = Object.fromEntries(
    names.map((name) => [
      name,
      name === "server"
        ? server.name
        : joined(
            asked.map((one) => one.values),
            name,
          ),
    ]),
  );
  const findings = asked.map(({ finding }) => finding.id);
  const id = `${template.id}-${safe(server.id)}`;
  return [draft(template, { id, server: server.id, findings, values, words: { server: server.name } })];
}

function has(values: ScriptValues, name: string): boolean {
  return (values[name]?.length ?? 0) > 0;
}

function joined(all: readonly ScriptValues[], name: string): readonly string[] {
  return [...new Set(all.flatMap((values) => values[name] ?? []))].sort();
}

function targetDrafts(
  template: StepTemplate,
  findings: readonly Finding[],
  input: DraftInput,
): readonly StepDraft[] {
  const drafts = new Map<string, StepDraft>();
  for (const finding of findings) {
    const targets =
      template.action === "remove-element"
        ? elementTargets(finding, input.assessment)
        : fileTargets(finding, input.assessment);
    for (const target of targets) {
      const id = `${template.id}-${safe(finding.server)}-${short(target.key)}`;
      const before = drafts.get(id);
      drafts.set(
        id,
        draft(template, {
          id,
          server: finding.server,
          findings: [...(before?.findings ?? []), finding.id],
          target,
          values: target.values,
          words: { server: nameOf(finding.server, input), file: leafOf(target.path), finding: finding.title },
        }),
      );
    }
  }
  return [...drafts.values()].toSorted((a, b) => Number(isCompiled(a)) - Number(isCompiled(b)));
}

/** Pages go first: as long as one is there, its compiled copy comes back. */
function isCompiled({ target }: StepDraft): boolean {
  return target !== null && /\\Temporary ASP\.NET Files\\/iu.test(target.path);
}

function draft(
  template: StepTemplate,
  rest: Omit<StepDraft, "template" | "target"> & Partial<Pick<StepDraft, "target">>,
): StepDraft {
  return { target: null, ...rest, template };
}

function holds(condition: StepCondition, { server, support, facts }: ServerFacts): boolean {
  return (
    (condition.verdict?.includes(server.verdict) ?? true) &&
    (condition.patch?.includes(server.patch.level) ?? true) &&
    (condition.support?.includes(support) ?? true) &&
    condition.facts.every((fact) => facts.has(fact))
  );
}

function nameOf(server: string, { servers }: DraftInput): string {
  return servers.find((facts) => facts.server.id === server)?.server.name ?? server;
}

function leafOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1);
}

/** Ids become file names: letters, digits and hyphens only, whatever a case file says. */
function safe(id: string): string {
  return id.replace(/[^A-Za-z0-9]/gu, "").slice(0, 12);
}

function short(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 10);
}
