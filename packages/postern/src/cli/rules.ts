import { loadDetection } from "../case/index.ts";
import { PosternError } from "../core/index.ts";
import { testPackRules, type Pack } from "../detect/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** `postern rules`: lists the rules of the packs, checks them, or runs their cases. */
export function rulesCommand(what: string, terminal: Terminal): number {
  const detection = loadDetection();
  switch (what) {
    case "list":
      for (const rule of detection.packs.flatMap((pack) => pack.rules)) {
        terminal.out(
          `${rule.info.id}\t${rule.info.rung ?? "lead"}\t${rule.info.confidence}\t${rule.info.title}\n`,
        );
      }
      return EXIT.clean;
    case "lint":
      terminal.err(
        `${String(detection.packs.length)} packs, ${String(detection.packs.flatMap((pack) => pack.rules).length)} rules: no problems\n`,
      );
      return EXIT.clean;
    case "test":
      return testRules(detection.packs, terminal);
    default:
      throw new PosternError("USAGE", "postern rules wants one of: list, lint, test");
  }
}

function testRules(packs: readonly Pack[], terminal: Terminal): number {
  const { passed, failures } = testPackRules(packs);
  for (const { at, code, message } of failures) {
    terminal.out(`${at.file}:${String(at.line)}:${String(at.column)}\t${code}\t${message}\n`);
  }
  terminal.err(`${String(passed)} cases passed, ${String(failures.length)} problems\n`);
  return failures.length === 0 ? EXIT.clean : EXIT.found;
}
