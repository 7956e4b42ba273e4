import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { fitRule, parseRule } from "@postern/sigma";

import { LOG_KINDS } from "../../artifacts/index.ts";
import { findDataFolder } from "../../knowledge/index.ts";
import { keepPipelines, loadPipelines, readPipeline } from "./pipelines.ts";

const scratch = mkdtempSync(join(tmpdir(), "postern-pipelines-"));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const pipelines = loadPipelines();

function recordsOf(logsource: string): readonly string[] {
  const { rule } = parseRule(
    `title: t\nlogsource: {${logsource}}\ndetection:\n  s: {a: x}\n  condition: s\n`,
    "t.yml",
  );
  if (rule === undefined) throw new Error(logsource);
  return fitRule(rule, pipelines).routed.map(({ records: { source, channels, events } }) =>
    [source, channels?.join("|") ?? "*", events?.join() ?? "*"].join(" "),
  );
}

describe("the pipelines that come with Postern", () => {
  it.each([
    [
      "category: process_creation, product: windows",
      ["security 4688", "microsoft-windows-sysmon/operational 1"],
    ],
    ["category: file_event, product: windows", ["microsoft-windows-sysmon/operational 11"]],
    ["category: pipe_created, product: windows", ["microsoft-windows-sysmon/operational 17,18"]],
    [
      "category: ps_script, product: windows",
      ["microsoft-windows-powershell/operational|powershellcore/operational 4104"],
    ],
    ["category: ps_classic_start, product: windows", ["windows powershell 400"]],
    ["product: windows, service: security", ["security *"]],
    ["product: windows, service: taskscheduler", ["microsoft-windows-taskscheduler/operational *"]],
    ["product: windows, service: msexchange-management", ["msexchange management *"]],
    ["product: windows", ["* *"]],
  ])("send rules of %s to the right events", (logsource, expected) => {
    expect([...recordsOf(logsource)].sort()).toEqual(expected.map((one) => `windows-event ${one}`).sort());
  });

  it("send rules for web servers to every access log, and rules for proxies to logs that may be a proxy's", () => {
    expect([...recordsOf("category: webserver")].sort()).toEqual([
      "exchange-httpproxy * *",
      "iis-w3c * *",
      "web-access * *",
    ]);
    expect(recordsOf("category: webserver, product: apache")).toHaveLength(3);
    expect(recordsOf("category: proxy")).toEqual(["web-access * *"]);
  });

  it("know Exchange's own logs by Postern's names", () => {
    expect(recordsOf("product: exchange, service: httpproxy")).toEqual(["exchange-httpproxy * *"]);
    expect(recordsOf("product: exchange, service: cmdlet")).toEqual([
      "exchange-cmdlet * *",
      "exchange-audit * *",
    ]);
  });

  it("leave out what Postern does not read", () => {
    expect(recordsOf("product: linux, category: process_creation")).toEqual([]);
    expect(recordsOf("product: aws, service: cloudtrail")).toEqual([]);
  });

  it("name only records that a reader makes", () => {
    const made = new Set([
      ...LOG_KINDS.map(({ artifact }) => artifact),
      "windows-event",
      "web-access",
      "raw-text",
      "exchange-mailbox-audit",
    ]);
    const named = pipelines.flatMap(({ routes }) => routes.map(({ records }) => records.source));
    expect(named.filter((source) => !made.has(source))).toEqual([]);
  });
});

describe("a pipeline of one's own", () => {
  it("is refused with the place of every mistake", () => {
    const file = join(scratch, "own.yml");
    writeFileSync(file, "transformations:\n  - type: no_such_step\n");
    expect(() => readPipeline(file)).toThrow(
      /own\.yml:2:\d+ the transformation "no_such_step" is not supported/u,
    );
  });
});

describe("pipelines that were kept", () => {
  it("are what reading them gives, as long as their files are the same", () => {
    const folder = join(scratch, "kept");
    cpSync(join(findDataFolder("knowledge"), "pipelines"), folder, { recursive: true });
    const file = join(scratch, "kept.json");
    const kept = keepPipelines(folder).map((one) => ({ ...one, pipeline: { ...one.pipeline, priority: 7 } }));
    writeFileSync(file, JSON.stringify(keepPipelines(folder)));
    expect(loadPipelines(folder, file)).toEqual(loadPipelines(folder, join(scratch, "none.json")));
    writeFileSync(file, JSON.stringify(kept));
    appendFileSync(join(folder, "web-access.yml"), "\n");
    const priorities = loadPipelines(folder, file).map(({ origin, priority }) => [
      origin.endsWith("web-access.yml"),
      priority === 7,
    ]);
    expect(priorities.every(([isChanged, isKept]) => isChanged !== isKept)).toBe(true);
  });
});
