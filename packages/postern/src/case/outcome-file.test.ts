import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { writeScenario } from "../demo/index.ts";
import { OutcomeFile, type RunIdentity } from "./outcome-file.ts";
import { runCase } from "./run-case.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const IDENTITY: RunIdentity = { rules: "a", version: "1", evidence: ["x"], settings: {} };

test("a run that was interrupted goes on where it stopped, and gives the same bytes", async () => {
  const evidence = [join(folder, "evidence")];
  await writeScenario("proxylogon", join(folder, "evidence"), { trafficScale: 0.02 });
  const whole = JSON.stringify(await runCase({ evidence }));
  const keep = { folder: join(folder, "case"), resume: true };
  for (const stopAfter of [3, 40, 90, 150]) {
    const abort = new AbortController();
    let told = 0;
    const onProgress = (): void => {
      if (++told === stopAfter) abort.abort();
    };
    const run = runCase({ evidence, keep, signal: abort.signal, onProgress });
    await run.catch((thrown: unknown) => expect(thrown).toMatchObject({ code: "INTERRUPTED" }));
  }
  // Items that were read are not read again: a change that neither size nor time shows goes unnoticed, until asked to look anew.
  const [log = ""] = readdirSync(join(folder, "evidence"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.log$/iu.test(name))
    .sort();
  const changed = join(folder, "evidence", log);
  const { mtime, size } = statSync(changed);
  writeFileSync(changed, "#".repeat(size));
  utimesSync(changed, mtime, mtime);
  expect(JSON.stringify(await runCase({ evidence, keep }))).toBe(whole);
  expect(JSON.stringify(await runCase({ evidence, keep: { ...keep, resume: false } }))).not.toBe(whole);
});

test("what was kept is forgotten under other rules, and a torn end costs only the last item", () => {
  const at = join(folder, "torn");
  const outcome = { result: { index: 1 }, matches: [], damage: [] };
  const open = (identity: RunIdentity): OutcomeFile => OutcomeFile.open(at, identity, true);
  const first = open(IDENTITY);
  for (const key of ["one", "two"]) Reflect.apply(first.add.bind(first), null, [key, outcome]);
  first.close();
  const path = join(folder, ".torn.resume");
  const bytes = readFileSync(path);
  for (let cut = bytes.length - 1; cut > 0; cut -= 7) {
    writeFileSync(path, bytes.subarray(0, cut));
    const again = open(IDENTITY);
    expect(again.has("two")).toBe(false);
    if (again.has("one")) expect(again.find("one")).toEqual(outcome);
    again.close();
  }
  writeFileSync(path, bytes);
  appendFileSync(path, "noise");
  const whole = open(IDENTITY);
  expect([whole.has("one"), whole.has("two")]).toEqual([true, true]);
  whole.close();
  const other = open({ ...IDENTITY, rules: "b" });
  expect(other.has("one")).toBe(false);
  other.close();
  truncateSync(path, 0);
  OutcomeFile.remove(at);
});
