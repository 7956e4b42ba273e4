/** Every way in which Postern or its machine can fail. `docs/errors.md` explains each code; a test compares the two. */
export const ERROR_CODES = [
  "USAGE",
  "EVIDENCE_NOT_FOUND",
  "CASE_EXISTS",
  "CASE_NOT_FOUND",
  "CASE_MALFORMED",
  "CASE_WRITE_FAILED",
  "JOURNAL_DAMAGED",
  "CLEAN_UP_FAILED",
  "PACK_INVALID",
  "INDICATORS_INVALID",
  "KNOWLEDGE_INVALID",
  "SQL_FAILED",
  "SQL_UNAVAILABLE",
  "BASELINE_INVALID",
  "LIMIT_EXCEEDED",
  "INTERRUPTED",
] as const;

/** A code of the error catalogue. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** True for a code of the catalogue. */
export function isErrorCode(text: string): text is ErrorCode {
  return ERROR_CODES.some((code) => code === text);
}

/** We or the machine failed. Compare `code`, not the class: two copies of the package may be installed. */
export class PosternError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    detail: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PosternError";
    this.code = code;
    this.detail = detail;
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of anything that was thrown (Node system errors and ours), or null. */
export function codeOf(thrown: unknown): string | null {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return null;
  return typeof thrown.code === "string" ? thrown.code : null;
}
