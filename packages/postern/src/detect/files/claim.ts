import type { Confidence, Rung } from "../../model/index.ts";
import { RUNGS } from "../../model/index.ts";
import type { FileFindingKind, FileReason } from "./judgement.ts";

/** What a sign says about a file if the file is judged to be a back door. */
export interface FileClaim {
  readonly kind: FileFindingKind;
  readonly title: string;
  readonly rung: Rung | null;
  readonly confidence: Confidence;
  readonly cves: readonly string[];
}

/** Reasons, and what they claim together; a claim counts only with a verdict of `webshell`. */
export interface Signs {
  readonly reasons: readonly FileReason[];
  readonly claims: readonly FileClaim[];
}

/** No signs. */
export const NO_SIGNS: Signs = { reasons: [], claims: [] };

/** The claim on the highest rung; of equal ones the surer, then the first. Its CVEs are those of all claims. */
export function strongestClaim(claims: readonly FileClaim[]): FileClaim | null {
  const height = (claim: FileClaim): number =>
    (claim.rung === null ? 0 : 1 + RUNGS.indexOf(claim.rung)) * 10 + CONFIDENCE_RANK[claim.confidence];
  let best: FileClaim | null = null;
  for (const claim of claims) if (best === null || height(claim) > height(best)) best = claim;
  if (best === null) return null;
  return { ...best, cves: [...new Set(claims.flatMap((claim) => claim.cves))].sort() };
}

const CONFIDENCE_RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };

/** Combines weights as independent chances: two halves make three quarters. */
export function combineWeights(reasons: readonly FileReason[]): number {
  const doubt = reasons.reduce((left, reason) => left * (1 - reason.weight), 1);
  return Math.round((1 - doubt) * 100) / 100;
}
