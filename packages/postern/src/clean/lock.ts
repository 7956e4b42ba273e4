import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { codeOf, PosternError } from "../core/index.ts";

/** Takes the case for one run; two at once would both write the journal. Gives the function that lets go. @throws PosternError USAGE */
export function takeLock(folder: string): () => void {
  const path = join(folder, "journal.lock");
  for (let tries = 0; ; tries++) {
    try {
      const handle = openSync(path, "wx", 0o600);
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => unlinkSync(path);
    } catch (thrown) {
      if (codeOf(thrown) !== "EEXIST" || tries > 0) throw thrown;
      const holder = Number(readFileSync(path, "utf8"));
      if (isAlive(holder))
        throw new PosternError("USAGE", `another clean-up works on this case (process ${String(holder)})`, {
          holder,
        });
      unlinkSync(path);
    }
  }
}

/** A run that was killed leaves its number; a number that nobody has is free. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return codeOf(thrown) === "EPERM";
  }
}
