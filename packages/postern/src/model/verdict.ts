/** Rungs of the ladder, lowest first. See docs/GLOSSARY.md. */
export const RUNGS = ["L0", "L1", "L2", "L3", "L4"] as const;
/** L0 seen, L1 worked, L2 state changed, L3 payload ran, L4 data or credentials left. */
export type Rung = (typeof RUNGS)[number];

/** Verdicts of a CVE on one server, worst last in the order in which a server's verdict is chosen. */
export const CVE_VERDICTS = [
  "not-applicable",
  "no-trace",
  "attempted",
  "cannot-tell",
  "compromised",
] as const;
/** Verdict of one CVE on one server. */
export type CveVerdict = (typeof CVE_VERDICTS)[number];
/** Verdict of a server or of a case. */
export type Verdict = Exclude<CveVerdict, "not-applicable">;

/** How sure a statement is. */
export const CONFIDENCES = ["low", "medium", "high"] as const;
/** How sure a statement is: low = one weak sign, medium = one good sign or two weak ones, high = proven by the record itself. */
export type Confidence = (typeof CONFIDENCES)[number];

/** How urgent a finding is for the reader. */
export const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;
/** How urgent a finding is for the reader. */
export type Severity = (typeof SEVERITIES)[number];

/** True when rung `a` stands as high as `b` or higher; null counts as below L0. */
export function atLeast(a: Rung | null, b: Rung): boolean {
  return a !== null && RUNGS.indexOf(a) >= RUNGS.indexOf(b);
}

/** The higher of two rungs. */
export function higherRung(a: Rung | null, b: Rung | null): Rung | null {
  if (a === null) return b;
  if (b === null) return a;
  return RUNGS.indexOf(a) >= RUNGS.indexOf(b) ? a : b;
}
