import { describe, expect, test } from "vitest";
import type { Answer, MailboxLine } from "../../model/index.ts";
import { sampleAssessment } from "../../model/testing/index.ts";
import { answersOf, type AnswersInput } from "./answers.ts";

const { verdict, servers, findings, mailboxes, firstSteps } = sampleAssessment;
const input: AnswersInput = { verdict, servers, findings, mailboxes, firstSteps };

function answer(question: string, given: Partial<AnswersInput>): Answer {
  const found = answersOf({ ...input, ...given }).find((one) => one.question === question);
  if (found === undefined) throw new Error(`no answer to ${question}`);
  return found;
}

function line(given: Partial<MailboxLine>): MailboxLine {
  const [sample] = mailboxes;
  if (sample === undefined) throw new Error("the sample has a mailbox");
  return { ...sample, ...given };
}

describe("the answers of the first screen", () => {
  test("stand in the order in which people ask", () => {
    expect(answersOf(input).map((one) => one.question)).toEqual([
      "Since when?",
      "Whose mail?",
      "What is still open?",
      "What now?",
      "How sure?",
    ]);
  });
  test("a mailbox is named once, under the best that is known of it, and hiding an act is no reading", () => {
    const lines = [
      line({ mailbox: "ann@x.example", kind: "exported", confidence: "likely" }),
      line({ mailbox: "ann@x.example", kind: "covering-tracks", confidence: "proven" }),
      line({ mailbox: "ben@x.example", kind: "read", confidence: "proven" }),
      line({ mailbox: "ben@x.example", kind: "listed", confidence: "likely" }),
      line({ mailbox: "all mailboxes", kind: "reach-granted", confidence: "possible" }),
    ];
    expect(answer("Whose mail?", { mailboxes: lines }).answer).toBe(
      "Proven: ben@x.example. Likely: ann@x.example. Possible: all mailboxes.",
    );
  });
  test("silence of the logs is never called safety", () => {
    const silent = answer("Whose mail?", { mailboxes: [] });
    expect(silent.answer).toBe("No mailbox is named.");
    expect(silent.detail).toContain("no proof that no mail was read");
  });
  test("a forward that nobody removed is still open", () => {
    const open = answer("What is still open?", { mailboxes: [line({ kind: "forwarding-set" })] });
    expect(open.answer).toContain("One setting that lets mail out, unless somebody removed it.");
  });
  test("a hole without its fix is open, and folders that nobody gave are named", () => {
    const open = answer("What is still open?", { mailboxes: [] });
    expect(open.answer).toContain("The hole: no fix on MAIL01.");
    expect(open.detail).toContain("The web folders are not in this evidence");
  });
  test("without a dated break-in nothing is dated", () => {
    const undated = servers.map((server) => ({ ...server, dwell: null }));
    expect(answer("Since when?", { servers: undated }).answer).toBe("It cannot be told.");
    expect(answer("Since when?", { servers: undated, verdict: "no-trace", findings: [] }).answer).toBe(
      "Nothing shows a break-in.",
    );
  });
});
