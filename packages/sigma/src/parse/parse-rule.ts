import type { Problem } from "../problem.ts";
import type { CorrelationRule, FilterRule, SigmaRule } from "../rule/rule.ts";
import { expandActions } from "./actions.ts";
import { parseCorrelation } from "./parse-correlation.ts";
import { parseDetection } from "./parse-detection.ts";
import { parseFilter } from "./parse-filter.ts";
import type { Placeholders } from "./placeholders.ts";
import { DocumentReader } from "./read-header.ts";
import { readSource, type Source } from "./source.ts";
import type { Tree } from "./tree.ts";

/** One rule of a text, or what is wrong with it. A rule is there only when none of its problems is an error. */
export interface ParsedRule {
  readonly rule?: SigmaRule;
  readonly problems: readonly Problem[];
}

/** All documents of a text, each kind in the order of the file. */
export interface ParsedRules {
  readonly rules: readonly SigmaRule[];
  readonly correlations: readonly CorrelationRule[];
  readonly filters: readonly FilterRule[];
  readonly problems: readonly Problem[];
}

/** What the caller knows when rules are read. */
export interface ParseOptions {
  /** Values for the placeholders of `expand`, by name without the percent signs. */
  readonly placeholders?: Placeholders;
}

/** A text longer than this is refused. */
const MAX_CHARACTERS = 2_000_000;

/**
 * Parses the first rule of a text. `origin` (a file name) stands in every problem. All problems are given, never only the
 * first; further documents of the text are told as a warning.
 */
export function parseRule(text: string, origin: string, options: ParseOptions = {}): ParsedRule {
  const source = read(text, origin);
  const documents = expandActions(source);
  const found = parseAll(documents.slice(0, 1), source, options);
  const other = [...found.correlations, ...found.filters][0];
  if (other !== undefined) {
    const message = `this is a ${other.kind}, not a rule for single events`;
    source.sinkAt(documents[0]).error("SIGMA_NOT_A_RULE", message, "use parseRules");
  }
  if (documents.length > 1) {
    const message = `the file holds ${documents.length} documents; only the first is read`;
    source.sinkAt(undefined).warn("SIGMA_UNSUPPORTED", message, "use parseRules");
  }
  const [rule] = found.rules;
  return rule === undefined ? { problems: source.problems } : { rule, problems: source.problems };
}

/**
 * Parses every document of a text: rules, correlations, filters, and the withdrawn `action: global`, `reset` and `repeat`. A
 * document with errors gives problems instead of a rule.
 */
export function parseRules(text: string, origin: string, options: ParseOptions = {}): ParsedRules {
  const source = read(text, origin);
  return { ...parseAll(expandActions(source), source, options), problems: source.problems };
}

function read(text: string, origin: string): Source {
  const source = readSource(text.length > MAX_CHARACTERS ? "" : text, origin);
  if (text.length > MAX_CHARACTERS)
    source.sinkAt(undefined).error("SIGMA_LIMIT", `the text is longer than ${MAX_CHARACTERS} characters`);
  else if (source.documents.length === 0)
    source.sinkAt(undefined).error("SIGMA_NOT_A_RULE", "the text is empty");
  return source;
}

type Found = Omit<ParsedRules, "problems">;

function parseAll(documents: readonly Tree[], source: Source, options: ParseOptions): Found {
  const rules: SigmaRule[] = [];
  const correlations: CorrelationRule[] = [];
  const filters: FilterRule[] = [];
  for (const document of documents) {
    const parsed = parseOne(document, source, options);
    if (parsed?.kind === "rule") rules.push(parsed);
    if (parsed?.kind === "correlation") correlations.push(parsed);
    if (parsed?.kind === "filter") filters.push(parsed);
  }
  return { rules, correlations, filters };
}

type AnyRule = SigmaRule | CorrelationRule | FilterRule;

function parseOne(document: Tree, source: Source, options: ParseOptions): AnyRule | null {
  if (document.kind !== "map") {
    source.sinkAt(document).error("SIGMA_NOT_A_RULE", "a rule is a map that starts with title:");
    return null;
  }
  const errors = (): number => source.problems.filter(({ severity }) => severity === "error").length;
  const before = errors();
  const reader = new DocumentReader(document, source);
  const rule =
    reader.find("correlation") !== undefined
      ? parseCorrelation(reader)
      : reader.find("filter") !== undefined
        ? parseFilter(reader, options.placeholders)
        : parseDetectionRule(reader, options.placeholders);
  return errors() > before ? null : rule;
}

function parseDetectionRule(
  reader: DocumentReader,
  placeholders: Placeholders | undefined,
): SigmaRule | null {
  const entry = reader.required("detection");
  const context = { source: reader.source, placeholders };
  const detection = entry === undefined ? null : parseDetection(entry.value, context);
  const logsource = reader.logsource();
  const header = reader.header();
  if (detection === null || logsource === null) return null;
  return Object.freeze({ kind: "rule", ...header, logsource, ...detection });
}
