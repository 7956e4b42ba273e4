import type { Plan } from "../../model/index.ts";

/** What an administrator would do by a plan, without the texts of the catalogue: for golden answers. */
export function planEssence(plan: Plan): unknown {
  return {
    lead: plan.lead,
    rebuild: plan.rebuild.map(({ condition, server, findings }) => ({ condition, server, findings })),
    steps: plan.steps.map((step) => ({
      id: step.id,
      title: step.title,
      kind: step.kind,
      way: step.reversibility,
      after: step.dependsOn,
      findings: step.findings,
      action: step.action === null ? null : { do: step.action.do, path: step.action.path },
      script: step.script,
    })),
    duties: plan.duties.map(({ id }) => id),
  };
}
