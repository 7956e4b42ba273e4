import { checkPacks, type PackCheck } from "../case/index.ts";
import { PosternError } from "../core/index.ts";
import { terminalLine } from "../report/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/**
 * `postern rules`: lists the rules of packs, checks them, or runs their cases. `folder` is a folder of packs or one pack; null means the
 * packs that come with Postern. Gives 1 when there is something to correct.
 */
export async function rulesCommand(what: string, folder: string | null, terminal: Terminal): Promise<number> {
  if (what !== "list" && what !== "lint" && what !== "test")
    throw new PosternError("USAGE", `rules wants one of list, lint, test; not ${JSON.stringify(what)}`);
  const check = await checkPacks(folder, { cases: what === "test" });
  if (check.packs.length === 0)
    throw new PosternError(
      "PACK_INVALID",
      `${folder ?? "Postern"} holds no pack: a pack is a folder with a pack.yml`,
    );
  if (what === "list") listRules(check, terminal);
  for (const { at, severity, code, message, advice } of check.problems) {
    const tip = advice === undefined ? "" : ` (${advice})`;
    const place = `${at.file}:${String(at.line)}:${String(at.column)}`;
    terminal.out(`${terminalLine(`${place}\t${severity}\t${code}\t${message}${tip}`, 1000)}\n`);
  }
  terminal.err(`${summaryOf(check, what)}\n`);
  return check.problems.some(({ severity }) => severity === "error") ? EXIT.found : EXIT.clean;
}

/** By pack; a pack without rules of its own shows what it answers for all the same. */
function listRules({ packs }: PackCheck, terminal: Terminal): void {
  for (const pack of packs) {
    const cves = pack.cves.map((cve) => cve.id).join(", ");
    const head = [`# ${pack.id}`, pack.title, ...(cves === "" ? [] : [cves])];
    terminal.out(`${head.map((part) => terminalLine(part, 300)).join("\t")}\n`);
    for (const { info } of pack.rules)
      terminal.out(`${info.id}\t${info.rung ?? "lead"}\t${info.confidence}\t${info.title}\n`);
  }
}

function summaryOf({ packs, rules, fileRules, passed, problems }: PackCheck, what: string): string {
  const many = (count: number, one: string): string => `${String(count)} ${one}${count === 1 ? "" : "s"}`;
  const parts = [many(packs.length, "pack"), many(rules, "rule"), many(fileRules, "file rule")];
  if (what === "test") parts.push(`${many(passed, "case")} passed`);
  return `${parts.join(", ")}: ${problems.length === 0 ? "no problems" : many(problems.length, "problem")}`;
}
