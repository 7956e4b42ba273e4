import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A program and its arguments; no shell, so that only the program's own time is counted. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Exit codes that mean "done"; default 0 only. */
  readonly ends?: readonly number[];
}

/** One whole process, from start to exit. */
export interface ProcessRun {
  readonly seconds: number;
  /** Highest resident memory of the process, in bytes; null where the system does not tell (only Linux does). */
  readonly peakBytes: number | null;
}

/** How often the high-water mark is looked at. The system keeps it, so only growth in the last moments can be missed. */
const LOOK_EVERY_MS = 5;

/** Runs a program to its end; what it prints is thrown away. @throws Error when it cannot be started or ends otherwise than said */
export function runProcess(program: Program): Promise<ProcessRun> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program.file, program.args, { stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    let peakBytes: number | null = null;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-2000)));
    const look = setInterval(() => {
      const now = child.pid === undefined ? null : highWaterMark(child.pid);
      if (now !== null) peakBytes = Math.max(peakBytes ?? 0, now);
    }, LOOK_EVERY_MS);
    child.on("error", (error) => {
      clearInterval(look);
      reject(error);
    });
    child.on("close", (code) => {
      clearInterval(look);
      const seconds = (performance.now() - started) / 1000;
      if (code !== null && (program.ends ?? [0]).includes(code)) resolve({ seconds, peakBytes });
      else reject(new Error(`${program.file} ended with ${String(code)}: ${errors}`));
    });
  });
}

function highWaterMark(pid: number): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    // Gone between two looks, or a system without /proc: the figure is then what was seen so far.
    return null;
  }
}
