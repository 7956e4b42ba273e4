import type { Assessment } from "../../model/index.ts";
import {
  assessmentOf,
  citationOf,
  coverageOf,
  cveOf,
  evidenceOf,
  findingOf,
  patchOf,
  serverOf,
  sourceOf,
} from "./build.ts";

const DAYS = { from: "2021-02-05", states: "p".repeat(36) };

function wholeCoverage(): ReturnType<typeof coverageOf> {
  return coverageOf({
    first: "2021-02-05T00:00:02.000Z",
    last: "2021-03-12T23:59:51.000Z",
    sources: [
      sourceOf("httpproxy/Ecp", "HttpProxy logs of ECP", DAYS),
      sourceOf("iis-front-end", "IIS logs of the front end", DAYS),
    ],
  });
}

/** Tried and refused. */
export function attempted(): Assessment {
  return assessmentOf({
    verdict: "attempted",
    summary: "Somebody tried to break in on 4 March 2021 and did not get in: every request was refused.",
    firstSteps: [
      {
        title: "Install the newest update",
        detail: "The server lacks later fixes.",
        cost: "1 to 2 hours. Mail stops meanwhile.",
        findings: [],
      },
    ],
    servers: [
      serverOf({
        verdict: "attempted",
        summary: "42 requests were refused.",
        patch: patchOf({
          level: "fixed",
          build: "15.1.2176.9",
          support: "out",
          summary: "The update was in place before the first attempt.",
        }),
        cves: {
          "CVE-2021-26855": cveOf({
            verdict: "attempted",
            rung: "L0",
            findings: ["F1"],
            why: "All answers are errors.",
          }),
        },
        coverage: wholeCoverage(),
      }),
    ],
    findings: [
      findingOf({
        id: "F1",
        title: "Requests that try the ProxyLogon hole",
        kind: "ssrf-refused",
        rung: "L0",
        count: 42,
        citations: [citationOf("u_ex210304.log", 7, "2021-03-04 10:00:00 POST /ecp/y.js 500")],
      }),
    ],
    story: [
      {
        time: "2021-03-04T10:00:00.000Z",
        server: "S1",
        rung: "L0",
        text: "A request is refused.",
        finding: "F1",
        actor: null,
      },
    ],
    evidence: [evidenceOf({ path: "C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210304.log" })],
  });
}

/** Logs of the days that count are missing; two years of them are there, so the grid is in weeks. */
export function cannotTell(): Assessment {
  return assessmentOf({
    verdict: "cannot-tell",
    summary:
      "We cannot say whether somebody broke in: the logs that would show it are missing for 3 to 9 March 2021.",
    firstSteps: [
      {
        title: "Look for older copies of the logs",
        detail: "Backups, shadow copies and a log server may hold HttpProxy logs of March 2021.",
        cost: "Changes nothing.",
        findings: [],
      },
    ],
    servers: [
      serverOf({
        verdict: "cannot-tell",
        summary: "HttpProxy logs begin on 10 March.",
        cves: {
          "CVE-2021-26855": cveOf({
            verdict: "cannot-tell",
            why: "Seven days in the window have no HttpProxy log.",
            missing: ["HttpProxy logs, 3 to 9 March 2021"],
          }),
        },
        coverage: coverageOf({
          sources: [
            sourceOf("httpproxy/Ecp", "HttpProxy logs of ECP", {
              from: "2019-06-01",
              states: "m".repeat(648) + "p".repeat(30),
            }),
            sourceOf("iis-front-end", "IIS logs of the front end", {
              from: "2019-06-01",
              states: "pppppmm".repeat(60) + "p".repeat(258),
            }),
          ],
          notSeen: ["HttpProxy logs of 3 to 9 March 2021 are missing."],
        }),
      }),
    ],
  });
}

/** Nothing found, everything there. */
export function noTrace(): Assessment {
  return assessmentOf({
    verdict: "no-trace",
    summary: "No trace of a break-in through ProxyLogon in the logs from 5 February to 12 March 2021.",
    servers: [
      serverOf({
        verdict: "no-trace",
        summary: "All evidence that would show it is there.",
        cves: { "CVE-2021-26855": cveOf({ verdict: "no-trace", why: "No request of this kind." }) },
        coverage: wholeCoverage(),
      }),
    ],
  });
}

/** An empty folder was given. */
export function noEvidence(): Assessment {
  const base = assessmentOf({
    verdict: "cannot-tell",
    summary: "We cannot say anything: nothing of an Exchange server was found in what was given.",
  });
  return {
    ...base,
    scope: { ...base.scope, asOf: null },
    evidence: [
      evidenceOf({
        path: "holiday.jpg",
        artifact: "unknown",
        server: null,
        records: 0,
        sizeBytes: 0,
        first: null,
        last: null,
        state: "not-understood",
      }),
    ],
  };
}
