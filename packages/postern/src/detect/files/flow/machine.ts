import type { Deed, DeedId } from "../capability/effect.ts";
import { isTellingName } from "../capability/things.ts";
import { createMemory, type Memory } from "./memory.ts";
import type { Grammar } from "./parser.ts";
import type { Place, Program } from "./tree.ts";
import { FROM, type Value } from "./value.ts";

/** What the page around the code says. */
export interface Surroundings {
  readonly grammar: Grammar;
  readonly classic: boolean;
  /** Methods are called from outside. */
  readonly service: boolean;
  /** Lower-case ids of controls. */
  readonly controls: ReadonlySet<string>;
  /** Lower-case ids of objects in the markup, to program id or class id. */
  readonly objects: ReadonlyMap<string, string>;
}

/** Fixed text that the page runs, writes or decodes, worth reading as code of its own. */
export interface InnerText {
  readonly text: string;
  readonly at: number;
  /** What is done with it: it runs, it becomes a file, or it is only decoded. */
  readonly use: "run" | "write" | "decode";
}

/** A telling name that was put together from pieces. */
export interface HiddenName {
  readonly name: string;
  readonly at: number;
}

/** What a run over a program finds. */
export interface Flow {
  readonly deeds: readonly Deed[];
  readonly inner: readonly InnerText[];
  readonly hidden: readonly HiddenName[];
  /** True when the page was too large to be followed to the end. */
  readonly exhausted: boolean;
}

/** State of a run. */
export interface Machine {
  readonly program: Program;
  readonly surroundings: Surroundings;
  readonly memory: Memory;
  /** Lower-case names of routines to their numbers. */
  readonly routines: ReadonlyMap<string, readonly number[]>;
  /** Lower-case names of fields and properties of the page and of its classes. */
  readonly fields: ReadonlySet<string>;
  /** For a property the routine that takes what is assigned to it. */
  readonly setters: ReadonlyMap<number, number>;
  readonly deeds: Map<string, Deed>;
  readonly inner: Map<string, InnerText>;
  readonly hidden: Map<string, HiddenName>;
  place: Place;
  /** True in the last run, when everything that can be known is known. */
  collecting: boolean;
  /** Expressions that may still be looked at. */
  budget: number;
  /** How deep expressions stand in each other. */
  depth: number;
}

/** Expressions looked at in one page, all runs together. */
const BUDGET = 1_500_000;
/** Things noted of one page. */
const NOTE_LIMIT = 2000;

/** A machine before its first run. */
export function createMachine(program: Program, surroundings: Surroundings): Machine {
  const routines = new Map<string, number[]>();
  for (const [number, routine] of program.routines.entries()) {
    if (number === 0 || routine.name === "") continue;
    const same = routines.get(routine.name);
    if (same === undefined) routines.set(routine.name, [number]);
    else if (same.length < 20) same.push(number);
  }
  return {
    program,
    surroundings,
    memory: createMemory(program),
    routines,
    fields: findFields(program),
    setters: new Map(
      [...program.routines.entries()].flatMap(([number, one]) =>
        one.name === "set" && one.outer !== 0 ? [[one.outer, number] as const] : [],
      ),
    ),
    deeds: new Map(),
    inner: new Map(),
    hidden: new Map(),
    place: { scope: 0, block: 0 },
    collecting: false,
    budget: BUDGET,
    depth: 0,
  };
}

/** What is declared outside of routines, and routines without parameters, which may be properties. */
function findFields(program: Program): ReadonlySet<string> {
  const declared = program.statements.flatMap((one) =>
    one.kind === "declare" && one.scope === 0 ? [one.name] : [],
  );
  const properties = program.routines.filter((one) => one.parameters.length === 0).map((one) => one.name);
  return new Set([...declared, ...properties]);
}

/** Notes a deed; the same deed at the same place counts once. */
export function noteDeed(
  machine: Machine,
  id: DeedId,
  at: number,
  what: { readonly data: Value; readonly place: Value | null },
): void {
  if (!machine.collecting || machine.deeds.size >= NOTE_LIMIT) return;
  const { data, place } = what;
  const where = place === null ? 0 : place.from | place.where;
  const key = `${id}@${String(at)}`;
  const old = machine.deeds.get(key);
  machine.deeds.set(key, {
    id,
    at,
    from: data.from | (old?.from ?? 0),
    where: where | (old?.where ?? 0),
    text: data.text ?? old?.text ?? null,
    place: place?.text ?? place?.tail ?? old?.place ?? null,
    within: machine.program.routines[machine.place.scope]?.name ?? "",
  });
}

/** Looks at a text that was put together: it may be a name that somebody hides, or code. */
export function noteText(machine: Machine, value: Value, at: number): Value {
  const { text } = value;
  if (text === null || !machine.collecting || !value.pieced) return value;
  if (isTellingName(text) && machine.hidden.size < NOTE_LIMIT) {
    const name = text.trim().toLowerCase();
    if (!machine.hidden.has(name)) machine.hidden.set(name, { name, at });
  } else if ((value.from & FROM.decoded) !== 0 && text.length > 10)
    noteInner(machine, { text, at, use: "decode" });
  return value;
}

/** Notes a fixed text that is worth reading as code. */
export function noteInner(machine: Machine, inner: InnerText): void {
  if (!machine.collecting || machine.inner.size >= 200) return;
  const key = `${inner.use} ${inner.text}`;
  if (!machine.inner.has(key)) machine.inner.set(key, inner);
}

/** Counts one step; false when the page has cost enough. */
export function mayGoOn(machine: Machine): boolean {
  return machine.budget-- > 0;
}
