import type { RuleToken } from "./rule-tokens.ts";

/** Turns of a loop whose end the rule does not state as a number: bytes that are looked at of a file. */
const OPEN_TURNS: number = 1 << 20;
/** Turns of a loop over the parts of a file that a module names, such as `pe.sections`. */
const PART_TURNS = 256;
/** Most turns of loops inside each other: a few seconds. */
const MAX_TURNS: number = 1 << 26;

/**
 * The loop with which a condition could run for hours: loops inside each other whose turns multiply beyond what a file needs. Null when
 * all end in time. The engine cannot be stopped by a clock, and a clock would give other answers on a slower machine.
 */
export function findRunawayLoop(condition: readonly RuleToken[]): RuleToken | null {
  /** Loops around, with the depth of brackets at which each ends. */
  const loops: { readonly depth: number; readonly turns: number }[] = [];
  let depth = 0;
  for (let at = 0; at < condition.length; at++) {
    const { text = "", kind } = condition[at] ?? {};
    if (text === "(") depth++;
    if (text === ")") {
      depth--;
      while ((loops.at(-1)?.depth ?? -1) > depth) loops.pop();
    }
    if (kind !== "word" || text !== "for") continue;
    const { turns, body } = readHead(condition, at + 1);
    const all = (loops.at(-1)?.turns ?? 1) * turns;
    if (all > MAX_TURNS) return condition[at] ?? null;
    if (body < 0) continue;
    loops.push({ depth: depth + 1, turns: all });
    depth++;
    at = body;
  }
  return null;
}

/** `for any i in (0..filesize) : (`: its turns, and the place of the bracket that opens its body; -1 when there is none. */
function readHead(
  condition: readonly RuleToken[],
  start: number,
): { readonly turns: number; readonly body: number } {
  let at = start;
  while (at < condition.length && !/^(?:in|of)$/u.test(condition[at]?.text ?? "")) at++;
  const over = condition[at]?.text;
  let depth = 0;
  const range: RuleToken[] = [];
  for (at++; at < condition.length; at++) {
    const { text = "" } = condition[at] ?? {};
    if (text === ":" && depth === 0) break;
    if (text === "(") depth++;
    if (text === ")") depth--;
    const one = condition[at];
    if (one !== undefined) range.push(one);
  }
  const body = condition[at + 1]?.text === "(" ? at + 1 : -1;
  return { turns: over === "in" ? turnsOf(range) : PART_TURNS, body };
}

function turnsOf(range: readonly RuleToken[]): number {
  const dots = range.findIndex(({ text }) => text === "..");
  if (dots < 0)
    return range[0]?.text === "(" ? range.filter(({ text }) => text === ",").length + 1 : PART_TURNS;
  const first = numberOf(range.slice(1, dots));
  const last = numberOf(range.slice(dots + 1, -1));
  return first === null || last === null ? OPEN_TURNS : Math.max(1, last - first + 1);
}

/** A single number; null for everything that depends on the file. */
function numberOf(tokens: readonly RuleToken[]): number | null {
  const [only] = tokens;
  if (tokens.length !== 1 || only?.kind !== "number") return null;
  const unit = only.text.endsWith("KB") ? 1024 : only.text.endsWith("MB") ? 1 << 20 : 1;
  return Number(only.text.replace(/[KM]B$/u, "")) * unit;
}
