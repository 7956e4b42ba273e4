import { cpus, totalmem } from "node:os";

/** The machine in one line: figures mean nothing without it. */
export function describeMachine(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? "unknown processor";
  const memory = `${String(Math.round(totalmem() / 2 ** 30))} GB`;
  return `${String(all.length)} cores (${model}), ${memory} memory, ${process.platform}, Node ${process.version}`;
}
