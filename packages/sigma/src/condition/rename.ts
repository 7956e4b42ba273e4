import type { Condition } from "./condition.ts";

/** The same condition over other names; a name that is not in the map stays. */
export function renamed(condition: Condition, names: ReadonlyMap<string, string>): Condition {
  const of = (name: string): string => names.get(name) ?? name;
  switch (condition.kind) {
    case "selection":
      return Object.freeze({ kind: "selection", name: of(condition.name) });
    case "of":
      return Object.freeze({ ...condition, names: Object.freeze(condition.names.map(of)) });
    case "not":
      return Object.freeze({ kind: "not", part: renamed(condition.part, names) });
    case "and":
    case "or":
      return Object.freeze({
        kind: condition.kind,
        parts: Object.freeze(condition.parts.map((part) => renamed(part, names))),
      });
  }
}
