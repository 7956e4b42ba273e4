import { findInherited } from "../capability/effects.ts";
import { kindOfClass, kindOfObject } from "../capability/things.ts";
import { callValue, readMember } from "./calls.ts";
import { createValue } from "./create.ts";
import { mayGoOn, noteText, type Machine } from "./machine.ts";
import { foldNumbers } from "./texts.ts";
import type { Expression, Join } from "./tree.ts";
import { FROM, NOTHING, either, joined, textValue, valueFrom, type Value } from "./value.ts";

/** Trees are not followed deeper: the stack is finite. */
const DEPTH_LIMIT = 1200;

/** What an expression stands for; notes what it does. */
export function evaluate(machine: Machine, expression: Expression): Value {
  if (!mayGoOn(machine) || machine.depth > DEPTH_LIMIT) return NOTHING;
  machine.depth++;
  const value = evaluateKind(machine, expression);
  machine.depth--;
  return value;
}

function evaluateKind(machine: Machine, expression: Expression): Value {
  switch (expression.kind) {
    case "text":
      return textValue(expression.value);
    case "number":
      return { ...NOTHING, text: String(expression.value), kind: "number" };
    case "name":
      return evaluateName(machine, expression.name);
    case "member":
      return readMember(machine, expression, evaluate);
    case "call":
      return callValue(machine, expression, evaluate);
    case "new":
      return createValue(machine, expression, evaluate);
    case "join":
      return evaluateJoin(machine, expression);
    case "choice":
      return expression.parts.map((part) => evaluate(machine, part)).reduce(either, NOTHING);
    case "list": {
      const items = expression.items.map((item) => evaluate(machine, item));
      const fields = expression.fields.map((field) => evaluate(machine, field.value));
      const from = [...items, ...fields].reduce((sum, item) => sum | (item.from & ~FROM.anchor), 0);
      return { ...NOTHING, from, items: items.length > 0 ? items : null };
    }
    case "lambda":
      return valueFrom(0, `routine:${String(expression.routine)}`);
    case "opaque":
      return NOTHING;
  }
}

const COMPARES: ReadonlySet<string> = new Set(
  "|| && or orelse and andalso eqv imp == != === !== < > <= >= <> = is isnot like instanceof in".split(" "),
);

function evaluateJoin(machine: Machine, join: Join): Value {
  const parts = join.parts.map((part) => evaluate(machine, part));
  if (COMPARES.has(join.op)) return NOTHING;
  const numbers = parts.every((part) => part.kind === "number");
  if (join.op !== "&" && (join.op !== "+" || numbers)) {
    const folded = foldNumbers(join.op, parts);
    if (folded !== null) return { ...folded, from: 0, kind: "number" };
    const from = parts.reduce((sum, part) => sum | part.from, 0) & ~FROM.anchor;
    // `a[i] ^ key[i]`: the way ciphers of a few lines work.
    const computed = join.op === "xor" || join.op === "^" ? FROM.decoded : 0;
    return { ...NOTHING, from: from | computed, kind: numbers ? "number" : "" };
  }
  return noteText(machine, joined(parts), join.at);
}

const CONSTANTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    vbcrlf: "\r\n",
    vbnewline: "\r\n",
    vbcr: "\r",
    vblf: "\n",
    vbtab: "\t",
    vbnullstring: "",
  }),
);
const PLACES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    request: "request",
    session: "session",
    application: "session",
    cache: "session",
    viewstate: "session",
    server: "server",
    context: "context",
    httpcontext: "context",
    page: "context",
    this: "context",
    me: "context",
    objectcontext: "context",
  }),
);

function evaluateName(machine: Machine, name: string): Value {
  const { memory, place, surroundings, routines } = machine;
  const held = memory.read(name, place.scope);
  if (held !== null) return held;
  const routine = routines.get(name);
  if (routine !== undefined) {
    const result = routine.map((number) => memory.passed(`return#${String(number)}`)).reduce(either, NOTHING);
    const [number = 0] = routine;
    // A method with parameters that is only named is handed over, not called.
    const named =
      surroundings.grammar !== "basic" && (machine.program.routines[number]?.parameters.length ?? 0) > 0;
    return named ? { ...result, kind: `routine:${String(number)}` } : result;
  }
  const thing = PLACES.get(name);
  if (thing !== undefined) return valueFrom(0, thing);
  if (name === "eval" || (name === "execute" && surroundings.grammar === "basic"))
    return valueFrom(0, "eval");
  const object = surroundings.objects.get(name);
  if (object !== undefined) return valueFrom(0, kindOfObject(object));
  if (surroundings.controls.has(name)) return valueFrom(0, "control");
  // In the `set` of a property of C#.
  if (name === "value" && surroundings.grammar === "csharp")
    return memory.passed(`set#${String(place.scope)}`);
  const inherited = findInherited(name);
  if (inherited !== undefined && inherited.deed === undefined)
    return valueFrom(inherited.from ?? 0, inherited.kind ?? "");
  const constant = CONSTANTS.get(name);
  if (constant !== undefined) return { ...NOTHING, text: constant };
  return valueFrom(0, kindOfClass(name));
}
