import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";

import { loadPipelines } from "../../detect/index.ts";
import { hunt, type HuntOptions, type HuntResult, readRuleFiles, type RuleChoice } from "../index.ts";

/** All rules but deprecated and unsupported ones. */
export const ALL: RuleChoice = { level: null, statuses: null, exclude: [] };

/** What a rule's file says. */
export interface RuleParts {
  readonly logsource: string;
  readonly detection: string;
  readonly title?: string;
  readonly more?: string;
}

/** A folder with `rules/` and `evidence/`, new for each test. */
export class HuntingGround {
  readonly #scratch = mkdtempSync(join(tmpdir(), "postern-hunt-"));
  #round = 0;

  get folder(): string {
    return join(this.#scratch, String(this.#round));
  }

  startTest(): void {
    this.#round++;
  }

  remove(): void {
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  rule(name: string, { logsource, detection, title = name, more = "level: high" }: RuleParts): void {
    const body = detection.replace(/^/gm, "  ");
    const id = `00000000-0000-4000-8000-${name.padStart(12, "0")}`;
    this.write(
      `rules/${name}.yml`,
      `title: ${title}\nid: ${id}\n${more}\nlogsource: {${logsource}}\ndetection:\n${body}\n`,
    );
  }

  /** Rules and correlations of this test. */
  library(choice: RuleChoice = ALL): ReturnType<typeof readRuleFiles> {
    return readRuleFiles([join(this.folder, "rules")], choice);
  }

  async run(more: Partial<HuntOptions> = {}): Promise<HuntResult> {
    return hunt({
      evidence: [join(this.folder, "evidence")],
      rules: more.rules ?? this.library().rules,
      pipelines: loadPipelines(),
      sinceMs: null,
      untilMs: null,
      ...more,
    });
  }

  /** Titles of the rules that matched, with their counts; fast and plain way must agree. */
  async found(more: Partial<HuntOptions> = {}): Promise<Readonly<Record<string, number>>> {
    const counts = ({ matches }: HuntResult): Readonly<Record<string, number>> =>
      Object.fromEntries(matches.map(({ rule, count }) => [rule.title, count]));
    const fast = counts(await this.run(more));
    expect(counts(await this.run({ ...more, fast: false }))).toEqual(fast);
    return fast;
  }
}

/** The header of an event. */
export interface EventParts {
  readonly channel: string;
  readonly provider?: string;
  readonly id: number;
  readonly time?: string;
  readonly record?: number;
}

/** A Windows event as evtx_dump writes it. */
export function windowsEvent(
  { channel, provider = "p", id, time = "2021-03-03T10:15:23Z", record = 7 }: EventParts,
  data: unknown,
): string {
  const System = {
    Provider: { "#attributes": { Name: provider } },
    EventID: id,
    TimeCreated: { "#attributes": { SystemTime: time } },
    EventRecordID: record,
    Channel: channel,
    Computer: "EX01.example.org",
  };
  return JSON.stringify({ Event: { System, EventData: data } }, null, 2);
}

/** Where Sysmon writes. */
export const SYSMON: Pick<EventParts, "channel" | "provider"> = {
  channel: "Microsoft-Windows-Sysmon/Operational",
  provider: "Microsoft-Windows-Sysmon",
};
