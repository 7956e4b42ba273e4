import { localPart } from "../../detect/index.ts";
import { MAIL_CONFIDENCES, type Finding, type Identity, type MailboxLine } from "../../model/index.ts";
import type { MatchGroup, ScanResult } from "../../scan/index.ts";
import type { AddressJoin } from "../findings/address-join.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { accessLines } from "./access-lines.ts";
import { commandLines } from "./command-lines.ts";
import { finishLine, type DraftLine, type LineContext } from "./draft-line.ts";
import { forgedLines } from "./forged-lines.ts";
import { buildIdentities } from "./identity-table.ts";
import { mailFlowLines } from "./mail-flow-lines.ts";
import { findIntruders } from "./ties.ts";

/** Lines of the ledger before findings have their ids. */
export interface CollectedMail {
  readonly lines: readonly DraftLine[];
  /** Those that a session of an account made. */
  readonly accessed: ReadonlySet<DraftLine>;
  readonly context: Omit<LineContext, "labels">;
  /** Records that no group holds. */
  readonly left: number;
  /** Intruders' addresses with so many accounts that nothing from them is listed. */
  readonly crowded: readonly string[];
}

/** What a ledger is made from. */
export interface LedgerInput {
  readonly scan: ScanResult;
  readonly matches: readonly MatchGroup[];
  readonly servers: ServerMap;
  readonly join: AddressJoin;
  /** Addresses of those who got in, and of those who made abusive rules. */
  readonly addresses: readonly string[];
}

/** Whose mail was read or taken, by everything that records say; in a fixed order, the surest first. */
export function collectMail({ scan, matches, servers, join, addresses }: LedgerInput): CollectedMail {
  const { first, followed } = scan.mail;
  const intruders = findIntruders(matches, addresses, { join, followed: followed.groups });
  const identities = buildIdentities([...first.pairs, ...followed.pairs], scan.items);
  const commands = commandLines({ first, intruders, identities, servers, join, items: scan.items });
  const access = { mail: scan.mail, intruders, identities, servers, granted: grantedBy(commands) };
  const accessed = accessLines(access);
  const flow = mailFlowLines({ followed, intruders, identities, servers, forwards: commands });
  return {
    lines: [...forgedLines(access), ...accessed, ...commands, ...flow].sort(byWeight),
    accessed: new Set(accessed),
    context: { identities, items: scan.items },
    left: first.left + followed.left,
    crowded: addresses.filter((one) => intruders.crowded.has(one) && !intruders.addresses.has(one)).sort(),
  };
}

function grantedBy(commands: readonly DraftLine[]): ReadonlySet<string> {
  const granted = commands.filter(({ kind }) => kind === "reach-granted" || kind === "right-granted");
  return new Set(granted.flatMap(({ target }) => (target === null ? [] : [localPart(target)])));
}

/** What concerns no mail by itself comes last. */
function isAside({ kind }: DraftLine): boolean {
  return kind === "covering-tracks" || kind === "page-written";
}

function byWeight(a: DraftLine, b: DraftLine): number {
  const text = (line: DraftLine): string =>
    [line.server, line.kind, line.mailbox, line.protocol, line.target].join("\n");
  return (
    Number(isAside(a)) - Number(isAside(b)) ||
    MAIL_CONFIDENCES.indexOf(a.confidence) - MAIL_CONFIDENCES.indexOf(b.confidence) ||
    (a.firstMs ?? Infinity) - (b.firstMs ?? Infinity) ||
    (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0)
  );
}

/** Gives the lines their ids, actors and findings, and lists who stands behind the names in them. */
export function finishMail(
  { lines, context }: CollectedMail,
  known: { readonly findings: readonly Finding[]; readonly actorOf: ReadonlyMap<string, string> },
): { readonly mailboxes: readonly MailboxLine[]; readonly identities: readonly Identity[] } {
  const placed = placesOf(known.findings);
  const labels = labelsOf(lines, context);
  const mailboxes = lines.map((draft, index) => {
    const line = finishLine(draft, `M${String(index + 1)}`, { ...context, labels });
    const actors = [...new Set(line.addresses.flatMap((address) => known.actorOf.get(address) ?? []))];
    const ids = line.citations.flatMap((citation) => placed.get(placeKey(citation)) ?? []);
    const findings = known.findings.filter(
      (finding) => finding.server === line.server && ids.includes(finding.id),
    );
    return {
      ...line,
      actor: actors.length === 1 ? (actors[0] ?? null) : null,
      findings: findings.map(({ id }) => id),
    };
  });
  const names = lines.flatMap(({ mailbox, actor }) => [mailbox, actor]).filter((name) => name !== null);
  return { mailboxes, identities: context.identities.list(names) };
}

/** One record has the address, another only the alias: all lines of a mailbox are called alike. */
function labelsOf(
  lines: readonly DraftLine[],
  { identities }: Pick<LineContext, "identities">,
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { mailbox } of lines) {
    if (mailbox === null) continue;
    const { key, label } = identities.of(mailbox);
    if (label.includes("@") && !labels.has(key)) labels.set(key, label);
  }
  return labels;
}

function placesOf(findings: readonly Finding[]): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const { id, citations } of findings)
    for (const citation of citations) {
      const key = placeKey(citation);
      places.set(key, [...(places.get(key) ?? []), id]);
    }
  return places;
}

function placeKey(citation: Finding["citations"][number]): string {
  return `${citation.evidence} ${String(citation.offset)}`;
}
