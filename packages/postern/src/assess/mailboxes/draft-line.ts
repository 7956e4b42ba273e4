import { formatUtcOrNull, least, most } from "../../core/index.ts";
import { gravest, kindOfVerb } from "../../detect/index.ts";
import type {
  Citation,
  Event,
  LeftMessage,
  MailboxLine,
  MailConfidence,
  MailKind,
} from "../../model/index.ts";
import type { ItemResult, MailGroup } from "../../scan/index.ts";
import { chooseCited, citeEvent } from "../findings/citations.ts";
import type { IdentityTable } from "./identity-table.ts";

/** A ledger line while it is put together. */
export interface DraftLine {
  readonly server: string;
  /** Null: as the verbs say. */
  readonly kind: MailKind | null;
  /** As a record names it; null when none does. */
  readonly mailbox: string | null;
  readonly actor: string | null;
  readonly protocol: string;
  readonly groups: readonly MailGroup[];
  /** Records that prove it besides those of its groups. */
  readonly events: readonly Event[];
  readonly requests: number;
  readonly verbs: ReadonlyMap<string, number>;
  readonly bytesUpTo: number;
  readonly addresses: readonly string[];
  readonly how: string;
  readonly scope: string;
  readonly target: string | null;
  readonly confidence: MailConfidence;
  readonly messages: readonly LeftMessage[];
  readonly messagesLeft: number;
  readonly missing: string;
  /** True when the tie to an intruder or to abuse is in the records, not only in the time. */
  readonly isTied: boolean;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** What every draft is made from. */
export interface LineContext {
  readonly identities: IdentityTable;
  readonly items: readonly ItemResult[];
  /** Best name by the key of the person. */
  readonly labels: ReadonlyMap<string, string>;
}

const MAX_ADDRESSES = 50;

/** First and last time of groups. */
export function spanOf(groups: readonly MailGroup[]): Pick<DraftLine, "firstMs" | "lastMs"> {
  return {
    firstMs: groups.reduce<number | null>((found, group) => least(found, group.firstMs), null),
    lastMs: groups.reduce<number | null>((found, group) => most(found, group.lastMs), null),
  };
}

/** Words and numbers of a draft; ids of findings and the actor come later. */
export function finishLine(draft: DraftLine, id: string, context: LineContext): MailboxLine {
  const owner = draft.mailbox === null ? null : context.identities.of(draft.mailbox);
  const mailbox = owner === null ? NOT_NAMED : (context.labels.get(owner.key) ?? owner.label);
  const verbs = [...draft.verbs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([verb, count]) => ({ verb, count }));
  return {
    id,
    server: draft.server,
    kind: kindOf(draft),
    mailbox,
    alsoKnownAs:
      owner === null ? [] : [...new Set([owner.label, ...owner.others])].filter((name) => name !== mailbox),
    actedAs: draft.actor === null ? "" : context.identities.of(draft.actor).label,
    how: draft.how,
    firstSeen: formatUtcOrNull(draft.firstMs),
    lastSeen: formatUtcOrNull(draft.lastMs),
    protocol: draft.protocol,
    requests: draft.requests,
    verbs,
    bytesUpTo: draft.bytesUpTo,
    scope: draft.scope,
    target: draft.target,
    confidence: draft.confidence,
    addresses: [...new Set(draft.addresses)].sort().slice(0, MAX_ADDRESSES),
    actor: null,
    findings: [],
    messages: draft.messages,
    messagesLeft: draft.messagesLeft,
    citations: citationsOf(draft, context.items),
    missing: draft.missing,
  };
}

const NOT_NAMED = "not named in the logs";

/** What was done: what the records say, or the gravest of the operations. */
export function kindOf(draft: Pick<DraftLine, "kind" | "verbs">): MailKind {
  return draft.kind ?? gravest([...draft.verbs.keys()].map(kindOfVerb));
}

function citationsOf(draft: DraftLine, items: readonly ItemResult[]): readonly Citation[] {
  return chooseCited([...draft.groups.flatMap(({ events }) => events), ...draft.events]).map((event) =>
    citeEvent(event, items),
  );
}
