import { createHash } from "node:crypto";

import { type ParsedRules, type ParseOptions, parseRules } from "../parse/parse-rule.ts";

/** A rule file: its name, as problems shall name it, and its text. */
export interface RuleSource {
  readonly origin: string;
  readonly text: string;
}

/**
 * Changes whenever a rule as data changes its shape or meaning, so that what an older version wrote is read anew from the
 * sources. A test holds the two together.
 */
const FORMAT = "postern.sigma-rules/1";

/** Parses many files into one result, in the order given. */
export function parseRuleFiles(sources: readonly RuleSource[], options: ParseOptions = {}): ParsedRules {
  const parsed = sources.map(({ origin, text }) => parseRules(text, origin, options));
  return Object.freeze({
    rules: parsed.flatMap(({ rules }) => rules),
    correlations: parsed.flatMap(({ correlations }) => correlations),
    filters: parsed.flatMap(({ filters }) => filters),
    problems: parsed.flatMap(({ problems }) => problems),
  });
}

/** SHA-256 (hexadecimal) over everything that decides what parsing gives: names, texts, their order, and the options. */
export function hashRuleSources(sources: readonly RuleSource[], options: ParseOptions = {}): string {
  const hash = createHash("sha256");
  const placeholders = Object.entries(options.placeholders ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const add = (part: string): void => {
    // The length before each part: no two lists of files come to the same bytes.
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  add(JSON.stringify(placeholders));
  for (const { origin, text } of sources) {
    add(origin);
    add(text);
  }
  return hash.digest("hex");
}

/**
 * Parsed rules as text, to be kept beside the hash of their sources: two lines of JSON, the first says what the second is. The
 * problems are kept too, so that a cached rule set still tells what it lacks.
 */
export function rulesToCache(parsed: ParsedRules, sourcesHash: string): string {
  const { rules, correlations, filters, problems } = parsed;
  const body = JSON.stringify({ rules, correlations, filters, problems });
  return `${JSON.stringify({ format: FORMAT, sources: sourcesHash, body: sha256(body) })}\n${body}\n`;
}

/**
 * Reads what `rulesToCache` wrote. @returns null when it was made from other sources or by another version, or is damaged: parse
 * the sources then. The digest finds damage, not forgery: keep the cache where only its owner can write.
 */
export function findCachedRules(cache: string, sourcesHash: string): ParsedRules | null {
  const cut = cache.indexOf("\n");
  const head = cut < 0 || cut > 1000 ? null : parseJson(cache.slice(0, cut));
  const body = cache.slice(cut + 1, cache.endsWith("\n") ? -1 : cache.length);
  if (!isRecord(head) || head["format"] !== FORMAT || head["sources"] !== sourcesHash) return null;
  if (head["body"] !== sha256(body)) return null;
  const parsed = parseJson(body);
  return isParsedRules(parsed) ? parsed : null;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Damaged: the caller parses the sources instead.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The digest has vouched for the content; this only looks that it is of the right make. */
function isParsedRules(value: unknown): value is ParsedRules {
  return (
    isRecord(value) &&
    ["rules", "correlations", "filters", "problems"].every((key) => Array.isArray(value[key]))
  );
}
