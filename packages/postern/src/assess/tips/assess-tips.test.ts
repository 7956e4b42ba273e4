import { describe, expect, it } from "vitest";
import { indicatorOfTip, readTip, readTips } from "../../detect/index.ts";
import type { Finding, ServerAssessment, Tip } from "../../model/index.ts";
import { sampleAssessment } from "../../model/testing/index.ts";
import { assessTips, type TipLookedFor } from "./assess-tips.ts";

function lookedFor(text: string, index = 7): TipLookedFor {
  const tip = readTip(text);
  const indicator = indicatorOfTip(tip);
  return "wrong" in indicator
    ? { tip, indicator: null, index: -1, wrong: indicator.wrong }
    : { tip, indicator, index, wrong: "" };
}

const [sampleServer] = sampleAssessment.servers;
const [sampleFinding] = sampleAssessment.findings;
if (sampleServer === undefined || sampleFinding === undefined) throw new Error("the sample has lost a part");
const finding = (more: Partial<Finding>): Finding => ({ ...sampleFinding, entities: {}, ...more });
type Source = ServerAssessment["coverage"]["sources"][number];
const source = (name: string, days: readonly string[]): Source => ({
  ...{ source: name, title: name, items: 1, records: 9, damaged: 0, retention: "" },
  ...{ first: days[0] === undefined ? null : `${days[0]}T00:00:00.000Z`, last: null },
  days: days.map((day) => ({ day, state: "present", records: 9 })),
});
const server = (sources: readonly Source[]): ServerAssessment => ({
  ...sampleServer,
  addresses: ["203.0.113.200"],
  coverage: { ...sampleServer.coverage, sources },
});

function one(text: string, of: { sources?: readonly Source[]; findings?: readonly Finding[] }): Tip {
  const [tip] = assessTips([lookedFor(text)], {
    servers: [server(of.sources ?? [])],
    findings: of.findings ?? [],
  });
  if (tip === undefined) throw new Error("no tip");
  return tip;
}

const SHELL = "https://mail.victim.example/owa/auth/x.aspx,2021-03-05,Shadowserver";
const LOGS = [source("iis-front-end", ["2021-03-04", "2021-03-05", "2021-03-06"])];

describe("a tip", () => {
  it("is confirmed when requests for it were answered, or a finding names it", () => {
    const seen = one(SHELL, {
      sources: LOGS,
      findings: [finding({ id: "F3", rules: ["given/7"], rung: null })],
    });
    expect(seen).toMatchObject({
      ...{ id: "T1", kind: "page", state: "confirmed", findings: ["F3"], source: "Shadowserver" },
      time: "2021-03-05",
    });
    const named = finding({ id: "F4", rung: "L2", rules: [], entities: { urls: ["/owa/auth/X.aspx?a=1"] } });
    expect(one(SHELL, { findings: [named] }).state).toBe("confirmed");
  });

  it("is not confirmed by requests that the server refused", () => {
    const tip = one(SHELL, {
      sources: LOGS,
      findings: [finding({ id: "F3", rules: ["given/7/refused"], rung: null })],
    });
    expect(tip).toMatchObject({ state: "not-seen", findings: ["F3"] });
    expect(tip.text).toContain("answered that it was not there");
  });

  it("is not seen when the log of its day is there and shows nothing", () => {
    expect(one(SHELL, { sources: LOGS })).toMatchObject({ state: "not-seen", covered: ["iis-front-end"] });
  });

  it("is not checkable when nothing of its day is there, and says what is missing", () => {
    const tip = one(SHELL, { sources: [source("iis-front-end", ["2021-02-01"])] });
    expect(tip.state).toBe("not-checkable");
    expect(tip.missing[0]).toContain("iis-front-end of 2021-03-05");
    expect(one(SHELL, {}).missing).toEqual(["the web server log of the front end"]);
  });

  it("can be answered by the web folder in which the page would lie", () => {
    expect(one(SHELL, { sources: [source("web-folders/owa-auth", [])] }).state).toBe("not-seen");
    expect(one(SHELL, { sources: [source("web-folders/ecp-auth", [])] }).state).toBe("not-checkable");
  });

  it("about an address of the server itself, or of no understood kind, says why it cannot be checked", () => {
    expect(one("203.0.113.200", { sources: LOGS }).text).toContain("itself");
    expect(one("something odd", { sources: LOGS })).toMatchObject({ state: "not-checkable", kind: null });
    expect(one("10.9.9.9", { sources: LOGS }).text).toContain("inner address");
  });

  it("is read from the command line with or without time and source", () => {
    expect(readTip("203.0.113.9")).toEqual({ value: "203.0.113.9", timeMs: null, isDay: false, source: "" });
    expect(readTip("203.0.113.9, 2021-03-05T10:00:00+01:00, CERT, phone")).toEqual({
      ...{
        value: "203.0.113.9",
        timeMs: Date.parse("2021-03-05T09:00:00Z"),
        isDay: false,
        source: "CERT, phone",
      },
    });
    expect(readTip("203.0.113.9,CERT").source).toBe("CERT");
  });

  it("is read from a notice as CSV or JSON lines; beside a URL, the address is the server's own", () => {
    const csv = readTips(
      'timestamp,ip,url,tag\n"2021-03-05 10:00:00",192.0.2.1,/owa/auth/x.aspx,webshell\n,,,\n',
      "n.csv",
    );
    expect(csv.tips).toEqual([
      {
        value: "/owa/auth/x.aspx",
        timeMs: Date.parse("2021-03-05T10:00:00Z"),
        isDay: false,
        source: "webshell",
      },
    ]);
    expect(csv.problems.map(({ at, message }) => [at.line, message])).toEqual([
      [3, expect.stringContaining("names no URL")],
    ]);
    const lines = readTips(
      '{"ip":"203.0.113.9","timestamp":"2021-03-05","source":"x"}\nnonsense\n',
      "n.jsonl",
    );
    expect(lines.tips).toHaveLength(1);
    expect(lines.problems[0]?.at.line).toBe(2);
    expect(readTips("a,b\n1,2\n", "n.csv").problems).toHaveLength(1);
    expect(readTips("", "n.csv").problems).toHaveLength(1);
  });
});
