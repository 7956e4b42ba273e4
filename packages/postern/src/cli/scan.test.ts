import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli, type Ran } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-scan-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Put together at run time, so that no antivirus mistakes this file for what it describes.
writeFileSync(join(folder, "a.asp"), ["<%e", "val requ", 'est("a")%', ">"].join(""));
writeFileSync(join(folder, "b.txt"), "an ordinary text\n");
writeFileSync(join(folder, "own.yar"), 'rule own_rule { strings: $a = "ordinary" condition: $a }');
writeFileSync(join(folder, "broken.yar"), "rule broken { strings: $a = condition: $a }");

const run = (...args: readonly string[]): Promise<Ran> => runCli(["scan", ...args]);

function objects(out: string): readonly unknown[] {
  return out
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

describe("postern scan", () => {
  it("names the back door, the reason and its line, and ends with 1", { timeout: 30_000 }, async () => {
    const { code, out, err } = await run(join(folder, "a.asp"), join(folder, "b.txt"));
    expect(code).toBe(1);
    expect(out).toContain("webshell");
    expect(out).toContain("(line 1)");
    expect(out).not.toContain("b.txt");
    expect(err).toContain("2 files judged");
  });

  it("ends with 0 when nothing was found", { timeout: 30_000 }, async () => {
    const { code, out } = await run(join(folder, "b.txt"));
    expect([code, out]).toEqual([0, ""]);
  });

  it("prints one object a file, clean ones too", { timeout: 30_000 }, async () => {
    const { code, out } = await run(join(folder, "a.asp"), join(folder, "b.txt"), "--jsonl", "--quiet");
    expect(code).toBe(1);
    expect(objects(out)).toMatchObject([
      { verdict: "webshell", origin: "unknown", reasons: [{ id: "content/eval-request", line: 1 }] },
      { verdict: "clean", score: 0, reasons: [] },
    ]);
  });

  it(
    "takes rules of one's own, and tells a rule with an error with its place",
    { timeout: 30_000 },
    async () => {
      const rules = ["--yara", join(folder, "own.yar"), "--yara", join(folder, "broken.yar")];
      const { code, out, err } = await run(join(folder, "b.txt"), ...rules, "--jsonl");
      expect(code).toBe(1);
      expect(objects(out)).toMatchObject([{ verdict: "suspicious", reasons: [{ id: "own_rule" }] }]);
      expect(err).toMatch(/broken\.yar:1:\d+ error/u);
    },
  );

  it("asks for a path that exists, and for rules that exist", { timeout: 30_000 }, async () => {
    expect((await run(join(folder, "none"))).code).toBe(2);
    expect((await run(join(folder, "b.txt"), "--yara", join(folder, "none.yar"))).code).toBe(2);
  });
});
