import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Build } from "../../knowledge/index.ts";
import { loadKnowledge, parseBuild } from "../../knowledge/index.ts";
import type { BuildSpan } from "../../model/index.ts";
import type { PatchInput } from "./index.ts";
import { assessPatch, describePatch, fixedSpans, patchReport } from "./index.ts";

const knowledge = loadKnowledge();
const PROXYLOGON = ["CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858", "CVE-2021-27065"];
const LOGS = "#Version header of HttpProxy logs";

function build(text: string): Build {
  const parsed = parseBuild(text);
  if (parsed === null) throw new Error(`not a build: ${text}`);
  return parsed;
}

/** Days of March 2021; 0 and below reach back into February. */
function span(text: string, first: number | null, last: number | null, source: string = LOGS): BuildSpan {
  const at = (day: number | null): string | null =>
    day === null ? null : new Date(Date.UTC(2021, 2, day, 12)).toISOString();
  return { build: text, name: null, first: at(first), last: at(last), source };
}

const UPDATED = [span("15.1.2106.2", -5, 9), span("15.1.2106.13", 10, 20)];
const input: PatchInput = {
  builds: UPDATED,
  mitigations: [],
  asOf: "2021-03-20T12:00:00.000Z",
  cvesInScope: PROXYLOGON,
  exploitedAt: "2021-03-03T04:05:06.000Z",
};

describe("patch state", () => {
  test("of a server that was updated after it was exploited says so, and that patched does not mean clean", () => {
    const state = assessPatch(input, knowledge);
    expect(state.level).toBe("fixed");
    expect([state.build, state.support]).toEqual(["15.1.2106.13", "supported"]);
    expect(state.summary).toBe(
      "The server was on 15.1.2106.2 (Exchange 2016 CU18, no security update) from 23 February 2021 until 9 March 2021, " +
        "then on 15.1.2106.13 (Exchange 2016 CU18 Mar21SU) from 10 March 2021 until 20 March 2021. " +
        "That build holds the fixes of every flaw in scope that concerns it. " +
        "It was exploited on 3 March 2021, when it was on 15.1.2106.2, which had CVE-2021-26855, CVE-2021-26857, CVE-2021-26858, CVE-2021-27065. " +
        "An update closes the way in; it does not remove what was put on the server before. " +
        "Exchange 2016 has been out of support since 14 October 2025.",
    );
  });

  test("of a server that never got the update is not fixed, and the flaws in scope come first in what it lacks", () => {
    const state = assessPatch(
      { ...input, builds: [span("15.1.2176.2", 1, 20)], exploitedAt: null },
      knowledge,
    );
    expect(state.level).toBe("not-fixed");
    expect(state.lacks.slice(0, 4)).toEqual(PROXYLOGON);
    expect(state.summary).toContain("That build still has CVE-2021-26855");
  });

  test("is fixed although flaws are in scope that no build closes; those are told as settings, unless they are set", () => {
    const later: PatchInput = {
      ...input,
      builds: [span("15.2.1544.14", 1, 20)],
      cvesInScope: ["CVE-2022-41082", "CVE-2022-41076", "CVE-2024-21410"],
    };
    const state = assessPatch(later, knowledge);
    expect(state.level).toBe("fixed");
    const told = state.configurationNeeded.join("\n");
    expect(told).toContain("CVE-2022-41076: ");
    expect(told).toContain("CVE-2024-21410: ");
    const on = assessPatch({ ...later, extendedProtection: { state: "on", why: "It is on." } }, knowledge);
    expect(on.configurationNeeded.join("\n")).not.toContain("CVE-2024-21410: ");
    expect(on.extendedProtection).toEqual({ state: "on", why: "It is on." });
    const old = { ...later, builds: [span("15.1.2507.6", 1, 20)], cvesInScope: ["CVE-2024-21410"] };
    expect(assessPatch(old, knowledge).level).toBe("not-fixed");
  });

  test("says when the build on the day of the exploitation was not seen", () => {
    const builds = [span("15.1.2106.2", -5, 1), span("15.1.2106.13", 10, 20)];
    expect(assessPatch({ ...input, builds }, knowledge).summary).toContain(
      "its build on that day was not seen (last seen before on 15.1.2106.2, first seen after on 15.1.2106.13)",
    );
  });

  test("says that AdminDisplayVersion shows the CU only, and does not call such a server unpatched", () => {
    const builds = [span("15.1.2106.2", 20, 20, "AdminDisplayVersion (shows the CU only)")];
    const state = assessPatch({ ...input, builds, exploitedAt: null }, knowledge);
    expect(state.level).toBe("unknown");
    expect(state.summary).toContain("shows the CU only");
    expect(state.lacks).not.toContain("CVE-2021-26855");
  });

  test("knows from the CU alone that a server is unpatched when its CU never got the fix", () => {
    const builds = [span("15.1.225.42", 20, 20, "AdminDisplayVersion (shows the CU only)")];
    expect(assessPatch({ ...input, builds }, knowledge).level).toBe("not-fixed");
  });

  test("follows the better source where another shows the CU only", () => {
    const builds = [...UPDATED, span("15.1.2106.2", 25, 25, "AdminDisplayVersion (shows the CU only)")];
    expect(assessPatch({ ...input, builds }, knowledge).build).toBe("15.1.2106.13");
  });

  test("is unknown without a build, and says what to read", () => {
    const state = assessPatch({ ...input, builds: [] }, knowledge);
    expect([state.level, state.build, state.support]).toEqual(["unknown", null, "unknown"]);
    expect(state.next).toContain("ExSetup.exe");
    expect(assessPatch({ ...input, builds: [span("rubbish", 1, 2)] }, knowledge).build).toBeNull();
  });

  test("keeps mitigations apart from the level and says that they are narrower", () => {
    const mitigations = ["Emergency Mitigation M1", "Emergency Mitigation M1"];
    const state = assessPatch({ ...input, builds: [span("15.1.2106.2", 1, 20)], mitigations }, knowledge);
    expect([state.level, state.mitigations]).toEqual(["not-fixed", ["Emergency Mitigation M1"]]);
    expect(state.summary).toContain("does not replace it");
  });

  test("judges support on the day of the evidence, what to do on the day of the knowledge", () => {
    const state = assessPatch({ ...input, asOf: "2021-03-20T00:00:00.000Z" }, knowledge);
    expect(state.support).toBe("supported");
    expect(state.next).toContain("Exchange SE");
    expect(assessPatch({ ...input, asOf: "2026-11-20T00:00:00.000Z" }, knowledge).support).toBe("out");
  });

  test("does not depend on the order of the builds", () => {
    expect(assessPatch({ ...input, builds: UPDATED.toReversed() }, knowledge)).toEqual(
      assessPatch(input, knowledge),
    );
  });
});

