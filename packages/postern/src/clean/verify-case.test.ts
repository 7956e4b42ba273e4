import { describe, expect, it } from "vitest";
import type { Assessment, EvidenceEntry, Finding, Verification } from "../model/index.ts";
import { sampleAssessment } from "../model/testing/index.ts";
import { verifyCase } from "./verify-case.ts";

const [sampleFinding] = sampleAssessment.findings;
const [sampleEntry] = sampleAssessment.evidence;
const WEB = "C:\\inetpub\\wwwroot\\";
const LOG = "C:\\inetpub\\logs\\LogFiles\\W3SVC1\\";

const hashOf = (name: string): string =>
  Buffer.from(name.padEnd(32, "."), "latin1").toString("hex").slice(0, 64);

function entryOf(path: string, content: string, more: Partial<EvidenceEntry> = {}): EvidenceEntry {
  if (sampleEntry === undefined) throw new Error("the sample has no evidence");
  return {
    ...sampleEntry,
    path,
    origin: path,
    sha256: hashOf(content),
    artifact: "web-file",
    server: null,
    first: null,
    last: null,
    state: "read",
    ...more,
  };
}

function shellOf(id: string, path: string, content: string): Finding {
  if (sampleFinding === undefined) throw new Error("the sample has no finding");
  return {
    ...sampleFinding,
    id,
    kind: "web-shell-file",
    rung: "L2",
    firstSeen: null,
    lastSeen: null,
    rules: ["rule/a"],
    entities: { files: [path], hashes: [hashOf(content)] },
    citations: [
      { evidence: hashOf(content), path, offset: 0, length: 1, record: null, excerpt: "x", time: null },
    ],
  };
}

function usedOf(id: string, last: string): Finding {
  if (sampleFinding === undefined) throw new Error("the sample has no finding");
  return {
    ...sampleFinding,
    id,
    kind: "web-shell-used",
    rung: "L3",
    firstSeen: last,
    lastSeen: last,
    entities: { urls: ["/a.aspx"] },
    citations: [
      {
        evidence: hashOf("log"),
        path: `${LOG}u.log`,
        offset: 0,
        length: 1,
        record: 7,
        excerpt: "x",
        time: last,
      },
    ],
  };
}

function caseOf(
  findings: readonly Finding[],
  evidence: readonly EvidenceEntry[],
  more: Partial<Assessment> = {},
): Assessment {
  return {
    ...sampleAssessment,
    findings,
    evidence,
    scope: { ...sampleAssessment.scope, asOf: "2021-03-10T00:00:00.000Z" },
    ...more,
  };
}

const START = entryOf(`${WEB}iisstart.htm`, "start");
const PAGE = `${WEB}aspnet_client\\a.aspx`;
const before = caseOf([shellOf("F1", PAGE, "shell")], [START, entryOf(PAGE, "shell")]);

function verify(now: Assessment, old: Assessment = before): Verification {
  return verifyCase({ before: old, now, since: null, signed: null });
}

