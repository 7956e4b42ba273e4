/** `npm run lockfile`: package-lock.json works on every platform and names no registry but npm's default. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findLockfileFaults } from "./lockfile.ts";

const faults = findLockfileFaults(await readFile(join(import.meta.dirname, "../package-lock.json"), "utf8"));
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