describe("when a server was vulnerable", () => {
  function brief(builds: readonly BuildSpan[], cve = "CVE-2021-26855"): readonly string[] {
    return fixedSpans(knowledge, cve, builds).map(
      (one) => `${one.from?.slice(5, 10) ?? "?"} ${one.to?.slice(5, 10) ?? "?"} ${one.state}`,
    );
  }

  test("is unknown before the first build and between two builds", () => {
    expect(brief(UPDATED)).toEqual([
      "? 02-23 unknown",
      "02-23 03-09 vulnerable",
      "03-09 03-10 unknown",
      "03-10 03-20 fixed",
    ]);
  });

  test("starts with the installation when setup says so", () => {
    const builds = [span("15.1.2106.2", 1, 1, "ExchangeSetup.log, first installation"), ...UPDATED.slice(1)];
    expect(brief(builds)).toEqual(["03-01 03-01 vulnerable", "03-01 03-10 unknown", "03-10 03-20 fixed"]);
  });

  test("joins builds of the same state", () => {
    const builds = [span("15.1.2044.4", 1, 3), span("15.1.2106.2", 5, 9)];
    expect(brief(builds)).toEqual(["? 03-01 unknown", "03-01 03-09 vulnerable"]);
  });

  test("counts as vulnerable where an old and a new build overlap", () => {
    expect(brief([span("15.1.2106.2", 1, 9), span("15.1.2106.13", 8, 20)])).toEqual([
      "? 03-01 unknown",
      "03-01 03-09 vulnerable",
      "03-09 03-20 fixed",
    ]);
    expect(brief([span("15.1.2106.13", 1, 20), span("15.1.2106.2", 8, 9)])).toEqual([
      "? 03-01 unknown",
      "03-01 03-08 fixed",
      "03-08 03-09 vulnerable",
      "03-09 03-20 fixed",
    ]);
  });

  test("is unknown altogether without dated builds", () => {
    expect(brief([])).toEqual(["? ? unknown"]);
    expect(brief([span("15.1.2106.2", null, null)])).toEqual(["? ? unknown"]);
  });

  test("is fixed for a product that the flaw does not concern", () => {
    expect(brief([span("15.0.1497.2", 1, 2)], "CVE-2021-42321").at(-1)).toBe("03-01 03-02 fixed");
  });

  test("is told in spans without holes and in order, whatever the builds", () => {
    const builds = fc.array(
      fc
        .tuple(
          fc.constantFrom("15.1.2106.2", "15.1.2106.13", "15.0.847.32", "15.1.9.9", "x"),
          fc.nat(20),
          fc.nat(9),
        )
        .map(([text, first, length]) => span(text, first, first + length)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(builds, (all) => {
        const spans = fixedSpans(knowledge, "CVE-2021-26855", all);
        expect(spans.length).toBeGreaterThan(0);
        for (const [i, one] of spans.entries()) {
          if (i > 0) expect(one.from).toBe(spans[i - 1]?.to);
          expect((one.from ?? "") <= (one.to ?? "\uffff")).toBe(true);
        }
      }),
    );
  });
});

describe("postern patch", () => {
  test("says what a build is, what it lacks and what to install", () => {
    const report = patchReport(build("15.02.2562.017"), knowledge, "2026-11-24");
    expect([report.build, report.name, report.exact, report.support]).toEqual([
      "15.2.2562.17",
      "Exchange SE RTM",
      true,
      "supported",
    ]);
    expect(report.lacks[0]).toEqual({
      cve: "CVE-2026-42897",
      alias: "OWA stored XSS zero-day",
      kind: "XSS / spoofing (mail opened in OWA)",
      tier: 1,
      kev: true,
      fixedBy: "Jun26SU",
      fixedIn: "15.2.2562.43",
    });
    expect(report.next).toMatchObject({ action: "install-update", build: "15.2.2562.56" });
    expect(report.knowledgeAsOf).toBe(knowledge.asOf);
  });

  test("warns that a CU without an update may be all that Get-ExchangeServer shows", () => {
    const text = describePatch(build("15.1.2507.6"), knowledge, "2026-11-24");
    expect(text).toContain("AdminDisplayVersion");
    expect(text).toContain("A patched server is not a clean one");
    expect(text).toContain("Out of support on 24 November 2026 (support ended on 14 October 2025).");
    for (const line of text.split("\n"))
      if (/^ +CVE-\d+-\d+,/.test(line)) expect(line.length).toBeLessThanOrEqual(110);
  });

  test("says for 2013 what nobody can say", () => {
    const report = patchReport(build("15.0.1497.48"), knowledge, "2026-11-24");
    expect(report.lacks).toEqual([]);
    expect(report.cannotTell).toContain("CVE-2026-42897");
    expect(describePatch(build("15.0.1497.48"), knowledge, "2026-11-24")).toContain(
      "Lacks no fix that its product ever got.",
    );
  });

  test("does not take an unlisted number for a listed one", () => {
    const near = patchReport(build("15.1.2106.12"), knowledge, "2021-03-20");
    expect([near.exact, near.name]).toEqual([false, "Exchange 2016 CU18 Feb21SU"]);
    expect(near.notes[0]).toContain("itself is not listed");
    const newer = patchReport(build("15.2.3000.1"), knowledge, "2026-12-24");
    expect([newer.product, newer.name]).toEqual(["SE", null]);
    expect(newer.notes.join(" ")).toContain("Updates published after 24 November 2026 are not known.");
  });

  test("says that Exchange Online and other numbers are none of its business", () => {
    expect(describePatch(build("15.20.3890.30"), knowledge, "2026-11-24").split("\n")).toEqual([
      "15.20.3890.30: not a listed build of Exchange Server",
      "15.20.3890.30 is not a build of Exchange Server 2013 or later.",
    ]);
  });

  test("answers for every listed build", () => {
    for (const row of knowledge.builds) {
      const text = describePatch(row.build, knowledge, "2026-11-24");
      expect(text).toContain(`${row.build.text}: Exchange ${row.product}`);
      expect(text).not.toMatch(/undefined|null/);
    }
  });
});
