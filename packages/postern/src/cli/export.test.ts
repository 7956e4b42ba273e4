import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeCase } from "../case/index.ts";
import { EXPORT_TARGETS } from "../export/index.ts";
import { sampleAssessment } from "../model/testing/index.ts";
import { runCli } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-export-"));
const made = join(folder, "case");
beforeAll(() => {
  writeCase(made, sampleAssessment);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("postern export", () => {
  it("writes each form to standard output and talks on standard error", async () => {
    for (const target of EXPORT_TARGETS) {
      const { code, out, err } = await runCli(["export", made, "--to", target]);
      expect([target, code]).toEqual([target, 0]);
      expect(out.length).toBeGreaterThan(100);
      if (target === "markdown") expect(err).toContain("names your servers");
    }
  });

  it("writes a file, and replaces one only with --force", async () => {
    const file = join(folder, "case.stix.json");
    expect((await runCli(["export", made, "--to", "stix", "-o", file])).err).toContain(`Written: ${file}`);
    expect(readFileSync(file, "utf8")).toContain('"type": "bundle"');
    const again = await runCli(["export", made, "--to", "misp", "-o", file]);
    expect(again.code).toBe(2);
    expect(again.err).toContain("--force");
    await runCli(["export", made, "--to", "misp", "-o", file, "--force"]);
    expect(readFileSync(file, "utf8")).toContain('"Event"');
  });

  it("names the forms there are when asked for another one", async () => {
    const { code, err } = await runCli(["export", made, "--to", "xml"]);
    expect(code).toBe(2);
    for (const target of EXPORT_TARGETS) expect(err).toContain(target);
    const help = await runCli(["export", "--help"]);
    for (const target of EXPORT_TARGETS) expect(help.out.replace(/\s+/gu, " ")).toContain(target);
  });

  it("says that a folder holds no case", async () => {
    expect((await runCli(["export", folder, "--to", "stix"])).err).toContain("no case");
  });
});
