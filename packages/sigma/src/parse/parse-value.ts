import { buildAutomaton, MAX_STATES } from "../regex/automaton.ts";
import { parseRegex, RegexRefused } from "../regex/parse-regex.ts";
import type { ProblemSink } from "../problem.ts";
import {
  type Pattern,
  parsePattern,
  placed,
  plainPattern,
  plainTextOf,
  withAnyDash,
} from "../rule/pattern.ts";
import type { Test } from "../rule/search.ts";
import { encode } from "./encode.ts";
import type { Modifiers } from "./modifiers.ts";
import { parseNetwork } from "./network.ts";
import type { ScalarValue } from "./tree.ts";

/** Text values longer than this are refused. */
const MAX_TEXT = 10_000;
/** An expression longer than this is refused before it is parsed. */
const MAX_REGEX = 5_000;

/** Turns one YAML value into tests (several for base64offset: any of them); null when it cannot. */
export function parseValue(
  value: ScalarValue | undefined,
  modifiers: Modifiers,
  sink: ProblemSink,
): readonly Test[] | null {
  const wrong = (needed: string): null => {
    sink.error(
      "SIGMA_MODIFIER_VALUE",
      `${needed} is needed here, not ${value === undefined ? "a list or a map" : JSON.stringify(value)}`,
    );
    return null;
  };
  switch (modifiers.kind) {
    case "exists": {
      const expected = truthOf(value);
      return expected === null ? wrong("true or false") : [{ kind: "exists", expected }];
    }
    case "compare": {
      const number = numberOf(value);
      if (!Number.isFinite(number) || modifiers.comparison === null) return wrong("a number");
      return [{ kind: "compare", comparison: modifiers.comparison, value: number }];
    }
    case "time-part": {
      const number = numberOf(value);
      const part = modifiers.timePart;
      if (!Number.isInteger(number) || part === null) return wrong("a whole number");
      return [{ kind: "time-part", part, comparison: modifiers.comparison ?? "eq", value: number }];
    }
    case "cidr": {
      const network = typeof value === "string" ? parseNetwork(value) : null;
      if (network === null || typeof value !== "string") return wrong("an address range such as 10.0.0.0/8");
      return [{ kind: "cidr", source: value, network }];
    }
    case "field-ref":
      if (typeof value !== "string" || value === "") return wrong("the name of a field");
      return [{ kind: "field-ref", field: value, placement: modifiers.placement, cased: modifiers.cased }];
    case "regex":
      return typeof value === "string" ? regexTest(value, modifiers, sink) : wrong("a regular expression");
    case "text":
      return plainValue(value, modifiers, sink);
  }
}

function numberOf(value: ScalarValue | undefined): number {
  return typeof value === "number" ? value : typeof value === "string" ? Number(value.trim() || "x") : NaN;
}

/** YAML 1.1 wrote truth values as yes and no too, and rules still do. */
function truthOf(value: ScalarValue | undefined): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === "yes" || value === "no") return value === "yes";
  return null;
}

function regexTest(source: string, modifiers: Modifiers, sink: ProblemSink): readonly Test[] | null {
  if (source.length > MAX_REGEX) {
    sink.error("SIGMA_REGEX_TOO_LARGE", `the expression is longer than ${MAX_REGEX} characters`);
    return null;
  }
  try {
    const node = parseRegex(source, modifiers.flags);
    if (buildAutomaton(node) === null) {
      sink.error(
        "SIGMA_REGEX_TOO_LARGE",
        `the expression needs more than ${MAX_STATES} states`,
        "use smaller counts in {n,m}",
      );
      return null;
    }
    return [{ kind: "regex", source, node, flags: modifiers.flags }];
  } catch (error) {
    if (!(error instanceof RegexRefused)) throw error;
    const unsupported = error.reason === "unsupported";
    sink.error(
      unsupported ? "SIGMA_REGEX_UNSUPPORTED" : "SIGMA_REGEX_SYNTAX",
      unsupported ? `not supported in a regular expression: ${error.message}` : error.message,
      unsupported
        ? "the specification allows . ^ $ * + ? {n,m} [] () |; say the rest with a second selection"
        : undefined,
    );
    return null;
  }
}

function plainValue(
  value: ScalarValue | undefined,
  modifiers: Modifiers,
  sink: ProblemSink,
): readonly Test[] | null {
  const bare = modifiers.placement === "whole" && modifiers.encodings.length === 0;
  if (value === null) {
    if (bare) return [{ kind: "null" }];
    sink.error("SIGMA_MODIFIER_VALUE", "null (an absent field) cannot take this modifier");
    return null;
  }
  if (typeof value === "number" && Number.isFinite(value) && bare) return [{ kind: "number", value }];
  // Some records write truth values as a word, others (tables above all) as a number.
  if (typeof value === "boolean" && bare) {
    const word = { kind: "text", pattern: plainPattern(String(value)), cased: false } as const;
    return [word, { kind: "number", value: value ? 1 : 0 }];
  }
  if (value === undefined) {
    sink.error("SIGMA_MODIFIER_VALUE", "a text, a number, true, false or null is needed here");
    return null;
  }
  const text = String(value);
  if (text.length > MAX_TEXT) {
    sink.error("SIGMA_LIMIT", `the value is longer than ${MAX_TEXT} characters`);
    return null;
  }
  const patterns =
    modifiers.encodings.length === 0 ? [parsePattern(text)] : encodedPatterns(text, modifiers, sink);
  return (
    patterns?.map((pattern) => ({
      kind: "text",
      pattern: placed(modifiers.windash ? withAnyDash(pattern) : pattern, modifiers.placement),
      cased: modifiers.cased,
    })) ?? null
  );
}

function encodedPatterns(text: string, modifiers: Modifiers, sink: ProblemSink): readonly Pattern[] | null {
  const plain = plainTextOf(parsePattern(text));
  if (plain === null) {
    sink.error(
      "SIGMA_MODIFIER_VALUE",
      "a wildcard cannot be encoded",
      "leave out the wildcard, or escape it with a backslash",
    );
    return null;
  }
  let forms: readonly Uint8Array[] = [Buffer.from(plain, "utf8")];
  for (const encoding of modifiers.encodings) forms = forms.flatMap((bytes) => encode(bytes, encoding));
  // Bytes are compared as Latin-1 text; the Base64 forms are ASCII anyway.
  return forms.map((bytes) => plainPattern(Buffer.from(bytes).toString("latin1")));
}
