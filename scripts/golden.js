// Rewrites the golden answers under fixtures/cases and beside the samples of the text logs; read the difference before committing it.
import { spawnSync } from "node:child_process";

const run = spawnSync(
  "npx",
  ["vitest", "run", "packages/postern/src/case", "packages/postern/src/artifacts/text-log"],
  {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, POSTERN_GOLDEN: "1" },
  },
);
process.exitCode = run.status ?? 1;
