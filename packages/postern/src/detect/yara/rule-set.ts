import type { YaraExternals, YaraSource } from "./engine.ts";
import { createRuleFilter } from "./rule-filter.ts";
import { type RulePart, type RuleParts, parseRuleParts } from "./rule-parts.ts";
import { type RuleText, fillExternals, parseRuleText } from "./rule-text.ts";

/** A source with what is known of its text. */
export interface ReadSource {
  readonly source: YaraSource;
  readonly text: RuleText;
  /** Null when its rules cannot be told apart: then it goes to the engine as a whole. */
  readonly parts: RuleParts | null;
}

/** Reads a source; what is wrong with it, the engine says. */
export function readSource(source: YaraSource): ReadSource {
  return { source, text: parseRuleText(source.text), parts: parseRuleParts(source.text) };
}

/** Rules of which only those go to the engine that a file may fulfil. */
export interface RuleSet {
  /** Text of the rules that may hold for the bytes; null when none can. */
  textFor(bytes: Uint8Array, externals: YaraExternals): string | null;
  /** Text of all rules. */
  wholeText(externals: YaraExternals): string;
}

/** What goes to the engine together: one rule, or a whole source. */
interface Unit {
  readonly rule: RulePart | null;
  readonly text: RuleText;
  readonly imports: readonly string[];
  /** Units without which this one does not compile; all come before it. */
  readonly needs: readonly number[];
}

/** Puts sources that compile together into a set. */
export function createRuleSet(sources: readonly ReadSource[]): RuleSet {
  const units = unitsOf(sources);
  const filter = createRuleFilter(units.map(({ rule }) => rule));
  const join = (chosen: readonly Unit[], externals: YaraExternals): string => {
    const imports = new Set(chosen.flatMap((unit) => unit.imports));
    const head = [...imports].sort().map((name) => `import "${name}"\n`);
    return head.join("") + chosen.map(({ text }) => `${fillExternals(text, externals)}\n`).join("");
  };
  return {
    textFor: (bytes, externals) => {
      const candidates = filter.candidates(bytes, externals);
      const chosen = withNeeds(candidates, units);
      return chosen.length === 0 ? null : join(chosen, externals);
    },
    wholeText: (externals) => join(units, externals),
  };
}

function withNeeds(candidates: readonly number[], units: readonly Unit[]): readonly Unit[] {
  const all = new Set<number>();
  const add = (at: number): void => {
    if (all.has(at)) return;
    all.add(at);
    for (const need of units[at]?.needs ?? []) add(need);
  };
  for (const at of candidates) add(at);
  return [...all].sort((a, b) => a - b).flatMap((at) => units[at] ?? []);
}

function unitsOf(sources: readonly ReadSource[]): readonly Unit[] {
  const units: Unit[] = [];
  for (const { source, text, parts } of sources) {
    if (parts === null) {
      units.push({ rule: null, text, imports: [], needs: [] });
      continue;
    }
    const places = new Map<string, number>();
    for (const rule of parts.rules) {
      const words = new Set(wordsOf(rule));
      units.push({
        rule,
        text: parseRuleText(source.text.slice(rule.start, rule.end)),
        imports: parts.imports.filter((name) => words.has(name)),
        needs: neededBy(rule, places),
      });
      places.set(rule.name, units.length - 1);
    }
  }
  return units;
}

/** Earlier rules of the same source that a condition names, by name or by a beginning (`any of (apt_*)`). */
function neededBy(rule: RulePart, places: ReadonlyMap<string, number>): readonly number[] {
  const tokens = rule.condition;
  return tokens.flatMap(({ kind, text }, at) => {
    if (kind !== "word") return [];
    const isStart = tokens[at + 1]?.text === "*";
    return [...places].flatMap(([name, place]) =>
      name === text || (isStart && name.startsWith(text)) ? [place] : [],
    );
  });
}

/** Words of a condition that stand for themselves: members (`pe.sections`) are left out. */
export function wordsOf(rule: RulePart): readonly string[] {
  return rule.condition.flatMap(({ kind, text }, at) =>
    kind === "word" && rule.condition[at - 1]?.text !== "." ? [text] : [],
  );
}
