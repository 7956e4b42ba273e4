import { expect, it } from "vitest";

import { flattenMailbox, MAILBOX_COLUMNS } from "./flat-mailbox.ts";
import { sampleAssessment } from "./testing/index.ts";

it("a line of the ledger is one row with a value for each column, lists joined, and names its evidence by hash and byte", () => {
  const [line] = sampleAssessment.mailboxes;
  if (line === undefined) throw new Error("the sample has a line");
  const row = flattenMailbox(line);
  expect(Object.keys(row)).toEqual(MAILBOX_COLUMNS);
  expect(row).toMatchObject({
    mailbox: "head@school.example",
    operations: "GetItem 2",
    messages: 1,
    confidence: "possible",
  });
  expect(row.evidence).toMatch(/^[0-9a-f]{64}:\d+$/u);
});
