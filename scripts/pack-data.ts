/** Around `npm pack` of the command-line package: lays rules, knowledge and licence beside its code, and takes them away again. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const PACKAGE = join(ROOT, "packages", "postern");
const CARRIED = ["packs", "knowledge", "LICENSE", "README.md"];

const removes = process.argv.includes("--remove");
for (const name of CARRIED) {
  rmSync(join(PACKAGE, name), { recursive: true, force: true });
  if (!removes) cpSync(join(ROOT, name), join(PACKAGE, name), { recursive: true });
}
