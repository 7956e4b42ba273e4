import { longDay } from "../../core/index.ts";
import type {
  Answer,
  Dwell,
  Confidence,
  Finding,
  MailboxLine,
  MailKind,
  ServerAssessment,
  Step,
  Verdict,
} from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";
import { shortList } from "../short-list.ts";

/** What the answers are made from: parts of the assessment that are done. */
export interface AnswersInput {
  readonly verdict: Verdict;
  readonly servers: readonly ServerAssessment[];
  readonly findings: readonly Finding[];
  readonly mailboxes: readonly MailboxLine[];
  readonly firstSteps: readonly Step[];
}

/**
 * The questions that everybody asks after "was it broken into?", in the order in which they ask them, each with a short answer. Nothing is
 * claimed that the parts do not hold: silence is named as silence.
 */
export function answersOf(input: AnswersInput): readonly Answer[] {
  return [since(input), mail(input), open(input), now(input), sure(input)];
}

function since({ verdict, servers, findings }: AnswersInput): Answer {
  const question = "Since when?";
  const dwell = servers
    .flatMap((server) => server.dwell ?? [])
    .sort((a, b) => (a.brokenIn < b.brokenIn ? -1 : 1))[0];
  if (dwell !== undefined)
    return { question, answer: `${moment(dwell.brokenIn)}.`, detail: dwellInShort(dwell) };
  if (verdict === "compromised")
    return { question, answer: "It cannot be told.", detail: "No record of the break-in has a time." };
  const tried = findings
    .filter((finding) => finding.rung === "L0")
    .flatMap((finding) => finding.firstSeen ?? [])
    .sort()[0];
  if (tried !== undefined)
    return { question, answer: `Tried since ${longDay(tried)}.`, detail: "Nothing shows that it worked." };
  return { question, answer: "Nothing shows a break-in.", detail: "" };
}

/** The whole of it stands with the server. */
function dwellInShort({ lastSign, fixedSince, disclosed }: Dwell): string {
  return [
    disclosed === null ? "" : `The flaw became public on ${longDay(disclosed)}.`,
    fixedSince === null ? "" : `Update first seen on ${longDay(fixedSince)}.`,
    `Last sign on ${longDay(lastSign)}.`,
  ]
    .filter((text) => text !== "")
    .join(" ");
}

const MAILBOXES_NAMED = 4;
const CERTAINTIES = ["proven", "likely", "possible"] as const;
const SILENCE = "That is no proof that no mail was read: these logs do not record every way to read it.";

/** Acts that say nothing about whose mail somebody has. */
const NOT_MAIL: ReadonlySet<MailKind> = new Set(["covering-tracks", "page-written"]);

/** Each mailbox once, under the best that is known of it. */
function mail({ mailboxes }: AnswersInput): Answer {
  const question = "Whose mail?";
  const named = new Set<string>();
  const parts = CERTAINTIES.flatMap((certainty) => {
    const names = mailboxes
      .filter((line) => line.confidence === certainty && !NOT_MAIL.has(line.kind))
      .flatMap(({ mailbox }) => (named.has(mailbox) ? [] : (named.add(mailbox), [mailbox])));
    return names.length === 0 ? [] : [`${capital(certainty)}: ${shortList(names, MAILBOXES_NAMED)}.`];
  });
  if (parts.length === 0) return { question, answer: "No mailbox is named.", detail: SILENCE };
  const detail = "See the ledger below for what was done and how it is known.";
  return { question, answer: parts.join(" "), detail };
}

/** Settings that go on letting mail or rights out until somebody removes them. */
const STAYS: ReadonlySet<MailKind> = new Set([
  "forwarding-set",
  "rule-set",
  "transport-rule-set",
  "reach-granted",
  "right-granted",
  "device-allowed",
]);

function open({ servers, findings, mailboxes }: AnswersInput): Answer {
  const question = "What is still open?";
  const doors = findings.filter(
    (finding) => finding.kind === "web-shell-file" && atLeast(finding.rung, "L2"),
  ).length;
  const settings = mailboxes.filter((line) => STAYS.has(line.kind)).length;
  const unpatched = servers
    .filter((server) => server.patch.level === "not-fixed")
    .map((server) => server.name);
  const unknown = servers.filter((server) => server.patch.level === "unknown").map((server) => server.name);
  const looked = servers.every((server) =>
    server.coverage.sources.some((source) => source.source.startsWith("web-folders/") && source.items > 0),
  );
  const answers = [
    doors === 0 ? "" : `${doors === 1 ? "One back door" : `${String(doors)} back doors`} on the disk.`,
    settings === 0
      ? ""
      : `${settings === 1 ? "One setting that lets" : `${String(settings)} settings that let`} mail out, unless somebody removed ${settings === 1 ? "it" : "them"}.`,
    unpatched.length === 0 ? "" : `The hole: no fix on ${shortList(unpatched, 3)}.`,
  ].filter((text) => text !== "");
  const details = [
    looked ? "" : "The web folders are not in this evidence, so back doors in them would not have been seen.",
    unknown.length === 0 ? "" : `Whether ${shortList(unknown, 3)} has the fix cannot be told.`,
  ].filter((text) => text !== "");
  const nothing = looked ? "Nothing that this evidence shows." : "It cannot be told.";
  return { question, answer: answers.length === 0 ? nothing : answers.join(" "), detail: details.join(" ") };
}

function now({ firstSteps }: AnswersInput): Answer {
  const question = "What now?";
  const [first, ...rest] = firstSteps;
  if (first === undefined) return { question, answer: "Keep the evidence.", detail: "" };
  return {
    question,
    answer: `${first.title}.`,
    detail: rest.map((step) => `Then: ${step.title}.`).join(" "),
  };
}

const SURE: Readonly<Record<Confidence, string>> = {
  high: "Proven by the records themselves.",
  medium: "One good sign, or several weak ones.",
  low: "One weak sign.",
};

function sure({ verdict, findings, servers }: AnswersInput): Answer {
  const question = "How sure?";
  const unseen = servers.reduce((sum, server) => sum + server.coverage.notSeen.length, 0);
  const detail =
    unseen === 0 ? "" : `${unseen === 1 ? "One thing" : `${String(unseen)} things`} could not be seen.`;
  if (verdict === "cannot-tell")
    return { question, answer: "Evidence is missing for days that matter.", detail };
  if (verdict === "no-trace")
    return { question, answer: "The evidence that would show it is there.", detail };
  const counted = findings.filter((finding) =>
    verdict === "compromised" ? atLeast(finding.rung, "L1") : finding.rung === "L0",
  );
  const best = (["high", "medium", "low"] as const).find((confidence) =>
    counted.some((finding) => finding.confidence === confidence),
  );
  return { question, answer: SURE[best ?? "low"], detail };
}

function moment(time: string): string {
  return `${longDay(time)}, ${time.slice(11, 16)} UTC`;
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
