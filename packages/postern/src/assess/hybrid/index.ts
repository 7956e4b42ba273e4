import type { Knowledge } from "../../knowledge/index.ts";
import type { HybridAssessment, HybridFact } from "../../model/index.ts";
import type { ItemResult, MatchGroup } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import type { CaseState } from "../state/index.ts";
import { cannotAnswer, CLOUD_NOT_AFFECTED, cloudQuestions } from "./cloud-questions.ts";
import { mailboxSpans } from "./mailbox-spans.ts";
import { factsOfSettings } from "./settings.ts";
import { sharedIdentityOf } from "./shared-identity.ts";
import { factsOfLogs } from "./signs.ts";

export { splitHybridSigns } from "./signs.ts";

/** What the answer for one server is made from. */
export interface HybridInput {
  readonly items: readonly ItemResult[];
  readonly map: ServerMap;
  readonly server: string;
  readonly signs: readonly MatchGroup[];
  readonly state: CaseState;
  readonly build: string | null;
  /** Day of the break-in, or null. */
  readonly since: string | null;
}

/** Whether mailboxes also live in Exchange Online, which, and what the evidence of the server cannot answer about them. */
export function assessHybrid(input: HybridInput, knowledge: Knowledge): HybridAssessment {
  const { statements } = input.state;
  const facts = [...factsOfSettings(statements), ...factsOfLogs(input.signs, input)];
  const state = stateOf(
    facts,
    statements.map((one) => one.kind),
  );
  const mailboxes = mailboxSpans(statements);
  return {
    state,
    note: noteOf(state, facts),
    facts,
    mailboxes,
    sharedIdentity: sharedIdentityOf({ state, build: input.build, statements }, knowledge),
    cannotAnswer: state === "yes" ? cannotAnswer(mailboxes) : [],
    askCloud: state === "yes" ? cloudQuestions(input.since) : [],
  };
}

/** Exports that would show a hybrid organisation; all of them have to be there before their silence says anything. */
const WOULD_SHOW = ["accepted-domain", "send-connector", "partner-application"];

/** One setting is enough; of traffic two different signs are. */
function stateOf(facts: readonly HybridFact[], kinds: readonly string[]): HybridAssessment["state"] {
  const medium = facts.filter((fact) => fact.strength === "medium").length;
  if (facts.some((fact) => fact.strength === "strong") || medium >= 2) return "yes";
  return facts.length === 0 && WOULD_SHOW.every((kind) => kinds.includes(kind)) ? "no" : "unknown";
}

function noteOf(state: HybridAssessment["state"], facts: readonly HybridFact[]): string {
  switch (state) {
    case "yes":
      return `Mailboxes also live, or lived, in Exchange Online. ${CLOUD_NOT_AFFECTED}`;
    case "no":
      return "The exported domains, connectors and applications name no Exchange Online. Whether there was one before, they do not say.";
    case "unknown":
      return facts.length === 0
        ? "Whether mailboxes also live in Exchange Online is not read from this evidence. Exchange Online itself is not affected."
        : "One sign speaks for mailboxes in Exchange Online; that is not enough to be sure. Exchange Online itself is not affected.";
  }
}
