import { expect, test } from "vitest";
import type { Finding, ServerAssessment, Verdict } from "../../model/index.ts";
import { sampleAssessment } from "../../model/testing/index.ts";
import { aFinding } from "../testing/index.ts";
import { caseSentence, scopeSentence, serverSentence } from "./sentences.ts";

function say(
  verdict: Verdict,
  findings: readonly Finding[],
  first: string | null = "2021-02-08T00:00:00.000Z",
): string {
  const coverage = { first, last: "2021-03-12T00:00:00.000Z", sources: [], gaps: [], notSeen: [] };
  return serverSentence({ name: "EX01", verdict, coverage, cves: {} }, findings);
}

test("a break-in is told by how far it went, since when, and whether back doors are left", () => {
  const at = (rung: Finding["rung"], more: Partial<Finding> = {}): Finding => aFinding({ rung, ...more });
  expect(say("compromised", [at("L1")])).toBe(
    "Somebody got into EX01 on 3 March 2021: they could act as someone else, and nothing is proven to be left behind.",
  );
  expect(say("compromised", [at("L1"), at("L2", { firstSeen: null })])).toBe(
    "EX01 was broken into on 3 March 2021: something on the server was changed.",
  );
  expect(say("compromised", [at("L3", { kind: "web-shell-file", firstSeen: null })])).toBe(
    "EX01 was broken into at an unknown time, and the intruder's code ran on it. One back door is still in its web folders.",
  );
  const doors = [1, 2].map(() => at("L2", { kind: "web-shell-file" }));
  expect(say("compromised", [...doors, at("L4")])).toBe(
    "EX01 was broken into on 3 March 2021, and data or passwords were very likely taken. 2 back doors are still in its web folders.",
  );
});

test("attempts before the break-in do not date it", () => {
  const early = aFinding({ rung: "L0", firstSeen: "2021-03-01T00:00:00.000Z" });
  expect(say("compromised", [early, aFinding()])).toContain("on 3 March 2021");
  expect(say("attempted", [early])).toBe(
    "Somebody tried to break into EX01 (first on 1 March 2021); nothing shows that it worked.",
  );
});

test("not knowing and finding nothing are two sentences", () => {
  expect(say("cannot-tell", [])).toBe(
    "It cannot be told whether EX01 was broken into: evidence is missing for days that matter.",
  );
  expect(say("cannot-tell", [aFinding({ rung: "L0" })])).toContain("and attempts were seen");
  expect(say("no-trace", [])).toBe(
    "Nothing shows that EX01 was broken into, and the evidence that would show it is there from 8 February 2021 to 12 March 2021.",
  );
});

test("the case is told by its worst server, and the others that share its verdict are named", () => {
  const sample = sampleAssessment.servers[0];
  if (sample === undefined) throw new Error("the sample has no server");
  const server = (name: string, verdict: Verdict): ServerAssessment => ({
    ...sample,
    name,
    verdict,
    summary: `${name} it is.`,
  });
  const all = [server("A", "no-trace"), server("B", "attempted"), server("C", "attempted")];
  expect(caseSentence("attempted", all)).toBe("B it is. The same holds for C.");
  expect(caseSentence("cannot-tell", [])).toContain("No evidence of an Exchange server was recognised");
});

test("where only flaws without a trace stay open, that is said, and not that evidence is missing", () => {
  const coverage = { first: null, last: null, sources: [], gaps: [], notSeen: [] };
  const open = { verdict: "cannot-tell", rung: null, findings: [], why: "", missing: [] } as const;
  const say = (cves: ServerAssessment["cves"], findings: readonly Finding[] = []): string =>
    serverSentence({ name: "EX01", verdict: "cannot-tell", coverage, cves }, findings);
  const traceless = { "CVE-2026-42897": { ...open, traceless: true } } as const;
  expect(say(traceless)).toBe(
    "Nothing shows that EX01 was broken into, but it cannot be ruled out: no log is known that shows the use of CVE-2026-42897.",
  );
  expect(say(traceless, [aFinding({ rung: "L0" })])).toContain("Attempts were seen");
  expect(say({ ...traceless, "CVE-2021-26855": open })).toContain("evidence is missing for days that matter");
});

test("an answer to one question says that it is one", () => {
  expect(scopeSentence([])).toBe("");
  expect(scopeSentence(["A", "B"])).toBe(" Only this was asked about: A; B.");
});
