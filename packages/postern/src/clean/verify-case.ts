import { VERSION } from "../core/index.ts";
import { atLeast, counts, type Assessment, type Verification, type VerifiedPatch } from "../model/index.ts";
import { compareFindings } from "./compare-findings.ts";

/** What a verification is made from. */
export interface VerifyInput {
  /** The old case, with what is acknowledged marked. */
  readonly before: Assessment;
  /** The new evidence, assessed by the rules of today. */
  readonly now: Assessment;
  /** From when on records count as new; null: from the newest record of the old case on. */
  readonly since: string | null;
  readonly signed: { readonly by: string; readonly date: string } | null;
}

/** Compares a case with new evidence. Pure. */
export function verifyCase({ before, now, since, signed }: VerifyInput): Verification {
  const from = since ?? before.scope.asOf;
  const { findings, added } = compareFindings({
    before,
    now,
    sinceMs: from === null ? null : Date.parse(from),
  });
  // An attempt that did nothing is no fault that could be gone: every public server sees some every day.
  const serious = new Set(
    before.findings.filter((one) => atLeast(one.rung, "L1") && counts(one)).map(({ id }) => id),
  );
  const bad = findings.filter(
    ({ state, finding }) => serious.has(finding) && (state === "still there" || state === "changed"),
  );
  const newOnes = added.filter(({ finding }) =>
    atLeast(now.findings.find(({ id }) => id === finding)?.rung ?? null, "L1"),
  );
  const open = findings.filter(({ state, finding }) => serious.has(finding) && state === "cannot tell");
  const outcome = bad.length + newOnes.length > 0 ? "not gone" : open.length > 0 ? "open" : "gone";
  return {
    schema: "postern.verification/1",
    tool: {
      name: "postern",
      version: VERSION,
      rules: now.tool.rules,
      sameRules: before.tool.rules === now.tool.rules,
    },
    outcome,
    summary: summaryOf(outcome, { bad: bad.length, added: newOnes.length, open: open.length }),
    verdict: { before: before.verdict, now: now.verdict },
    since: from,
    newestEvidence: now.scope.asOf,
    findings,
    added,
    patch: patchOf(before, now),
    byHand: BY_HAND,
    signed,
  };
}

function summaryOf(
  outcome: Verification["outcome"],
  numbers: { readonly bad: number; readonly added: number; readonly open: number },
): string {
  const count = (n: number, one: string, many: string): string =>
    n === 1 ? `one ${one}` : `${String(n)} ${many}`;
  if (outcome === "gone")
    return "Everything that was found is gone or did not happen again, and nothing new was found.";
  const open =
    numbers.open === 0
      ? ""
      : ` For ${count(numbers.open, "finding", "findings")} the new evidence cannot tell.`;
  if (outcome === "open") return `Nothing was found again and nothing new.${open}`;
  const parts = [
    ...(numbers.bad === 0
      ? []
      : [`${count(numbers.bad, "finding is", "findings are")} still there or changed`]),
    ...(numbers.added === 0 ? [] : [`${count(numbers.added, "finding is", "findings are")} new`]),
  ];
  return `It is not gone: ${parts.join(", and ")}.${open}`;
}

function patchOf(before: Assessment, now: Assessment): readonly VerifiedPatch[] {
  return before.servers.map(({ name, patch }) => {
    const found =
      now.servers.find((server) => server.name.toLowerCase() === name.toLowerCase()) ??
      (before.servers.length === 1 && now.servers.length === 1 ? now.servers[0] : undefined);
    return {
      server: name,
      before: { level: patch.level, build: patch.build },
      now: found === undefined ? null : { level: found.patch.level, build: found.patch.build },
      next: found?.patch.next ?? "",
    };
  });
}

/** What the reference list of a clean-up asks and no log or file shows. CISA ED 21-02 and its supplements, Microsoft's guidance. */
const BY_HAND: readonly string[] = [
  "HealthChecker shows no red line, also for Extended Protection, signing of serialized data, schema and domain preparation.",
  "Tasks, services, WMI consumers, run keys, drivers and local administrators are those of a clean server.",
  "Mailbox Import Export, ApplicationImpersonation and Mailbox Search are held by nobody or by approved accounts; full access, send-as and forwarding to outside are approved.",
  "The administrator audit log is on and keeps 90 days or more; mailbox auditing is on, without bypass.",
  "Every new password, key and certificate has a date later than the removal.",
  "A full scan of an antivirus that is up to date found nothing; it is repeated weekly for four weeks.",
];
