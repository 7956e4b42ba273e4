import type { InstallPath } from "./install-path.ts";

/** Files that differ from what Microsoft shipped on sound servers, too. */
export interface CustomisedFiles {
  /** Folder below the install folder, lower case, with a backslash at its end; null for everywhere. */
  readonly under: string | null;
  /** Lower case; a star at the beginning stands for any beginning. */
  readonly names: readonly string[];
  /** True where files that no list knows are usual, too. */
  readonly alsoNew: boolean;
  /** What they are, in a few words. */
  readonly what: string;
  readonly sources: readonly string[];
}

/** What a file is that administrators may change, or null when a change of it is not usual. */
export function findCustomised(
  rows: readonly CustomisedFiles[],
  { key }: InstallPath,
): CustomisedFiles | null {
  const name = key.slice(key.lastIndexOf("\\") + 1);
  const isNamed = (pattern: string): boolean =>
    pattern.startsWith("*") ? name.endsWith(pattern.slice(1)) : name === pattern;
  return rows.find((row) => key.startsWith(row.under ?? "") && row.names.some(isNamed)) ?? null;
}
