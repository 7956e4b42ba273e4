import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scanFiles, type FileVerdict } from "./scan-files.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-large-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const MB = 1024 * 1024;

/** A file that takes no room: nothing but its last bytes was ever written. */
function writeSparse(name: string, sizeBytes: number, tail: string): string {
  const path = join(folder, name);
  const file = openSync(path, "w");
  ftruncateSync(file, sizeBytes);
  writeSync(file, tail, sizeBytes - tail.length);
  closeSync(file);
  return path;
}

// Windows would write every byte of the hole.
describe.skipIf(process.platform === "win32")("a file larger than what is looked at of it", () => {
  it(
    "of 2 GB is judged by its beginning and end, hashed whole, in little memory",
    { timeout: 120_000 },
    async () => {
      const size = 2048 * MB;
      // Put together at run time, so that no antivirus mistakes this file for what it describes.
      const path = writeSparse("a.asp", size, ["<%e", "val requ", 'est("a")%', ">"].join(""));
      const text = 'rule own_rule { strings: $a = "val requ" condition: $a }';
      const before = process.resourceUsage().maxRSS;
      const files: FileVerdict[] = [];
      for await (const file of scanFiles({ paths: [path], rules: [{ file: "own.yar", text }] }))
        files.push(file);
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(512 * 1024);
      expect(files).toMatchObject([{ verdict: "webshell", partly: true, sizeBytes: size }]);
      expect(files[0]?.sha256).toMatch(/^[0-9a-f]{64}$/u);
      const own = files[0]?.reasons.find(({ id }) => id === "own_rule");
      expect(own?.offsetBytes).toBeGreaterThan(size - 100);
    },
  );
});
