import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-collect-cli-"));
const tree = join(folder, "EX01");
beforeAll(() => {
  mkdirSync(join(tree, "C/inetpub/wwwroot"), { recursive: true });
  writeFileSync(join(tree, "C/inetpub/wwwroot/a.aspx"), "<p>a</p>");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = (): number => Date.parse("2021-03-13T08:00:00Z");

describe("postern collect", () => {
  it("says what to do when nothing, or too much, was asked for", async () => {
    for (const argv of [["collect"], ["collect", "--to", "kape", "--from", tree]]) {
      const { code, err } = await runCli(argv);
      expect([code, err]).toEqual([2, expect.stringContaining("--to powershell|velociraptor|kape")]);
    }
  });

  it("lists what is collected and what it can answer", async () => {
    const { code, out } = await runCli(["collect", "--list"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^httpproxy\tcopy\t.*\tabout 30 days\twhether requests were passed on/mu);
  });

  it("makes each kind of collector, on standard output or as a file, and writes over nothing", async () => {
    for (const to of ["powershell", "velociraptor", "kape"]) {
      const path = join(folder, to);
      const { out } = await runCli(["collect", "--to", to]);
      expect((await runCli(["collect", "--to", to, "-o", path])).code).toBe(0);
      expect(readFileSync(path, "utf8")).toBe(out);
      expect((await runCli(["collect", "--to", to, "-o", path])).code).toBe(2);
    }
  });

  it("collects from a tree, tells the zip's hash, and what could not be taken", async () => {
    const out = join(folder, "ex01.zip");
    const ran = await runCli(["collect", "--from", tree, "-o", out, "--keep-free-mb", "0"], { now });
    expect(ran.code).toBe(0);
    expect(ran.out).toBe(`${createHash("sha256").update(readFileSync(out)).digest("hex")}  ${out}\n`);
    expect(ran.err).toContain("EX01: 2 files");
    expect(ran.err).toContain("not taken (impossible)");
  });

  it("never writes into the evidence, and ends with 3 when there was nothing to take", async () => {
    const inside = join(tree, "C/inetpub/out.zip");
    expect((await runCli(["collect", "--from", tree, "-o", inside], { now })).code).toBe(2);
    expect(existsSync(inside)).toBe(false);
    mkdirSync(join(folder, "empty/C/Windows"), { recursive: true });
    const argv = ["collect", "--from", join(folder, "empty"), "-o", join(folder, "empty.zip"), "-q"];
    expect(await runCli(argv, { now })).toMatchObject({ code: 3, err: "" });
    expect((await runCli(["collect", "--from", join(folder, "gone"), "-o", "x.zip"])).code).toBe(2);
  });
});
