/** A span in a text file that somebody wrote: a rule, a pack, a configuration. Lines and columns are 1-based. */
export interface SourceSpan {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that somebody must correct. Collected, all at once, never thrown. */
export interface Problem {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly at: SourceSpan;
  readonly message: string;
  readonly advice?: string;
}
