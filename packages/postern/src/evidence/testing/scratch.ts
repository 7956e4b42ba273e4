import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for one test. */
export interface Scratch {
  readonly path: string;
  /** Writes a file below the folder, with its folders, and gives its whole path. */
  write(name: string, content: Uint8Array | string): string;
  remove(): void;
}

/** Makes an empty folder in the system's place for temporary files. Remove it after the test. */
export function makeScratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), "postern-"));
  return {
    path,
    write(name, content) {
      const whole = join(path, name);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, content);
      return whole;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
