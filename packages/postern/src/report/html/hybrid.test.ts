import { expect, test } from "vitest";
import { noHybrid } from "../../model/testing/index.ts";
import { htmlText } from "../html-template.ts";
import { hybridPart } from "./hybrid.ts";

const citation = {
  evidence: "0".repeat(64),
  path: "x",
  offset: 0,
  length: 0,
  record: null,
  excerpt: "",
  time: null,
};

function shown(more: Parameters<typeof noHybrid>[0]): string {
  const part = hybridPart(noHybrid(more));
  return part === null ? "" : htmlText(part);
}

test("nothing is shown where nothing speaks for Exchange Online", () => {
  expect(shown({})).toBe("");
  expect(shown({ state: "no", note: "none" })).toBe("");
});

test("facts, mailboxes with their days, the shared identity and the searches are shown, inert", () => {
  const text = shown({
    state: "yes",
    note: "Mailboxes also live in Exchange Online.",
    facts: [
      {
        text: 'The connector "<b>x</b>" carries mail.',
        strength: "strong",
        firstSeen: null,
        lastSeen: null,
        citations: [],
      },
    ],
    mailboxes: {
      local: 28,
      online: 12,
      left: 3,
      spans: [
        {
          mailbox: "<i>@larchmere.example",
          where: "online",
          from: null,
          to: null,
          how: "its mail goes elsewhere",
          citation,
        },
      ],
    },
    sharedIdentity: {
      state: "patched-not-fixed",
      why: "No application is set up.",
      missing: ["An export of the tenant."],
    },
    cannotAnswer: ["Whether mail online was read."],
    askCloud: [{ title: "Mail that was read", search: "MailItemsAccessed", why: "The only record." }],
  });
  expect(text).not.toMatch(/<b>x|<i>@/u);
  for (const words of [
    "28 here, 12 in Exchange Online",
    "open: updated, but not set up",
    "MailItemsAccessed",
    "and 3 more mailboxes",
    "Whether mail online was read.",
  ])
    expect(text).toContain(words);
});
