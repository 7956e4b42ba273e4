import type { Expression } from "./tree.ts";

/** The names of a chain `a.b.c`, joined by dots; null when it is no such chain, or a long one. */
export function pathOf(expression: Expression): string | null {
  const names: string[] = [];
  let at = expression;
  while (at.kind === "member" && names.length < 6) {
    names.unshift(at.name);
    at = at.of;
  }
  return at.kind === "name" ? [at.name, ...names].join(".") : null;
}

/** The variable at the bottom of `a.b(c)[d]`; null when there is none. */
export function rootOf(expression: Expression): string | null {
  let at = expression;
  for (let steps = 0; steps < 300; steps++) {
    if (at.kind === "name") return at.name;
    if (at.kind !== "member" && at.kind !== "call") return null;
    at = at.of;
  }
  return null;
}
