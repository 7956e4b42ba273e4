import { kindOfClass, kindOfObject } from "../capability/things.ts";
import { noteDeed, noteInner, noteText, type Machine } from "./machine.ts";
import { callRoutine } from "./routine-calls.ts";
import { foldText, isCertain } from "./texts.ts";
import type { Expression, New } from "./tree.ts";
import { ASKED, FROM, NOTHING, ORIGIN, joined, textValue, valueFrom, type Value } from "./value.ts";

/** Evaluates one expression. */
export type Evaluate = (machine: Machine, expression: Expression) => Value;

/** What `new Type(...)` makes. */
export function createValue(machine: Machine, created: New, evaluate: Evaluate): Value {
  const args = created.args.map((arg) => evaluate(machine, arg));
  const fields = created.fields.map((field) => evaluate(machine, field.value));
  const items = created.items.map((item) => evaluate(machine, item));
  const last = created.type.slice(created.type.lastIndexOf(".") + 1);
  if (items.length > 0) return { ...valueFrom(sumFrom(items)), items };
  if (last === "activexobject") return createObject(machine, args[0] ?? NOTHING, created.at);
  if (last === "function" && machine.surroundings.grammar === "jscript")
    return runText(machine, args.at(-1) ?? NOTHING, created.at);
  if (last === "string") {
    const folded = foldText("getstring", valueFrom(0), args);
    return noteText(machine, folded ?? joined(args), created.at);
  }
  const alias = created.type.includes(".") ? null : machine.memory.read(created.type, machine.place.scope);
  // `new Func<...>(x => ...)` is the function itself.
  const kind =
    kindOfClass(created.type) ||
    alias?.kind ||
    (args.find((arg) => arg.kind.startsWith("routine:"))?.kind ?? "");
  const held = [...args, ...fields];
  if (kind === "") fillOwn(machine, created, { last, args, fields });
  const value = { ...valueFrom(sumFrom(held), kind), where: sumWhere(held) };
  if (fields.some((field) => field.kind === "typed-json")) return { ...value, kind: "typed-json" };
  return shape(machine, value, { args, at: created.at });
}

interface Filled {
  readonly last: string;
  readonly args: readonly Value[];
  readonly fields: readonly Value[];
}

/** A class of the page's own: its constructor runs, and its fields hold what braces put into them. */
function fillOwn(machine: Machine, created: New, { last, args, fields }: Filled): void {
  const basic = machine.surroundings.grammar === "basic";
  const constructor = machine.routines.get(basic ? "new" : last);
  if (constructor !== undefined) callRoutine(machine, constructor, args);
  for (const [index, { name }] of created.fields.entries()) {
    if (machine.fields.has(name)) machine.memory.add(name, fields[index] ?? NOTHING, { scope: 0, block: 0 });
  }
}

function sumFrom(values: readonly Value[]): number {
  return values.reduce((sum, value) => sum | value.from, 0);
}

function sumWhere(values: readonly Value[]): number {
  return values.reduce((sum, value) => sum | value.where, 0);
}

interface Made {
  readonly args: readonly Value[];
  readonly at: number;
}

/** Arguments that name a place (path, address, connection) are kept apart from data. */
function shape(machine: Machine, value: Value, made: Made): Value {
  const [first = NOTHING, second = NOTHING] = made.args;
  switch (value.kind) {
    case "writer":
    case "file-stream":
    case "folder":
    case "file":
      return first.kind === "" || first.kind === "session" || first.kind === "request-values"
        ? { ...value, from: 0, where: first.from | first.where, text: first.text, tail: first.tail }
        : { ...value, where: first.where, text: first.text, tail: first.tail };
    case "reader":
      if (
        first.kind === "" &&
        (first.from & ORIGIN) !== 0 &&
        first.text === null &&
        (first.from & FROM.decoded) === 0
      ) {
        noteDeed(machine, "read-file", made.at, { data: NOTHING, place: first });
        return { ...value, from: first.from | FROM.file };
      }
      return value;
    case "sql-connection":
      return { ...value, from: 0, where: first.from | first.where };
    case "sql-command":
      return { ...value, from: first.from, where: second.from | second.where, text: first.text };
    case "socket":
      if (made.args.length > 1 && (first.from & ORIGIN) !== 0)
        noteDeed(machine, "connect", made.at, { data: NOTHING, place: first });
      return { ...value, from: 0, where: first.from | first.where | second.from };
    case "number":
      return { ...value, from: 0, text: isCertain(first) ? first.text : null };
    case "serializer":
      return made.args.some((arg) => arg.kind === "type-resolver") ? { ...value, kind: "formatter" } : value;
    case "xml-serializer":
      if ((first.from & ASKED) !== 0)
        noteDeed(machine, "create-by-name", made.at, { data: first, place: null });
      return value;
    case "resource-reader":
      noteDeed(machine, "deserialize", made.at, { data: first, place: null });
      return value;
    case "wmi":
    case "directory-entry":
    case "wmi-query":
      return { ...value, text: first.text };
    case "process":
      return { ...value, text: first.text };
    default:
      return value;
  }
}

/** `CreateObject("...")`, `new ActiveXObject("...")`, `GetTypeFromProgID("...")`. */
export function createObject(machine: Machine, id: Value, at: number): Value {
  noteText(machine, id, at);
  // Windows fetches the script that such a name points to, and runs it.
  if (/^\s*script(?:let)?:/iu.test(id.text ?? ""))
    noteDeed(machine, "run-code", at, { data: valueFrom(FROM.network), place: null });
  if (isCertain(id)) return valueFrom(0, kindOfObject(id.text));
  if ((id.from & ASKED) !== 0) noteDeed(machine, "create-by-name", at, { data: id, place: null });
  return valueFrom(id.from & (ORIGIN | FROM.whole));
}

/** A text is run as code; JScript.NET names its rights (`unsafe`) beside it. */
export function runText(machine: Machine, code: Value, at: number, rights: Value | null = null): Value {
  const bracketed = machine.surroundings.classic && code.text === null && code.tail === ")";
  const place = bracketed && machine.surroundings.grammar === "jscript" ? textValue("expression") : rights;
  noteDeed(machine, "run-code", at, { data: code, place });
  if (isCertain(code)) noteInner(machine, { text: code.text, at, use: "run" });
  return valueFrom(code.from & (ORIGIN | FROM.whole), "");
}
