import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const reportFile = process.env["POSTERN_TEST_REPORT"];

export default defineConfig({
  resolve: { conditions: ["@postern/source"] },
  ssr: { resolve: { conditions: ["@postern/source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "packs/**/*.test.ts", "scripts/**/*.test.ts"],
    // One core is not left to others, as is the default: of two that would be half.
    maxWorkers: Math.max(2, availableParallelism()),
    // Nothing is timed: this only ends what hangs, also on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // CI counts the tests from a JSON report beside the usual output.
    reporters: reportFile === undefined ? ["default"] : ["default", ["json", { outputFile: reportFile }]],
  },
});
