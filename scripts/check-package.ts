/** `npm run package`: what would be published is complete without the checkout, and holds nothing that is only for tests. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findPackageFaults, type PackedPackage } from "./package-content.ts";

/** Fits the list of files of all packages. */
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

const result = spawnSync("npm", ["pack", "--dry-run", "--json", "--workspaces"], {
  cwd: join(import.meta.dirname, ".."),
  encoding: "utf8",
  maxBuffer: OUTPUT_LIMIT_BYTES,
  shell: process.platform === "win32",
});
// eslint-disable-next-line postern/no-type-assertion -- the shape that npm documents for `npm pack --json`
const packed = JSON.parse(result.stdout) as
  readonly PackedPackage[] | Readonly<Record<string, PackedPackage>>;
const faults = findPackageFaults(Object.values(packed));
for (const fault of faults) console.error(fault);
process.exitCode = result.status === 0 && faults.length === 0 ? 0 : 1;
