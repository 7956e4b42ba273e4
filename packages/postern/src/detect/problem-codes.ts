/**
 * Every way in which a pack can be wrong, besides mistakes in a rule's own language (`SIGMA_PROBLEM_CODES` of @postern/sigma).
 * `docs/errors.md` explains each code; a test compares the two.
 */
export const PACK_PROBLEM_CODES = [
  "PACK_YAML",
  "PACK_VALUE",
  "PACK_RULE",
  "PACK_LOGSOURCE",
  "PACK_NO_LITERAL",
  "PACK_CASES",
  "PACK_CASE_MATCHED",
  "PACK_CASE_MISSED",
  "PACK_CASE_LITERAL",
  "YARA_RULE",
  "YARA_ENCODING",
  "INDICATORS",
] as const;

/** Every way in which a list of indicators or a tip that somebody gave can be wrong. `docs/errors.md` explains each code; a test compares the two. */
export const GIVEN_PROBLEM_CODES = [
  "INDICATOR_FORMAT",
  "INDICATOR_VALUE",
  "INDICATOR_UNUSED",
  "TIP",
] as const;

/** A code of {@link GIVEN_PROBLEM_CODES}. */
export type GivenProblemCode = (typeof GIVEN_PROBLEM_CODES)[number];
