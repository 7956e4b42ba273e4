import type { ProblemSink } from "../problem.ts";
import type { Comparison, Placement, RegexFlags, TimePart } from "../rule/search.ts";
import type { Encoding } from "./encode.ts";

/** What a chain of modifiers asks for. */
export interface Modifiers {
  readonly kind: "text" | "regex" | "cidr" | "compare" | "exists" | "field-ref" | "time-part";
  readonly placement: Placement;
  readonly encodings: readonly Encoding[];
  readonly comparison: Comparison | null;
  readonly flags: RegexFlags;
  readonly all: boolean;
  readonly cased: boolean;
  readonly negated: boolean;
  readonly windash: boolean;
  /** Values hold placeholders. */
  readonly expand: boolean;
  readonly timePart: TimePart | null;
}

const PLACEMENTS: Readonly<Record<string, Placement>> = {
  contains: "anywhere",
  startswith: "start",
  endswith: "end",
};
const COMPARISONS: Readonly<Record<string, Comparison>> = { lt: "lt", lte: "lte", gt: "gt", gte: "gte" };
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  base64: "base64",
  base64offset: "base64offset",
  utf16le: "utf16le",
  wide: "utf16le",
  utf16be: "utf16be",
  utf16: "utf16",
};
const REGEX_FLAGS: Readonly<Record<string, keyof RegexFlags>> = {
  i: "ignoreCase",
  m: "multiline",
  s: "dotAll",
};
const TIME_PARTS: Readonly<Record<string, TimePart>> = {
  minute: "minute",
  hour: "hour",
  day: "day",
  week: "week",
  month: "month",
  year: "year",
};
const KNOWN = [
  "all contains startswith endswith exists cased neq re i m s windash cidr lt lte gt gte base64 base64offset wide",
  "utf16 utf16le utf16be fieldref expand minute hour day week month year",
].join(" ");

type Mutable = { -readonly [K in keyof Modifiers]: Modifiers[K] };

/**
 * Reads the names after the field. Source: modifiers appendix 2.1.0.
 * @returns null when the chain cannot be honoured; the sink then holds every reason.
 */
export function readModifiers(names: readonly string[], sink: ProblemSink): Modifiers | null {
  const out: Mutable = {
    kind: "text",
    placement: "whole",
    encodings: [],
    comparison: null,
    flags: { ignoreCase: false, multiline: false, dotAll: false },
    all: false,
    cased: false,
    negated: false,
    windash: false,
    expand: false,
    timePart: null,
  };
  let good = true;
  const refuse = (message: string, advice?: string): void => {
    good = false;
    sink.error("SIGMA_MODIFIER_CONFLICT", message, advice);
  };
  for (const name of names) {
    if (!apply(name, out, refuse)) {
      good = false;
      sink.error("SIGMA_MODIFIER_UNKNOWN", `there is no modifier "${name}"`, `known are: ${KNOWN}`);
    }
  }
  return good && fits(out, refuse) ? Object.freeze(out) : null;
}

/** @returns false when the name is unknown. */
function apply(name: string, out: Mutable, refuse: (message: string, advice?: string) => void): boolean {
  const placement = PLACEMENTS[name];
  const comparison = COMPARISONS[name];
  const encoding = ENCODINGS[name];
  const flag = REGEX_FLAGS[name];
  const timePart = TIME_PARTS[name];
  const become = (kind: Mutable["kind"]): void => {
    if (out.kind !== "text") refuse(`"${name}" cannot stand beside "${out.kind}"`);
    out.kind = kind;
  };
  if (placement !== undefined) {
    if (out.placement !== "whole") refuse(`"${name}" beside another of contains, startswith, endswith`);
    out.placement = placement;
  } else if (comparison !== undefined) {
    if (out.comparison !== null) refuse(`"${name}" beside another comparison`);
    // A part of a time may be compared: timestamp|hour|gte: 22.
    else if (out.kind !== "time-part") become("compare");
    out.comparison = comparison;
  } else if (timePart !== undefined) {
    if (out.kind === "compare") out.kind = "time-part";
    else become("time-part");
    out.timePart = timePart;
  } else if (encoding !== undefined) out.encodings = [...out.encodings, encoding];
  else if (flag !== undefined) {
    if (out.kind !== "regex") refuse(`"${name}" only follows "re"`);
    out.flags = { ...out.flags, [flag]: true };
  } else if (name === "re") become("regex");
  else if (name === "cidr") become("cidr");
  else if (name === "exists") become("exists");
  else if (name === "fieldref") become("field-ref");
  else if (name === "all") out.all = true;
  else if (name === "cased") out.cased = true;
  else if (name === "neq") out.negated = true;
  else if (name === "windash") out.windash = true;
  else if (name === "expand") out.expand = true;
  else return false;
  return true;
}

function fits(modifiers: Modifiers, refuse: (message: string, advice?: string) => void): boolean {
  let good = true;
  const no = (wrong: boolean, message: string, advice?: string): void => {
    if (!wrong) return;
    good = false;
    refuse(message, advice);
  };
  const { kind } = modifiers;
  const textual = modifiers.windash || modifiers.encodings.length > 0;
  no(kind !== "text" && textual, `windash, base64 and the like need a text, not "${kind}"`);
  no(
    kind !== "text" && kind !== "field-ref" && modifiers.placement !== "whole",
    `contains, startswith and endswith cannot stand beside "${kind}"`,
    kind === "regex" ? "a regular expression is looked for anywhere; anchor it with ^ and $" : undefined,
  );
  no(kind === "exists" && modifiers.all, '"exists" takes one value, so "all" says nothing');
  no(kind === "regex" && modifiers.cased, '"re" is case sensitive already', "leave out cased, or write re|i");
  return good;
}
