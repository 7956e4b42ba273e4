/** The part of an origin before a drive-letter folder: `C`, `C:`, `C%3A`, `C_drive`. */
const BEFORE_DRIVE = /^(.*?[\\/!])[A-Za-z](?::|%3A|_drive)?[\\/]/iu;

/**
 * Which items lie on one server's disk: those below the same folder that holds a drive-letter folder (`LUSD-EX01/C/...`).
 * Items outside of such folders share the collection that they came in.
 */
export function diskOf(origin: string, collection: string): string {
  const below = origin.startsWith(collection) ? origin.slice(collection.length) : "";
  const before = BEFORE_DRIVE.exec(below)?.[1];
  return before === undefined ? collection : `${collection}${before}`;
}
