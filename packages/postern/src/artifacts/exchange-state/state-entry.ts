import type { Place } from "../../model/index.ts";
import { findStateKind, keptMembers, type StateKind } from "./kinds.ts";
import type { StateObject } from "./state-object.ts";

/** One object of Exchange or Active Directory, exactly as it was exported. Every value is untrusted. */
export interface StateEntry {
  readonly kind: StateKind;
  /** Members by name in lower case; a member without a value is there and empty. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly at: Place;
  readonly excerpt: string;
}

const MAX_EXCERPT_CHARS = 1_500;
/** Longer values are cut in the excerpt only. */
const MAX_EXCERPT_VALUE = 300;

/** The object with the members that its kind keeps, or null when it is none of the known kinds. */
export function toStateEntry(object: StateObject): StateEntry | null {
  const kind = findStateKind(object);
  if (kind === null) return null;
  const keep = keptMembers(kind);
  const pairs = [...object.members].filter(([name]) => keep.has(name));
  const lines = pairs.flatMap(([name, values]) =>
    values.length === 0 ? [] : [`${name} : ${values.join(", ").slice(0, MAX_EXCERPT_VALUE)}`],
  );
  const excerpt = lines.join("\n").slice(0, MAX_EXCERPT_CHARS);
  return { kind, values: Object.fromEntries(pairs), at: object.at, excerpt };
}
