/** A run that is killed again and again, and goes on: `npm run bench -- resume`. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { bulkLogs, scratchFolder } from "./data.ts";
import { runProcess, type Program } from "./harness/run-process.ts";
import type { Section } from "./harness/section.ts";

const POSTERN = join(import.meta.dirname, "..", "packages", "postern", "bin", "postern.js");
const KILLS = 20;
/** Waits are drawn from a fixed sequence, so that two runs of the bench kill at about the same places. */
const SEED = 20_260_301;

/** Kills `postern assess` (SIGKILL) at so many random moments and compares the case with an undisturbed one. @throws Error when they differ */
export async function resumeBench(options: {
  readonly gigabytes: number;
  readonly say: (line: string) => void;
}): Promise<Section> {
  const data = await bulkLogs(options.gigabytes);
  const out = scratchFolder();
  const whole = assess(data.folder, join(out, "whole"));
  const { seconds } = await runProcess(whole);
  const expected = hashOf(join(out, "whole"));
  const killed = join(out, "killed");
  let random = SEED;
  let kills = 0;
  let left = 0;
  let ended = 0;
  while (kills < KILLS) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    const isEnded = await runAndKill(assess(data.folder, killed), (random / 2 ** 32) * seconds * 1000);
    if (isEnded) {
      // A run that came to its end before it was killed must give the same too; the next one begins anew.
      if (hashOf(killed) !== expected) throw new Error("a resumed run gave another case");
      rmSync(killed, { recursive: true });
      ended++;
    } else {
      kills++;
      if (existsSync(join(out, ".killed.resume"))) left++;
    }
    options.say(`${String(kills)} of ${String(KILLS)} kills, ${String(ended)} runs had ended before`);
  }
  await runProcess(assess(data.folder, killed));
  if (hashOf(killed) !== expected) throw new Error("a resumed run gave another case");
  return {
    title: "Killed and resumed",
    note: `\`postern assess\` over ${(data.bytes / 1e9).toFixed(2)} GB of logs, killed (SIGKILL) ${String(KILLS)} times at random moments and started again each time; every file of the case is compared.`,
    head: ["kills", "left something to go on with", "runs that ended before their kill", "the case"],
    rows: [[String(KILLS), String(left), String(ended), "the same bytes as undisturbed"]],
    skipped: [],
  };
}

function assess(folder: string, out: string): Program {
  return {
    file: process.execPath,
    args: [POSTERN, "assess", folder, "-o", out, "--force", "--quiet"],
    ends: [0, 1, 3],
  };
}

/** One hash of the names and bytes of all files of a case. */
function hashOf(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(folder, name);
    if (statSync(path).isFile()) hash.update(`${name}\n`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** True when the program ended by itself before the time was up. */
function runAndKill(program: Program, afterMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(program.file, program.args, { stdio: "ignore" });
    const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code !== null);
    });
  });
}
