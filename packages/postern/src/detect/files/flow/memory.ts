import type { Program } from "./tree.ts";
import { NOTHING, always, either, type Value } from "./value.ts";

interface Cell {
  readonly value: Value;
  readonly scope: number;
  readonly block: number;
}

/**
 * What variables hold. Statements are run in order, several times over: within a routine the order counts, from one routine
 * to another every assignment of the run before does.
 */
export interface Memory {
  read(name: string, scope: number): Value | null;
  write(name: string, value: Value, place: { readonly scope: number; readonly block: number }): void;
  /** Adds to what a variable holds. */
  add(name: string, value: Value, place: { readonly scope: number; readonly block: number }): void;
  /** Adds to a parameter or a result, which only other routines read. */
  pass(key: string, value: Value): void;
  passed(key: string): Value;
  /** Begins the next run. */
  next(): void;
}

/** Variables kept; a page with more is no page. */
const VARIABLE_LIMIT = 50_000;

/** Memory for one program. */
export function createMemory(program: Program): Memory {
  let cells = new Map<string, Cell>();
  let totals = new Map<string, Value>();
  let before = new Map<string, Value>();
  const keyOf = createKeys(program);
  const total = (key: string, value: Value): void => {
    if (totals.size < VARIABLE_LIMIT || totals.has(key))
      totals.set(key, either(totals.get(key) ?? NOTHING, value));
  };
  return {
    read: (name, scope) => {
      const key = keyOf(name, scope);
      const cell = cells.get(key);
      if (cell?.scope === scope) return cell.value;
      const earlier = before.get(key);
      if (cell === undefined) return earlier ?? totals.get(key) ?? null;
      return either(earlier ?? NOTHING, cell.value);
    },
    write: (name, value, place) => {
      const key = keyOf(name, place.scope);
      const cell = cells.get(key);
      const kept =
        cell === undefined || replaces(program.blocks, cell, place) ? value : mergeOrigin(cell.value, value);
      if (cells.size < VARIABLE_LIMIT || cell !== undefined)
        cells.set(key, { value: kept, scope: place.scope, block: place.block });
      total(key, value);
    },
    add: (name, value, place) => {
      const key = keyOf(name, place.scope);
      const cell = cells.get(key) ?? {
        value: before.get(key) ?? NOTHING,
        scope: place.scope,
        block: place.block,
      };
      const held = {
        ...cell.value,
        from: cell.value.from | value.from,
        where: cell.value.where | value.where,
      };
      if (cells.size < VARIABLE_LIMIT || cells.has(key)) cells.set(key, { ...cell, value: held });
      total(key, { ...NOTHING, from: value.from, where: value.where });
    },
    pass: (key, value) => {
      if (totals.size < VARIABLE_LIMIT || totals.has(key))
        totals.set(key, always(totals.get(key) ?? NOTHING, value));
    },
    passed: (key) => always(before.get(key) ?? NOTHING, totals.get(key) ?? NOTHING),
    next: () => {
      before = totals;
      cells = new Map();
      totals = new Map();
    },
  };
}

/** A variable belongs to the routine that declares it, or to one around that; else to the page. */
function createKeys(program: Program): (name: string, scope: number) => string {
  const declared = findDeclared(program);
  return (name, scope) => {
    for (let at = scope, steps = 0; at !== 0 && steps < 20; steps++) {
      const local = `${String(at)}#${name}`;
      if (declared.has(local)) return local;
      at = program.routines[at]?.outer ?? 0;
    }
    return `0#${name}`;
  };
}

/** The newer value, with the older one's origin: either may hold. */
function mergeOrigin(older: Value, newer: Value): Value {
  return {
    ...newer,
    from: newer.from | older.from,
    where: newer.where | older.where,
    kind: newer.kind || older.kind,
  };
}

/** True when whoever passes the new assignment has passed no other way that keeps the old one. */
function replaces(
  blocks: readonly number[],
  old: Cell,
  place: { readonly scope: number; readonly block: number },
): boolean {
  if (old.scope !== place.scope) return false;
  for (let block = old.block, steps = 0; steps < 200; steps++) {
    if (block === place.block) return true;
    const around = blocks[block] ?? 0;
    if (around === block) return false;
    block = around;
  }
  return false;
}

function findDeclared(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of program.statements) {
    if (statement.kind === "declare") names.add(`${String(statement.scope)}#${statement.name}`);
  }
  for (const [scope, routine] of program.routines.entries()) {
    for (const parameter of routine.parameters) names.add(`${String(scope)}#${parameter.name}`);
  }
  return names;
}