describe("what became of a back door", () => {
  it("is gone when it is not there and what lay around it is in the new evidence", () => {
    const verification = verify(caseOf([], [START]));
    expect(verification.findings).toMatchObject([{ finding: "F1", state: "gone" }]);
    expect(verification.outcome).toBe("gone");
  });

  it("is still there when the same content is at the same place", () => {
    const verification = verify(caseOf([shellOf("F9", PAGE, "shell")], [START, entryOf(PAGE, "shell")]));
    expect(verification.findings).toMatchObject([{ state: "still there", now: "F9" }]);
    expect(verification.outcome).toBe("not gone");
    expect(verification.added).toEqual([]);
  });

  it("is changed when something of its kind is at the same place with another content", () => {
    const verification = verify(caseOf([shellOf("F9", PAGE, "other")], [START, entryOf(PAGE, "other")]));
    expect(verification.findings).toMatchObject([{ state: "changed", now: "F9" }]);
    expect(verification.outcome).toBe("not gone");
  });

  it("cannot be told when its folder is not in the new evidence", () => {
    const verification = verify(caseOf([], [entryOf(`${LOG}u.log`, "log", { artifact: "iis-w3c" })]));
    expect(verification.findings).toMatchObject([{ state: "cannot tell" }]);
    expect(verification.outcome).toBe("open");
  });

  it("cannot be told when the file could not be read", () => {
    const verification = verify(caseOf([], [START, entryOf(PAGE, "", { state: "unreadable" })]));
    expect(verification.findings).toMatchObject([{ state: "cannot tell" }]);
  });

  it("cannot be told when the new evidence is of another server", () => {
    const servers = sampleAssessment.servers.flatMap((one) => [
      { ...one, id: "S1", name: "OTHER" },
      { ...one, id: "S2", name: "THIRD" },
    ]);
    expect(verify(caseOf([], [START], { servers })).findings).toMatchObject([{ state: "cannot tell" }]);
  });

  it("is gone when the genuine file is back at its place", () => {
    const verification = verify(caseOf([], [START, entryOf(PAGE, "genuine")]));
    expect(verification.findings).toMatchObject([{ state: "gone" }]);
  });

  it("that was planted again under another name is a new finding that names the old one", () => {
    const other = `${WEB}aspnet_client\\system_web\\b.aspx`;
    const verification = verify(caseOf([shellOf("F1", other, "shell")], [START, entryOf(other, "shell")]));
    expect(verification.findings).toMatchObject([{ finding: "F1", state: "gone" }]);
    expect(verification.added).toMatchObject([{ finding: "F1", comesFrom: "F1" }]);
    expect(verification.added[0]?.why).toContain("planted again");
    expect(verification.outcome).toBe("not gone");
  });

  it("with the same signs but another content is linked to the old one, too", () => {
    const other = `${WEB}aspnet_client\\b.aspx`;
    const verification = verify(
      caseOf([shellOf("F4", other, "variant")], [START, entryOf(other, "variant")]),
    );
    expect(verification.added).toMatchObject([{ comesFrom: "F1" }]);
    expect(verification.added[0]?.why).toContain("same signs");
  });

  it("of another kind is new and linked to nothing", () => {
    const other = { ...shellOf("F4", `${WEB}c.aspx`, "else"), rules: ["rule/z"] };
    const verification = verify(caseOf([other], [START, entryOf(`${WEB}c.aspx`, "else")]));
    expect(verification.added).toMatchObject([{ comesFrom: null }]);
  });
});

describe("what happened in the logs", () => {
  const old = caseOf(
    [usedOf("F1", "2021-03-03T10:00:00.000Z")],
    [entryOf(`${LOG}u.log`, "log", { artifact: "iis-w3c", last: "2021-03-10T00:00:00.000Z" })],
  );
  const newLog = entryOf(`${LOG}v.log`, "newer", { artifact: "iis-w3c", last: "2021-04-10T00:00:00.000Z" });

  it("did not happen again when newer logs of this kind show nothing", () => {
    expect(verify(caseOf([], [newLog]), old).findings).toMatchObject([{ state: "gone" }]);
  });

  it("is still there when it happened again", () => {
    const now = caseOf([usedOf("F1", "2021-04-01T10:00:00.000Z")], [newLog]);
    expect(verify(now, old)).toMatchObject({ outcome: "not gone", findings: [{ state: "still there" }] });
  });

  it("cannot be told from the same logs again", () => {
    expect(verify(old, old)).toMatchObject({
      outcome: "open",
      findings: [{ state: "cannot tell" }],
      added: [],
    });
  });

  it("counts from the time that was named", () => {
    const now = caseOf([usedOf("F1", "2021-04-01T10:00:00.000Z")], [newLog]);
    const verification = verifyCase({ before: old, now, since: "2021-04-05T00:00:00.000Z", signed: null });
    expect(verification.findings).toMatchObject([{ state: "gone" }]);
  });
});

describe("a verification", () => {
  it("reads the patch state anew and says when other rules judged", () => {
    const now = caseOf([], [START], { tool: { ...sampleAssessment.tool, rules: "f".repeat(64) } });
    const verification = verify(now);
    expect(verification.patch).toHaveLength(sampleAssessment.servers.length);
    expect(verification.patch[0]?.now?.level).toBe(sampleAssessment.servers[0]?.patch.level);
    expect(verification.tool.sameRules).toBe(false);
  });

  it("shows an explained finding as such, with what it would be otherwise", () => {
    const acknowledged = {
      reason: "our own test",
      by: "A. Admin",
      at: "2021-03-11T00:00:00.000Z",
      until: "2021-12-31",
    };
    const old = caseOf([{ ...shellOf("F1", PAGE, "shell"), acknowledged }], [START, entryOf(PAGE, "shell")]);
    const verification = verify(caseOf([shellOf("F1", PAGE, "shell")], [START, entryOf(PAGE, "shell")]), old);
    expect(verification.findings).toMatchObject([{ state: "acknowledged" }]);
    expect(verification.findings[0]?.why).toContain("still there");
    expect(verification.outcome).toBe("gone");
  });
});
