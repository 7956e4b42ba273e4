import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildScenario } from "../demo/index.ts";
import { runCli } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-clean-cli-"));
const evidence = join(folder, "evidence");
const root = join(evidence, "LUSD-EX01", "C");
const caseFolder = join(folder, "case");
const page = join(root, "inetpub", "wwwroot", "aspnet_client", "system_web", "q7Zr2mXw.aspx");

/** The web folders and settings of a server that was broken into, without its logs. */
beforeAll(async () => {
  for (const file of buildScenario("proxylogon-logs-rolled-off", { trafficScale: 0 }).files) {
    if (/\.(?:log|evtx)$/iu.test(file.path)) continue;
    const path = join(evidence, ...file.path.split("/"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  const assessed = await runCli(["assess", evidence, "-o", caseFolder]);
  expect(assessed.code).toBe(1);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string): string => readFileSync(join(caseFolder, name), "utf8");

describe("postern clean", () => {
  it("says that a plan comes first", async () => {
    const { code, err } = await runCli(["clean", "apply", caseFolder, "--root", root]);
    expect(code).toBe(2);
    expect(err).toContain("postern clean plan");
  });

  it("writes a plan, a checklist to print, and scripts", async () => {
    const { code, out } = await runCli(["clean", "plan", caseFolder]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Rebuild LUSD-EX01/u);
    expect(read("plan.md")).toContain("# Clean-up plan");
    expect(read("plan.html")).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
    expect(read("plan.html")).not.toMatch(/<script|javascript:|src=/iu);
  });

  it("only tells what it would do, until --yes", async () => {
    const { code, out, err } = await runCli(["clean", "apply", caseFolder, "--root", root]);
    expect(code).toBe(0);
    expect(out.match(/would be done/gu)).toHaveLength(2);
    expect(err).toContain("--yes");
    expect(readFileSync(page).length).toBeGreaterThan(0);
  });

  it("wants to know where the server's files are, and whether the folder exists", async () => {
    const without = await runCli(["clean", "apply", caseFolder]);
    expect(without.code).toBe(2);
    expect(without.err).toContain("--root");
    expect(await runCli(["clean", "apply", caseFolder, "--root", join(folder, "none")])).toMatchObject({
      code: 2,
    });
    expect(await runCli(["clean", "apply", caseFolder, "--root", root, "--step", "999"])).toMatchObject({
      code: 2,
    });
  });

  it("removes, proves that it is gone, finds it planted again under another name, and then asks for a rebuild because of it", async () => {
    const kept = join(folder, "kept.bin");
    copyFileSync(page, kept);
    const applied = await runCli(["clean", "apply", caseFolder, "--root", root, "--yes", "--by", "A. Admin"]);
    expect([applied.code, applied.out.match(/: done\./gu)?.length]).toEqual([0, 2]);
    expect(read("plan.md")).toContain("done by A. Admin");
    const gone = await runCli([
      "clean",
      "verify",
      caseFolder,
      evidence,
      "--by",
      "A. Admin",
      "--date",
      "2026-11-24",
    ]);
    expect([gone.code, gone.out.split("\n")[0]]).toEqual([0, "GONE"]);
    expect(read("verify/001.md")).toContain("Checked by A. Admin on 2026-11-24");
    copyFileSync(kept, join(dirname(page), "help.aspx"));
    const again = await runCli(["clean", "verify", caseFolder, evidence, "--json"]);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.out)).toMatchObject({
      outcome: "not gone",
      added: [{ kind: "web-shell-file", comesFrom: "F1" }],
    });
    const plan = await runCli(["clean", "plan", caseFolder, "--json"]);
    const { rebuild }: { rebuild: { condition: string }[] } = JSON.parse(plan.out) as never; // eslint-disable-line postern/no-type-assertion -- the shape is what the test is about
    expect(rebuild.map(({ condition }) => condition)).toContain("implant-returned");
    rmSync(join(dirname(page), "help.aspx"));
    const undone = await runCli(["clean", "undo", caseFolder, "--root", root, "--yes"]);
    expect(undone.code).toBe(0);
    expect(readFileSync(page).equals(readFileSync(kept))).toBe(true);
  });

  it("keeps who did a step and when", async () => {
    expect(
      (await runCli(["clean", "done", caseFolder, "1", "--by", "B. Boss", "--note", "agreed"])).code,
    ).toBe(0);
    expect(read("plan.md")).toContain("done by B. Boss");
    expect((await runCli(["clean", "skip", caseFolder, "2", "--by", " "])).code).toBe(2);
    expect((await runCli(["clean", "reopen", caseFolder, "1", "--by", "B. Boss"])).code).toBe(0);
  });

  it("does not let a new assessment replace a case that holds a quarantine", async () => {
    const { code, err } = await runCli(["assess", evidence, "-o", caseFolder, "--force"]);
    expect(code).toBe(2);
    expect(err).toContain("quarantine");
  });
});

describe("postern ack", () => {
  it("leaves the finding visible, takes it out of the verdict until its day is over, and changes nothing of the case", async () => {
    const before = read("case.json");
    for (const finding of ["F1", "F2"]) {
      const { code } = await runCli([
        "ack",
        caseFolder,
        finding,
        "--reason",
        "our own test",
        "--by",
        "A. Admin",
        "--until",
        "1970-06-30",
      ]);
      expect(code).toBe(0);
    }
    const shown = await runCli(["show", caseFolder]);
    expect(shown.out).toMatch(/^(?:CANNOT TELL|NO TRACE|ATTEMPTED)/u);
    expect(shown.out).toContain("does not count: A. Admin");
    const later = await runCli(["show", caseFolder], { now: () => Date.parse("1970-07-01T00:00:00Z") });
    expect(later.out).toMatch(/^COMPROMISED/u);
    expect(read("case.json")).toBe(before);
    expect(read("report.html")).toContain("our own test (until 30 June 1970)");
  });

  it("wants a finding that exists, a day that is not over, a reason and a name", async () => {
    const ack = (finding: string, until: string, by: string): Promise<{ readonly code: number }> =>
      runCli(["ack", caseFolder, finding, "--reason", "x", "--by", by, "--until", until]);
    expect(await ack("F99", "2099-01-01", "A")).toMatchObject({ code: 2 });
    expect(await ack("F1", "1969-01-01", "A")).toMatchObject({ code: 2 });
    expect(await ack("F1", "soon", "A")).toMatchObject({ code: 2 });
    expect(await ack("F1", "2099-01-01", " ")).toMatchObject({ code: 2 });
  });
});
