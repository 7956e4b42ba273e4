/** Every way in which a rule can be wrong or beyond this engine. README.md explains each code; a test compares the two. */
export const SIGMA_PROBLEM_CODES = [
  "SIGMA_YAML",
  "SIGMA_NOT_A_RULE",
  "SIGMA_MISSING",
  "SIGMA_WRONG_TYPE",
  "SIGMA_UNKNOWN_LEVEL",
  "SIGMA_UNKNOWN_STATUS",
  "SIGMA_DETECTION_EMPTY",
  "SIGMA_MODIFIER_UNKNOWN",
  "SIGMA_MODIFIER_CONFLICT",
  "SIGMA_MODIFIER_VALUE",
  "SIGMA_REGEX_SYNTAX",
  "SIGMA_REGEX_UNSUPPORTED",
  "SIGMA_REGEX_TOO_LARGE",
  "SIGMA_CONDITION_SYNTAX",
  "SIGMA_CONDITION_UNKNOWN_NAME",
  "SIGMA_SELECTION_UNUSED",
  "SIGMA_PLACEHOLDER",
  "SIGMA_AGGREGATION",
  "SIGMA_ACTION",
  "SIGMA_CORRELATION",
  "SIGMA_REFERENCE",
  "SIGMA_FILTER_KEEPS",
  "SIGMA_SQL",
  "SIGMA_UNSUPPORTED",
  "SIGMA_LIMIT",
  "SIGMA_PIPELINE",
] as const;

/** A code of the problem catalogue. */
export type SigmaProblemCode = (typeof SIGMA_PROBLEM_CODES)[number];

/** Where in a rule file; lines and columns are 1-based. */
export interface SourceSpan {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that the author of a rule must correct, or that this engine cannot do. Collected, never thrown. */
export interface Problem {
  readonly code: SigmaProblemCode;
  readonly severity: "error" | "warning";
  readonly at: SourceSpan;
  readonly message: string;
  readonly advice?: string;
}

/** Takes problems at a known place; `advice` is one sentence that says what to write instead. */
export interface ProblemSink {
  error(code: SigmaProblemCode, message: string, advice?: string): void;
  warn(code: SigmaProblemCode, message: string, advice?: string): void;
}

/** A sink that adds to `problems` with the place given. */
export function problemSink(problems: Problem[], at: SourceSpan): ProblemSink {
  const add =
    (severity: "error" | "warning") =>
    (code: SigmaProblemCode, message: string, advice?: string): void => {
      problems.push({ code, severity, at, message, ...(advice === undefined ? {} : { advice }) });
    };
  return { error: add("error"), warn: add("warning") };
}
