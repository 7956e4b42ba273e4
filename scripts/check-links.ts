/** `npm run links`: every relative link in a Markdown page leads to something in the repository. */
import { join } from "node:path";
import { findBrokenLinks } from "./links.ts";

const broken = await findBrokenLinks(join(import.meta.dirname, ".."));
for (const { page, line, target } of broken) console.error(`${page}:${String(line)}: nothing at ${target}`);
process.exitCode = broken.length === 0 ? 0 : 1;
