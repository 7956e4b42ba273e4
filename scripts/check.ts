/** `npm run check`: what CI runs, in order. Goes on after a failure, so that one run shows everything. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

interface Step {
  readonly title: string;
  /** A script of the root package.json. */
  readonly script: string;
}

const STEPS: readonly Step[] = [
  { title: "format", script: "format" },
  { title: "lint", script: "lint" },
  { title: "types", script: "types" },
  { title: "layers", script: "layers" },
  { title: "dead code", script: "dead" },
  { title: "lock file", script: "lockfile" },
  { title: "error catalogue", script: "errors" },
  { title: "links", script: "links" },
  { title: "packages", script: "package" },
  { title: "tests", script: "test" },
];

/** Output of a step that failed is shown; more than this is cut. */
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

function runStep(step: Step): boolean {
  const started = performance.now();
  const result = spawnSync("npm", ["run", "--silent", step.script], {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
    maxBuffer: OUTPUT_LIMIT_BYTES,
    // On Windows npm is a command file, which only a shell can start.
    shell: process.platform === "win32",
  });
  const passed = result.status === 0;
  if (!passed) console.log([result.stdout, result.stderr, result.error?.message].filter(Boolean).join("\n"));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? "ok    " : "FAILED"} ${step.title.padEnd(16)} ${seconds.padStart(6)} s`);
  return passed;
}

const skipsTests = process.argv.includes("--without-tests");
const steps = STEPS.filter((step) => !(skipsTests && step.script === "test"));
const passed = steps.filter(runStep).length;
console.log(`${String(passed)} passed, ${String(steps.length - passed)} failed`);
process.exitCode = passed === steps.length ? 0 : 1;
