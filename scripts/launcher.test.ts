import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const BIN = join(import.meta.dirname, "../packages/postern/bin");
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
    for (const name of ["postern.js", "load-bundle.js"])
      await copyFile(join(BIN, name), join(root, "packages/postern/bin", name));
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

  describe("with a bundle", () => {
    const BUNDLE = "packages/postern/dist/bundle/postern.cjs";
    /** Says what it was told and works for a while, or only says it. */
    const bundled = (what: string): string => `
      exports.main = (argv) => {
        console.log("${what}", argv.join("+"), require("node:path").basename(__filename));
        const until = performance.now() + (argv[0] === "assess" ? 200 : 0);
        while (performance.now() < until);
        return require("./more.cjs");
      };`;

    async function keptCode(): Promise<readonly string[]> {
      const names = await readdir(dirname(join(root, BUNDLE)));
      return names.filter((name) => name.endsWith(".code"));
    }

    beforeEach(async () => {
      await place("packages/postern/dist/cli/main.js", MAIN);
      await place(BUNDLE, bundled("one"));
      await place("packages/postern/dist/bundle/more.cjs", "module.exports = 3;");
    });

    it("starts it in place of the build", () => {
      expect(run("demo", "-o")).toEqual({ code: 3, out: "one demo+-o postern.cjs\n", talk: "" });
    });

    it("keeps what a run that worked had compiled, for the next one to start from", async () => {
      run("demo");
      expect(await keptCode()).toEqual([]);
      run("assess");
      expect(await keptCode()).toEqual([`postern.cjs.${process.version}-${process.arch}.code`]);
      expect(run("assess")).toEqual({ code: 3, out: "one assess postern.cjs\n", talk: "" });
    });

    it("takes nothing that was kept of another bundle of the same length, and nothing damaged", async () => {
      run("assess");
      const [name = ""] = await keptCode();
      await place(BUNDLE, bundled("two"));
      expect(run("demo").out).toBe("two demo postern.cjs\n");
      run("assess");
      const kept = join(dirname(join(root, BUNDLE)), name);
      const code = await readFile(kept);
      code[code.length >> 1] = (code[code.length >> 1] ?? 0) ^ 0xff;
      await writeFile(kept, code);
      expect(run("assess")).toEqual({ code: 3, out: "two assess postern.cjs\n", talk: "" });
      expect(await readFile(kept)).not.toEqual(code);
    });
  });
});
