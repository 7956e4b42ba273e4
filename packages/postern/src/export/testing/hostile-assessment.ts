import type { Assessment } from "../../model/index.ts";
import { sampleAssessment } from "../../model/testing/index.ts";

/** Text that is a formula, a link, a mention, HTML, a terminal command, a broken line and a fence all at once. */
export const HOSTILE =
  "=cmd|' /C calc'!A0 ```` <img src=x onerror=alert(1)> @admin #1 https://evil.example/ [x](javascript:1) \u001b[2J\u202e\r\n\"quoted\",'\\";

/** The sample assessment with hostile text in every string that evidence can fill. */
export function hostileAssessment(text: string = HOSTILE): Assessment {
  const [finding] = sampleAssessment.findings;
  const [server] = sampleAssessment.servers;
  const [line] = sampleAssessment.mailboxes;
  const [item] = sampleAssessment.evidence;
  const [entry] = sampleAssessment.story;
  const [actor] = sampleAssessment.actors;
  if (!finding || !server || !line || !item || !entry || !actor)
    throw new Error("the sample has lost a part");
  const lists = Object.fromEntries(
    Object.keys(finding.entities).map((name) => [name, [name === "addresses" ? "203.0.113.9" : text]]),
  );
  return {
    ...sampleAssessment,
    findings: [
      {
        ...finding,
        kind: "web-shell-file",
        rung: "L3",
        title: `A back door was found: ${text}`,
        why: text,
        entities: lists,
        citations: finding.citations.map((citation) => ({ ...citation, path: text, excerpt: text })),
      },
    ],
    servers: [{ ...server, name: "MAIL01", coverage: { ...server.coverage, notSeen: [text] } }],
    mailboxes: [{ ...line, mailbox: text, how: text, actedAs: text }],
    evidence: [{ ...item, path: text, origin: text, note: text }],
    story: [{ ...entry, text }],
    actors: [{ ...actor, userAgents: [text] }],
  };
}
