import type { Confidence, MailKind, Rung } from "../../model/index.ts";
import { newDraft, surer, type Draft } from "../findings/draft.ts";
import { kindOf, type DraftLine } from "./draft-line.ts";

interface Meaning {
  readonly kind: string;
  readonly rung: Rung;
  readonly attack: readonly string[];
}

const FORWARDING: Meaning = { kind: "mail-forwarding-set", rung: "L2", attack: ["T1114.003"] };
const GRANTED: Meaning = { kind: "mail-right-granted", rung: "L2", attack: ["T1098.002"] };
const READ: Meaning = { kind: "mail-read-by-account", rung: "L4", attack: ["T1078", "T1114.002"] };

/** What a line of the ledger means as a finding, where no rule of a pack says it already. */
const MEANINGS: Partial<Readonly<Record<MailKind, Meaning>>> = {
  exported: { kind: "mailbox-taken", rung: "L4", attack: ["T1114.002"] },
  searched: { kind: "mailbox-taken", rung: "L4", attack: ["T1114.002"] },
  forwarded: { kind: "mail-forwarded", rung: "L4", attack: ["T1114.003"] },
  "forwarding-set": FORWARDING,
  "rule-set": FORWARDING,
  "transport-rule-set": FORWARDING,
  "right-granted": GRANTED,
  "reach-granted": GRANTED,
  "device-allowed": GRANTED,
  "database-copied": { kind: "mail-database-copied", rung: "L4", attack: ["T1005"] },
  "covering-tracks": { kind: "mail-tracks-covered", rung: "L2", attack: ["T1070.008"] },
};

/** Findings for lines that records or their own form tie to an intruder; what only the time ties is no finding. */
export function draftFromMail(
  lines: readonly DraftLine[],
  accessed: ReadonlySet<DraftLine>,
): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  for (const line of lines) {
    const meaning = meaningOf(line, accessed);
    if (meaning === null || !line.isTied || line.confidence === "unknown") continue;
    const key = `${line.server}\n${meaning.kind}`;
    const draft = drafts.get(key) ?? newDraft(line.server, meaning.kind, false);
    drafts.set(key, draft);
    addLine(draft, line, meaning);
  }
  return [...drafts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
}

const CONTENT: ReadonlySet<MailKind> = new Set([
  "exported",
  "read",
  "synced",
  "searched",
  "listed",
  "opened",
]);

/** What a session of an account opened is content; forged sessions are findings of the packs' rules. */
function meaningOf(line: DraftLine, accessed: ReadonlySet<DraftLine>): Meaning | null {
  const kind = kindOf(line);
  if (accessed.has(line)) return line.confidence !== "possible" && CONTENT.has(kind) ? READ : null;
  return line.kind === null ? null : (MEANINGS[kind] ?? null);
}

function addLine(draft: Draft, line: DraftLine, meaning: Meaning): void {
  draft.rung = meaning.rung;
  draft.confidence = surer(draft.confidence, CONFIDENCE[line.confidence]);
  draft.count += line.requests;
  if (line.firstMs !== null) draft.firstMs = Math.min(draft.firstMs ?? line.firstMs, line.firstMs);
  if (line.lastMs !== null) draft.lastMs = Math.max(draft.lastMs ?? line.lastMs, line.lastMs);
  for (const technique of meaning.attack) draft.attack.add(technique);
  draft.rules.add("postern/mailbox-ledger");
  draft.entities.add("mailboxes", line.mailbox === "*" ? "all mailboxes" : line.mailbox);
  draft.entities.add("users", line.actor);
  if (line.target !== null && /[\\/]/u.test(line.target)) draft.entities.add("files", line.target);
  for (const address of line.addresses) draft.entities.add("addresses", address);
  draft.events.push(...line.groups.flatMap(({ events }) => events), ...line.events);
  if (draft.why.size < MAX_TOLD) draft.why.add(line.how);
  if (line.missing !== "" && draft.doubt.size < MAX_TOLD) draft.doubt.add(line.missing);
}

/** Sentences of lines that a finding tells; the ledger has all of them. */
const MAX_TOLD = 3;

const CONFIDENCE: Readonly<Record<DraftLine["confidence"], Confidence>> = {
  proven: "high",
  likely: "medium",
  possible: "low",
  unknown: "low",
};
