import { describePatch, patchReport } from "../assess/index.ts";
import { formatUtc, PosternError } from "../core/index.ts";
import { loadKnowledge, parseBuild } from "../knowledge/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** `postern patch <build>`: what the build is, what it lacks, what to install next, as of today. */
export function patchCommand(text: string, json: boolean, terminal: Terminal): number {
  const build = parseBuild(text);
  if (build === null) {
    throw new PosternError(
      "USAGE",
      `${JSON.stringify(text)} is no build of Exchange: give it like 15.1.2176.9 (file version of bin\\ExSetup.exe)`,
    );
  }
  const knowledge = loadKnowledge();
  const day = formatUtc(terminal.now()).slice(0, 10);
  terminal.out(
    json
      ? `${JSON.stringify(patchReport(build, knowledge, day), null, 1)}\n`
      : `${describePatch(build, knowledge, day).trimEnd()}\n`,
  );
  return EXIT.clean;
}
