/**
 * Makes a folder of as many web files as an Exchange server has, for measuring: pages of honest projects, each several times, told apart
 * by a line of their own so that no two have the same hash.
 *
 *   POSTERN_CORPUS=<folder with C_webfiles> tsx scripts/make-web-files.ts OUT [COUNT]
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";

const [out = "", count = "20000"] = process.argv.slice(2);
const source = join(process.env["POSTERN_CORPUS"] ?? "", "C_webfiles", "benign");
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
/** Files of one folder: as many as a real one has. */
const FOLDER = 200;
for (let made = 0; made < Number(count); made++) {
  const file = files[made % files.length] ?? "";
  const folder = join(out, `folder${String(Math.floor(made / FOLDER))}`);
  if (made % FOLDER === 0) mkdirSync(folder, { recursive: true });
  const mark = Buffer.from(`\n<!-- copy ${String(Math.floor(made / files.length))} -->\n`);
  writeFileSync(
    join(folder, `file${String(made)}${extname(file)}`),
    Buffer.concat([readFileSync(file), mark]),
  );
}
console.log(`${count} files of ${String(files.length)} in ${out}`);
