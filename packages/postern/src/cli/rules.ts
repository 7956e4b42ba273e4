import { loadDetection } from "../case/index.ts";
import { PosternError } from "../core/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** `postern rules`: lists the rules of the packs, or checks them. */
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
    default:
      throw new PosternError("USAGE", "postern rules wants one of: list, lint");
  }
}
