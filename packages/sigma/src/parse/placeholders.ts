import type { ProblemSink } from "../problem.ts";
import type { ScalarValue } from "./tree.ts";

/** Values of placeholders by name (without percent signs). A text may hold wildcards, as in a rule. */
export type Placeholders = Readonly<Record<string, readonly (string | number)[]>>;

/** One value with its placeholders may become at most this many. */
const MAX_EXPANDED = 10_000;

/**
 * Puts values in the place of `%name%` (`\%` is a plain percent sign); several values of a placeholder give several values.
 * Source: Sigma rules specification 2.1.0, section Placeholders.
 * @returns null when a placeholder has no values; the sink then names each of them.
 */
export function expandPlaceholders(
  value: ScalarValue | undefined,
  placeholders: Placeholders,
  sink: ProblemSink,
): readonly (ScalarValue | undefined)[] | null {
  if (typeof value !== "string") return [value];
  const parts = partsOf(value);
  const names = parts.filter((part) => part.kind === "placeholder").map(({ text }) => text);
  const missing = names.filter((name) => valuesOf(name, placeholders).length === 0);
  for (const name of new Set(missing)) {
    const advice = `give values for "${name}" when the rule is read, or leave the rule out`;
    sink.error("SIGMA_PLACEHOLDER", `the placeholder %${name}% has no values`, advice);
  }
  if (missing.length > 0) return null;
  const [only] = parts;
  // A placeholder by itself keeps numbers as numbers.
  if (parts.length === 1 && only?.kind === "placeholder") return valuesOf(only.text, placeholders);
  let texts = [""];
  for (const part of parts) {
    const next = part.kind === "plain" ? [part.text] : valuesOf(part.text, placeholders).map(String);
    if (texts.length * next.length > MAX_EXPANDED) {
      sink.error("SIGMA_LIMIT", `the placeholders make more than ${MAX_EXPANDED} values of this one`);
      return null;
    }
    texts = texts.flatMap((text) => next.map((more) => text + more));
  }
  return texts;
}

function valuesOf(name: string, placeholders: Placeholders): readonly (string | number)[] {
  return Object.hasOwn(placeholders, name) ? (placeholders[name] ?? []) : [];
}

interface Part {
  readonly kind: "plain" | "placeholder";
  readonly text: string;
}

function partsOf(value: string): readonly Part[] {
  const parts: Part[] = [];
  let plain = "";
  let from = 0;
  for (const hit of value.matchAll(/\\%|%([^%\s\\]+)%/g)) {
    plain += value.slice(from, hit.index);
    from = hit.index + hit[0].length;
    const name = hit[1];
    if (name === undefined) plain += "%";
    else {
      if (plain !== "") parts.push({ kind: "plain", text: plain });
      plain = "";
      parts.push({ kind: "placeholder", text: name });
    }
  }
  plain += value.slice(from);
  if (plain !== "" || parts.length === 0) parts.push({ kind: "plain", text: plain });
  return parts;
}
