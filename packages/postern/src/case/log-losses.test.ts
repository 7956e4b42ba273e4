import { eventBody, eventDataTemplate, wide, wideList, writeLog } from "@postern/evtx/testing";
import type { NewEvent, NewRecord, XmlElement } from "@postern/evtx/testing";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Assessment } from "../model/index.ts";
import { runCase } from "./index.ts";

const NOON = 132_592_464_000_000_000n; // 2021-03-03T12:00:00Z
const SECOND = 10_000_000n;

function recordOf(id: number, event: Pick<NewEvent, "eventId" | "data" | "provider" | "channel">): NewRecord {
  const filetime = NOON + BigInt(id) * SECOND;
  const computer = "EX01.example.org";
  return {
    id: BigInt(id),
    filetime,
    body: eventBody({ ...event, computer, recordId: BigInt(id), timeCreated: filetime }),
  };
}

function cleared(id: number): NewRecord {
  const children: XmlElement[] = [
    { element: "SubjectUserName", children: ["helpdesk"] },
    { element: "SubjectDomainName", children: ["EXAMPLE"] },
  ];
  const bare = { element: "UserData", children: [{ element: "LogFileCleared", children }] };
  return recordOf(id, {
    eventId: 1102,
    provider: "Microsoft-Windows-Eventlog",
    channel: "Security",
    data: { bare },
  });
}

const DATA = eventDataTemplate([null]);

function cmdlet(id: number): NewRecord {
  const values = [wideList(["Get-Mailbox", '-Identity "x"', "example.org/Users/admin", "S-1-5-21-1"])];
  return recordOf(id, {
    eventId: 1,
    provider: "MSExchange CmdletLogs",
    channel: "MSExchange Management",
    data: { nested: { template: DATA, values } },
  });
}

const CLOCK = eventDataTemplate(["PreviousTime", "NewTime"]);
const clock = (id: number): NewRecord =>
  recordOf(id, {
    eventId: 4616,
    provider: "Microsoft-Windows-Security-Auditing",
    channel: "Security",
    data: {
      nested: {
        template: CLOCK,
        values: [wide("2021-03-03T12:00:00.0Z"), wide("2021-03-02T12:00:00.0Z")],
      },
    },
  });

describe("logs that lost records", () => {
  const folder = mkdtempSync(join(tmpdir(), "postern-logs-"));
  let assessment: Assessment;
  beforeAll(async () => {
    writeFileSync(join(folder, "Security.evtx"), writeLog([cleared(1), clock(2)]));
    const cmdlets = [1, 2, 3, 9, 10].map(cmdlet);
    writeFileSync(join(folder, "MSExchange Management.evtx"), writeLog(cmdlets));
    assessment = await runCase({ evidence: [folder] });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are findings without a rung, each with its proof", () => {
    const told = assessment.findings.map(({ kind, rung, count, firstSeen }) => [
      kind,
      rung,
      count,
      firstSeen?.slice(0, 19),
    ]);
    expect(told).toEqual([
      ["log-cleared", null, 1, "2021-03-03T12:00:01"],
      ["clock-changed", null, 1, "2021-03-03T12:00:02"],
      ["log-records-missing", null, 1, "2021-03-03T12:00:03"],
    ]);
    const [clearing, , missing] = assessment.findings;
    expect(clearing?.why).toContain("The event log Security was cleared by helpdesk (2021-03-03 12:00 UTC).");
    expect(clearing?.citations[0]?.record).toBe(1);
    expect(clearing?.citations[0]?.path).toMatch(/Security\.evtx$/u);
    expect(clearing?.citations[0]?.excerpt).toContain("SubjectUserName: helpdesk");
    expect(missing?.why).toContain("MSExchange Management: 5 records are missing between ids 3 and 9.");
  });

  it("are part of what could not be seen", () => {
    const coverage = assessment.servers[0]?.coverage;
    expect(coverage?.notSeen).toContain(
      "2021-03-03 12:00 UTC: The event log Security was cleared by helpdesk. What it held before is gone.",
    );
    expect(coverage?.gaps).toContainEqual({
      source: "windows-events/MSExchange Management",
      from: "2021-03-03T12:00:03.000Z",
      to: "2021-03-03T12:00:09.000Z",
      note: "Windows event log MSExchange Management: 5 records are missing by their numbers",
    });
  });

  it("make no break-in of it by themselves", () => {
    expect(assessment.verdict).not.toBe("compromised");
  });
});
