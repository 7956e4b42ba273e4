import type { Verdict } from "../../model/index.ts";
import { CVE_VERDICTS } from "../../model/index.ts";

/** The worst verdict of a list; of an empty one that nothing can be told. */
export function worstVerdict(verdicts: readonly Verdict[], ofNone: Verdict = "cannot-tell"): Verdict {
  return (
    verdicts.reduce<Verdict | null>(
      (found, verdict) =>
        found === null || CVE_VERDICTS.indexOf(verdict) > CVE_VERDICTS.indexOf(found) ? verdict : found,
      null,
    ) ?? ofNone
  );
}
