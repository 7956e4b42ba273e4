import { expect, it } from "vitest";

import type { MailboxLine } from "../model/index.ts";
import { renderHtml, renderTerminal } from "./index.ts";
import { mailboxesInShort } from "./mail-words.ts";
import { compromised, noTrace } from "./testing/index.ts";

const OPTIONS = { color: false, width: 100, reportPath: null, casePath: null };

function withLines(lines: readonly Partial<MailboxLine>[]): ReturnType<typeof compromised> {
  const assessment = compromised();
  const [line] = assessment.mailboxes;
  if (line === undefined) throw new Error("the sample has a line");
  return { ...assessment, mailboxes: lines.map((more) => ({ ...line, ...more })) };
}

it("a mailbox stands once on the first screen, with everything that was done to it, the gravest first", () => {
  const short = mailboxesInShort(
    withLines([
      { kind: "rule-set", confidence: "proven" },
      { kind: "forwarded", confidence: "proven" },
      { kind: "read", confidence: "likely" },
      { kind: "covering-tracks", confidence: "proven" },
    ]),
  );
  expect(short).toHaveLength(1);
  expect(short[0]?.what).toBe("messages sent on (proven), read (likely), inbox rule made (proven)");
});

it("how sure a line is stands there as a word, not only as a sign", () => {
  const assessment = withLines([{ confidence: "unknown", mailbox: "not named in the logs" }]);
  expect(renderTerminal(assessment, OPTIONS)).toMatch(/\? unknown +not named in the logs/u);
  expect(renderHtml(assessment)).toMatch(/<strong>Unknown<\/strong>/u);
});

it("without a line the statement of the logs stands there, and no word that nobody read mail", () => {
  const text = renderTerminal(noTrace(), OPTIONS);
  expect(text).toContain("No record of reading");
  expect(`${text}${renderHtml(noTrace())}`).not.toMatch(/no mail was|mail was not read/iu);
});
