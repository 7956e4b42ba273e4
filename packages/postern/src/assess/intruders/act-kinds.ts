/** Kinds of findings that are the use of a back door; looking for one by its name is none. */
export function isBackDoorUse(kind: string): boolean {
  return /^web-shell-(used|answers|tunnel)|^web-tunnel/u.test(kind);
}

/** Kinds whose records name a back door that lies or lay on the disk. */
export function isBackDoorTrace(kind: string): boolean {
  return isBackDoorUse(kind) || /^(web-shell-file|page-written|page-compil)/u.test(kind);
}

/** Kinds in which somebody signs in with an account that is not theirs. */
export function isAccountUse(kind: string): boolean {
  return kind === "account-used" || kind === "stolen-account";
}
