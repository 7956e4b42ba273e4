import { findEffect } from "../capability/effects.ts";
import { kindOfClass } from "../capability/things.ts";
import { applyEffect } from "./apply-effect.ts";
import { createObject } from "./create.ts";
import { noteDeed, noteText, type Machine } from "./machine.ts";
import { pathOf } from "./paths.ts";
import { callRoutine, routineOf } from "./routine-calls.ts";
import { isCertain } from "./texts.ts";
import type { Call } from "./tree.ts";
import { ASKED, FROM, NOTHING, ORIGIN, spread, valueFrom, type Value } from "./value.ts";

/** `GetType("Name")`, `typeof(Name)`. */
export function typeOf(call: Call, first: Value): Value {
  const arg = call.args[0];
  const path = arg === undefined ? null : pathOf(arg);
  if (isCertain(first))
    return valueFrom(0, kindOfClass(first.text.toLowerCase().split(",")[0]?.trim() ?? "") || "type");
  const kind = path === null ? "" : kindOfClass(path);
  return valueFrom(first.from & (ORIGIN | FROM.whole), kind === "" ? first.kind || "type" : kind);
}

/** A method call on a value. */
export interface Reflected {
  readonly object: Value;
  readonly name: string;
  readonly args: readonly Value[];
  readonly at: number;
}

/** Program parts that are found by name at run time: what is called in the end counts. */
export function reflect(machine: Machine, reflected: Reflected): Value | null {
  const { object, name, args, at } = reflected;
  const [first = NOTHING] = args;
  switch (name) {
    case "gettype":
      if (args.length === 0) return object;
      noteText(machine, first, at);
      return typeOfText(object, first);
    case "gettypefromprogid":
    case "gettypefromclsid":
    case "createobject":
      return createObject(machine, first, at);
    case "createinstance":
      if (object.kind !== "activator" || first.kind === "" || first.kind === "type") return null;
      return valueFrom(first.from & (ORIGIN | FROM.whole), first.kind);
    case "createdelegate": {
      const method = args.find((arg) => arg.kind.startsWith("method:"));
      return method ?? null;
    }
    case "start":
    case "begininvoke":
      return object.kind.startsWith("routine:") ? callRoutine(machine, [routineOf(object)], args) : null;
    case "getvalue":
      return object.kind.startsWith("method:")
        ? invoke(machine, { ...reflected, args: [first] }, object.kind.slice("method:".length))
        : null;
    case "getservice":
      return first.kind === "worker-request" ? first : null;
    case "getmethods":
    case "getmembers":
    case "getconstructors":
      return valueFrom(object.from & (ORIGIN | FROM.whole), `method:${object.kind}.`);
    case "getmethod":
    case "getproperty":
    case "getconstructor":
      noteText(machine, first, at);
      return {
        ...valueFrom(object.from | (first.from & (ORIGIN | FROM.whole))),
        kind: `method:${object.kind}.${isCertain(first) ? first.text.toLowerCase() : ""}`,
      };
    case "invoke":
    case "dynamicinvoke":
      if (object.kind.startsWith("routine:")) return callRoutine(machine, [routineOf(object)], args);
      return object.kind.startsWith("method:")
        ? invoke(machine, reflected, object.kind.slice("method:".length))
        : null;
    case "invokemember": {
      noteText(machine, first, at);
      const target = args[3];
      const kind = target !== undefined && target.kind !== "" ? target.kind : object.kind;
      return invoke(
        machine,
        { ...reflected, args: args.slice(3) },
        isCertain(first) ? `${kind}.${first.text.toLowerCase()}` : "",
      );
    }
    default:
      return null;
  }
}

function typeOfText(object: Value, name: Value): Value {
  if (!isCertain(name)) return valueFrom((name.from | object.from) & ORIGIN, "type");
  const kind = kindOfClass((name.text.split(",")[0] ?? "").trim().toLowerCase());
  return valueFrom(object.from & ORIGIN, kind === "" ? "type" : kind);
}

/** A member that was found by name is called; `called` is its kind and name, with an empty name when that is unknown. */
export function invoke(machine: Machine, reflected: Reflected, called: string): Value {
  const { object, args, at } = reflected;
  const flat = args.slice(1).flatMap((arg) => arg.items ?? [arg]);
  const dot = called.lastIndexOf(".");
  const effect = called === "" ? undefined : findEffect(called.slice(0, dot), called.slice(dot + 1));
  if (effect !== undefined)
    return applyEffect(machine, { effect, object: args[0] ?? object, args: flat, at, called: true });
  const all = spread([object, ...args]);
  if (called === "assembly." || called === "appdomain.") {
    noteDeed(machine, "load-program", at, { data: all, place: null });
    return valueFrom(all.from, "assembly");
  }
  if (called === "" || called.endsWith(".") || (all.from & (ASKED | FROM.decoded)) !== 0)
    noteDeed(machine, "call-by-name", at, { data: all, place: null });
  const decodes = /(?:frombase64string|transformfinalblock|decrypt|getstring)$/u.test(called);
  return valueFrom((all.from & ~FROM.anchor) | (decodes ? FROM.decoded : 0));
}
