import type { Problem } from "../../model/index.ts";

/** A file of YARA rules as text. */
export interface YaraSource {
  /** Name for problems, e.g. `packs/proxylogon/files/oab-dump.yar.b64`. */
  readonly file: string;
  readonly text: string;
}

/**
 * Values of the external variables that public rule sets expect, named as THOR and LOKI name them.
 * All may come from evidence: untrusted.
 */
export interface YaraExternals {
  /** Last component of the path. */
  readonly filename: string;
  readonly filepath: string;
  /** With the dot, e.g. `.aspx`. */
  readonly extension: string;
  readonly filetype: string;
  readonly owner: string;
}

/** One string of a rule found in the bytes. */
export interface YaraString {
  /** As written in the rule, e.g. `$eval`. */
  readonly id: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** A rule that holds for the bytes. */
export interface YaraMatch {
  readonly rule: string;
  readonly file: string;
  readonly meta: Readonly<Record<string, string>>;
  /** Sorted by offset, at most YARA_STRINGS_LIMIT. */
  readonly strings: readonly YaraString[];
}

/** Compiled rules. Close it to free what the engine holds. */
export interface YaraScanner {
  /** Names of the rules in use, in order of their sources. */
  readonly rules: readonly string[];
  /**
   * Runs all rules over the bytes; matches come in the order of the rules.
   * @throws PosternError LIMIT_EXCEEDED for more than YARA_SCAN_LIMIT_BYTES, or when the engine gave up.
   */
  scan(bytes: Uint8Array, externals?: YaraExternals): readonly YaraMatch[];
  close(): void;
}

/** The port: whatever runs YARA rules. Each implementation passes `yara.contract.ts`. */
export interface YaraEngine {
  readonly id: string;
  /** Says what the engine cannot do, one sentence each, for the report's chapter on method. */
  readonly lacks: readonly string[];
  /** Compiles every source on its own: a source with an error is left out and named in `problems`, the others work. */
  compile(
    sources: readonly YaraSource[],
  ): Promise<{ readonly scanner: YaraScanner; readonly problems: readonly Problem[] }>;
}

/** Most bytes that a scanner takes: the engine copies them, and every string found costs memory as well. */
export const YARA_SCAN_LIMIT_BYTES: number = 16 * 1024 * 1024;
/** Most strings that are told of one match. */
export const YARA_STRINGS_LIMIT = 64;
/** The external variables in a fixed order. */
export const YARA_EXTERNALS = ["filename", "filepath", "extension", "filetype", "owner"] as const;
/** Externals of something that has no name. */
export const NO_EXTERNALS: YaraExternals = {
  filename: "",
  filepath: "",
  extension: "",
  filetype: "",
  owner: "",
};
