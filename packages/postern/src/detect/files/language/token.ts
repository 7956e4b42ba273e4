/** A token of a program. */
export interface Token {
  /** `end`: end of a statement; its text is `;`, a line end or a colon. */
  readonly kind: "name" | "text" | "number" | "sign" | "end";
  /** Names in lower case, with escapes decoded; texts decoded; numbers as decimal digits. */
  readonly text: string;
  /** Index in the page's text. */
  readonly at: number;
  /** True for names that were written with escapes or invisible characters. */
  readonly disguised: boolean;
}

/** Tokens read of one page at most: more is no page. */
export const TOKEN_LIMIT = 150_000;

/** Makes a token that hides nothing. */
export function token(kind: Token["kind"], text: string, at: number): Token {
  return { kind, text, at, disguised: false };
}
