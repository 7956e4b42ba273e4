import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const LAUNCHER = join(import.meta.dirname, "../packages/postern/bin/postern.js");
const MAIN = "export const main = (argv) => { console.log(argv.join('+')); return Promise.resolve(3); };\n";
/** Stands in for the compiler: writes the entry point, or fails. */
const COMPILER = `
const fs = require("node:fs");
fs.mkdirSync("packages/postern/dist/cli", { recursive: true });
fs.writeFileSync("packages/postern/dist/cli/main.js", ${JSON.stringify(MAIN)});
fs.writeFileSync("packages/postern/tsconfig.tsbuildinfo", "{}");
process.exit(fs.existsSync("broken") ? 1 : 0);
`;

describe("the postern command", () => {
  let root = "";

  async function place(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  async function touch(path: string, seconds: number): Promise<void> {
    await utimes(join(root, path), seconds, seconds);
  }

  function run(...argv: readonly string[]): { code: number | null; out: string; talk: string } {
    const bin = join(root, "packages/postern/bin/postern.js");
    const result = spawnSync(process.execPath, [bin, ...argv], { encoding: "utf8", cwd: tmpdir() });
    return { code: result.status, out: result.stdout, talk: result.stderr };
  }

  async function asCheckout(): Promise<void> {
    await place("package.json", '{"name":"postern-workspace"}');
    await place("node_modules/typescript/bin/tsc", COMPILER);
    await place("packages/postern/tsconfig.json", "{}");
  }

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "postern-launcher-"));
    await place("packages/postern/package.json", '{"type":"module"}');
    await place("packages/postern/src/cli/main.ts", "");
    await mkdir(join(root, "packages/postern/bin"));
    await copyFile(LAUNCHER, join(root, "packages/postern/bin/postern.js"));
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it("hands over the arguments and ends with the command's exit code", async () => {
    await place("packages/postern/dist/cli/main.js", MAIN);
    expect(run("assess", "logs")).toEqual({ code: 3, out: "assess+logs\n", talk: "" });
  });

  it("compiles nothing when installed, even though the package holds its sources", async () => {
    await place("packages/postern/dist/cli/main.js", MAIN);
    await touch("packages/postern/dist/cli/main.js", 1);
    await place("packages/postern/tsconfig.json", "{}");
    expect(run().talk).toBe("");
  });

  it("compiles first in a checkout without a build, and only once", async () => {
    await asCheckout();
    const first = run("demo");
    expect(first).toMatchObject({ code: 3, out: "demo\n" });
    expect(first.talk).toContain("compiling");
    expect(run("demo")).toEqual({ code: 3, out: "demo\n", talk: "" });
  });

  it("compiles again when a source is newer than the build", async () => {
    await asCheckout();
    run();
    await touch("packages/postern/tsconfig.tsbuildinfo", 1);
    expect(run().talk).toContain("compiling");
  });

  it("does not run what could not be compiled, however often it is started", async () => {
    await asCheckout();
    await place("broken", "");
    for (const attempt of [run("assess"), run("assess")]) {
      expect(attempt).toMatchObject({ code: 2, out: "" });
      expect(attempt.talk).toContain("compiling failed");
    }
  });
});
