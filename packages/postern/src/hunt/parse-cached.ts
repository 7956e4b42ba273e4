import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import {
  findCachedRules,
  hashRuleSources,
  type ParsedRules,
  type ParseOptions,
  parseRuleFiles,
  rulesToCache,
} from "@postern/sigma";

import { messageOf, PosternError } from "../core/index.ts";

/**
 * Reads and parses rule files, or takes what was parsed before from a cache file that was made of the same texts. A cache that is not
 * there, is damaged or of other rules is written anew. @throws PosternError USAGE when the cache cannot be written
 */
export function parseCached(
  files: readonly string[],
  options: ParseOptions,
  cache: string | null,
): ParsedRules {
  const sources = files.map((origin) => ({ origin, text: readFileSync(origin, "utf8") }));
  if (cache === null) return parseRuleFiles(sources, options);
  const hash = hashRuleSources(sources, options);
  const known = existsSync(cache) ? findCachedRules(readFileSync(cache, "utf8"), hash) : null;
  if (known !== null) return known;
  const parsed = parseRuleFiles(sources, options);
  writeWhole(cache, rulesToCache(parsed, hash));
  return parsed;
}

/** Another run must never see half of it. */
function writeWhole(file: string, text: string): void {
  try {
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
  } catch (thrown) {
    const message = `the rule cache cannot be written: ${file} (${messageOf(thrown)})`;
    throw new PosternError("USAGE", message, { file }, thrown);
  }
}
