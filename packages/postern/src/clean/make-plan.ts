import { loadDetection, readCaseAt } from "../case/index.ts";
import { loadCleanUp } from "../knowledge/index.ts";
import { planCase, type PlannedCase } from "../plan/index.ts";
import { readReturned } from "./verification-files.ts";

/** Plans the clean-up of a case as it stands at `nowMs`: what is acknowledged then does not count. @throws PosternError CASE_NOT_FOUND, CASE_MALFORMED, KNOWLEDGE_INVALID, PACK_INVALID */
export function makePlan(folder: string, nowMs: number): PlannedCase {
  const { packs, knowledge } = loadDetection();
  const packSteps = new Map(
    packs.flatMap((pack) =>
      Object.entries(pack.kinds).map(([kind, texts]) => [kind, stepsNamed(texts)] as const),
    ),
  );
  return planCase({
    assessment: readCaseAt(folder, nowMs),
    knowledge,
    cleanUp: loadCleanUp(),
    packSteps,
    returned: readReturned(folder),
  });
}

/** The `cleanup` list of a kind, where its pack has one. */
function stepsNamed(texts: object): readonly string[] {
  const named: unknown = "cleanup" in texts ? texts.cleanup : null;
  return Array.isArray(named) ? named.filter((one) => typeof one === "string") : [];
}
