import type {
  Plan,
  PlanPhase,
  PlanStep,
  PlanStepKind,
  Reversibility,
  StepRecord,
} from "../../model/index.ts";

/** A part of the clean-up: its name and why it stands where it stands. */
export const PHASE_WORDS: Readonly<Record<PlanPhase, { readonly label: string; readonly why: string }>> = {
  decide: { label: "Decide", why: "Who may order an outage, and by when others must be told." },
  preserve: { label: "Preserve", why: "Logs age out every day, and every later step changes something." },
  contain: { label: "Contain", why: "Nobody gets in while you work; the server goes on running." },
  close: { label: "Close the holes", why: "Otherwise the next one comes in while you clean." },
  hunt: { label: "Hunt", why: "What is not known cannot be removed." },
  remove: {
    label: "Remove",
    why: "In one short window, on all servers together, so that nothing comes back.",
  },
  rebuild: { label: "Rebuild", why: "A server that cannot be accounted for is made anew." },
  rotate: {
    label: "Rotate secrets",
    why: "After removal and update: before, the new ones fall into the same hands.",
  },
  verify: { label: "Verify and watch", why: "Proven by the same rules that found it." },
};

/** Who carries a step out. */
export const KIND_WORDS: Readonly<Record<PlanStepKind, string>> = {
  file: "Postern can do it (file)",
  configuration: "Postern can do it (configuration)",
  powershell: "PowerShell script",
  manual: "by hand",
};

/** What can be taken back. */
export const REVERSIBILITY_WORDS: Readonly<Record<Reversibility, string>> = {
  undoable: "can be undone",
  repeatable: "may be repeated",
  "one-way": "CANNOT BE UNDONE",
};

/** What became of a step, for a mark and in words. */
export function stateOf(
  step: PlanStep,
  records: ReadonlyMap<string, StepRecord>,
): { readonly mark: string; readonly text: string } {
  const record = records.get(step.id);
  if (record === undefined || record.state === "open") return { mark: "[ ]", text: "" };
  const note = record.note === "" ? "" : `: ${record.note}`;
  return {
    mark: record.state === "done" ? "[x]" : "[-]",
    text: `${record.state} by ${record.by}, ${record.at.slice(0, 16).replace("T", " ")} UTC${note}`,
  };
}

/** Steps by phase, in order; phases without a step are left out. */
export function byPhase(plan: Plan): readonly (readonly [PlanPhase, readonly PlanStep[]])[] {
  const phases = new Map<PlanPhase, PlanStep[]>();
  for (const step of plan.steps) {
    const known = phases.get(step.phase);
    if (known === undefined) phases.set(step.phase, [step]);
    else known.push(step);
  }
  return [...phases];
}

/** `3, 7`: numbers of the steps that come first; empty for none. */
export function numbersOf(plan: Plan, ids: readonly string[]): string {
  return plan.steps
    .filter(({ id }) => ids.includes(id))
    .map(({ number }) => String(number))
    .join(", ");
}

/** The name of a server, or its id. */
export function serverNameOf(plan: Plan, id: string): string {
  return plan.servers.find((server) => server.id === id)?.name ?? id;
}
