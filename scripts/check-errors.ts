/** `npm run errors`: docs/errors.md against the catalogues in the sources. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findCatalogueFaults } from "./error-catalogue.ts";

const faults = findCatalogueFaults(await readFile(join(import.meta.dirname, "../docs/errors.md"), "utf8"));
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
