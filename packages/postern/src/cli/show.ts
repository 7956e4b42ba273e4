import { readCaseAt } from "../case/index.ts";
import { renderFinding } from "../report/index.ts";
import { PosternError } from "../core/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** `postern show`: a finding of a case, or the list of findings. */
export function showCommand(
  of: { readonly folder: string; readonly finding: string | null; readonly json: boolean },
  terminal: Terminal,
): number {
  const assessment = readCaseAt(of.folder, terminal.now());
  if (!of.json) {
    terminal.out(renderFinding(assessment, of.finding, { color: terminal.color, width: terminal.width }));
    return EXIT.clean;
  }
  const id = of.finding?.toUpperCase() ?? null;
  const found = id === null ? assessment.findings : assessment.findings.find((finding) => finding.id === id);
  if (found === undefined) throw new PosternError("USAGE", `the case has no finding ${of.finding ?? ""}`);
  terminal.out(`${JSON.stringify(found, null, 1)}\n`);
  return EXIT.clean;
}
