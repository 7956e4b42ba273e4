import { findEffect } from "../capability/effects.ts";
import { kindOfClass } from "../capability/things.ts";
import { applyEffect } from "./apply-effect.ts";
import { createObject, runText, type Evaluate } from "./create.ts";
import { noteDeed, noteText, type Machine } from "./machine.ts";
import { foldIndex, foldText, isCertain } from "./texts.ts";
import type { Call, Expression } from "./tree.ts";
import { ASKED, FROM, NOTHING, ORIGIN, either, valueFrom, type Value } from "./value.ts";

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

/** Members of a file or folder that say where it lies. */
const NAMES = /^(?:fullname|directoryname|directory|name|path|shortpath|parent|root|parentfolder)$/u;
const NAMESPACES = /^(?:system|microsoft|global|my|newtonsoft|mysql|oracle)(?:\.|$)/u;

/** `of.name` without a call. */
export function readMember(machine: Machine, member: Expression & { readonly kind: "member" }, evaluate: Evaluate): Value {
  const path = pathOf(member);
  const held = path === null ? null : machine.memory.read(path, machine.place.scope);
  const object = evaluate(machine, member.of);
  const effect = findEffect(object.kind, member.name);
  if (held !== null && effect === undefined) return { ...held, from: held.from | (object.from & (ORIGIN | FROM.whole)) };
  if (effect !== undefined) {
    const value = applyEffect(machine, { effect, object, args: [], at: member.at, called: false });
    return held === null ? value : either(value, held);
  }
  if ((object.kind === "file" || object.kind === "folder") && NAMES.test(member.name)) return valueFrom(object.where);
  const own = ownRoutine(machine, object, member.name);
  if (own !== null && object.kind === "context") return own;
  if (path !== null && NAMESPACES.test(path) && object.kind === "") return valueFrom(0, kindOfClass(member.name));
  if (member.name === "text" || member.name === "innertext" || member.name === "value") return textOfControl(machine, member, object);
  const folded = foldText(member.name, object, []);
  if (folded !== null) return noteText(machine, folded, member.at);
  return { ...NOTHING, from: object.from & ~(FROM.anchor | FROM.interpreter), where: object.where };
}

/** `box.Text`: what the visitor typed, when `box` is a control of the page or unknown to it. */
function textOfControl(machine: Machine, member: Expression & { readonly kind: "member" }, object: Value): Value {
  const root = rootOf(member.of);
  const control = object.kind === "control" || (root !== null && machine.surroundings.controls.has(root));
  const unknown = member.name === "text" && object === NOTHING && member.of.kind === "name" && machine.memory.read(member.of.name, machine.place.scope) === null;
  if (control || unknown) return valueFrom(FROM.control);
  return { ...NOTHING, from: object.from };
}

/** Calls of the form `of(args)` and `of[args]`. */
export function callValue(machine: Machine, call: Call, evaluate: Evaluate): Value {
  const args = call.args.map((arg) => evaluate(machine, arg));
  const { of } = call;
  if (of.kind === "name") return callName(machine, { call, name: of.name, args, evaluate });
  if (of.kind === "member") return callMethod(machine, { call, member: of, args, evaluate });
  return callOrIndex(machine, evaluate(machine, of), { args, at: call.at });
}

interface NamedCall {
  readonly call: Call;
  readonly name: string;
  readonly args: readonly Value[];
  readonly evaluate: Evaluate;
}

const RUNNERS: ReadonlySet<string> = new Set(["eval", "execute", "executeglobal", "jscriptevaluate"]);

function callName(machine: Machine, named: NamedCall): Value {
  const { name, args, call } = named;
  const routine = machine.routines.get(name);
  const held = machine.memory.read(name, machine.place.scope);
  if (routine !== undefined && (held === null || held.kind !== "eval")) return callRoutine(machine, routine, args);
  const [first = NOTHING] = args;
  if (held?.kind.startsWith("routine:") === true) return callRoutine(machine, [routineOf(held)], args);
  if (held?.kind.startsWith("method:") === true) {
    return invoke(machine, { object: held, name, args: [NOTHING, ...args], at: call.at }, held.kind.slice("method:".length));
  }
  if (RUNNERS.has(name) && held === null) return runNamed(machine, args, call.at);
  if (held === null && /^(?:eval|exec)/u.test(name) && args.length > 0 && !machine.routines.has(name)) {
    noteDeed(machine, "run-unknown", call.at, { data: first, place: null });
  }
  if (name === "createobject" || name === "getobject") return createObject(machine, first, call.at);
  if (name === "gettype" || name === "typeof") return typeOf(call, first);
  if (name === "ctype" || name === "directcast" || name === "trycast") return first;
  if (NUMERIC.has(name)) return { ...NOTHING, kind: "number" };
  if (name === "iif" || name === "if") return args.slice(1).reduce(either, NOTHING);
  if (held === null || held === NOTHING) {
    const folded = foldText(name, null, args);
    if (folded !== null) return noteText(machine, folded, call.at);
    if (CODERS.has(name)) return { ...spread(args), from: spread(args).from | FROM.decoded };
  }
  if (name === "shell" && machine.surroundings.grammar === "basic" && held === null) {
    noteDeed(machine, "run-program", call.at, { data: first, place: null });
  }
  return callOrIndex(machine, named.evaluate(machine, call.of), { args, at: call.at });
}

const NUMERIC: ReadonlySet<string> = new Set(
  "len lenb instr instrb instrrev ubound lbound cint clng cdbl cbool cdate isnull isempty isnumeric isarray isobject isdate parseint parsefloat number isnan int fix abs rnd now timer date time day month year hour minute second dateadd datediff formatnumber formatdatetime strcomp vartype typename isnothing csng cbyte".split(
    " ",
  ),
);
const CODERS: ReadonlySet<string> = new Set(["chr", "chrw", "chrb", "strreverse", "unescape", "atob", "decodeuricomponent"]);

/** `eval(x)`. In C# the word means data binding, unless a visitor chooses what is bound. */
function runNamed(machine: Machine, args: readonly Value[], at: number): Value {
  const [code = NOTHING, rights] = args;
  if (machine.surroundings.grammar === "csharp" && (code.from & ASKED) === 0) return valueFrom(FROM.database);
  const value = runText(machine, code, at, rights);
  if (!isCertain(code)) return value;
  // `eval("request")` gives the object of that name.
  const name = code.text.trim().toLowerCase();
  if (name === "request") return valueFrom(0, "request");
  return /\brequest\b/iu.test(name) ? valueFrom(FROM.request) : value;
}

function typeOf(call: Call, first: Value): Value {
  const arg = call.args[0];
  const path = arg === undefined ? null : pathOf(arg);
  if (isCertain(first)) return valueFrom(0, kindOfClass(first.text.toLowerCase().split(",")[0]?.trim() ?? "") || "type");
  const kind = path === null ? "" : kindOfClass(path);
  return valueFrom(first.from & (ORIGIN | FROM.whole), kind === "" ? first.kind || "type" : kind);
}

function routineOf(value: Value): number {
  return Number(value.kind.slice("routine:".length));
}

/** Functions without a name that are handed to others are called with what those hold. */
function handOver(machine: Machine, object: Value, args: readonly Value[]): void {
  for (const arg of args) {
    if (!arg.kind.startsWith("routine:")) continue;
    const rest = args.filter((other) => other !== arg);
    callRoutine(machine, [routineOf(arg)], [{ ...spread([object, ...rest]), kind: object.kind }]);
  }
}

/** What a routine gives back, after it was handed its arguments. */
function callRoutine(machine: Machine, numbers: readonly number[], args: readonly Value[]): Value {
  let result = NOTHING;
  for (const number of numbers) {
    const routine = machine.program.routines[number];
    for (const [index, parameter] of (routine?.parameters ?? []).entries()) {
      const arg = args[index];
      if (arg !== undefined) machine.memory.pass(`${String(number)}#${parameter.name}`, arg);
    }
    result = either(result, machine.memory.passed(`return#${String(number)}`));
  }
  return result;
}

interface Arguments {
  readonly args: readonly Value[];
  readonly at: number;
}

/** A value that is called or indexed: a list, a reference to `eval`, the request. */
function callOrIndex(machine: Machine, object: Value, { args, at }: Arguments): Value {
  const [first = NOTHING] = args;
  switch (object.kind) {
    case "eval":
      return runText(machine, first, at);
    case "request":
      return valueFrom(FROM.request, "request-values");
    case "files":
      return valueFrom(FROM.upload, "posted-file");
    case "session":
      return storedValue(machine, first);
    case "server-variables":
      return serverVariable(first);
    case "upload-component":
      return valueFrom(FROM.upload, "posted-file");
    case "file":
    case "folder":
    case "registry":
    case "request-values":
    case "posted-file":
      return object;
    default: {
      if (object.kind.startsWith("routine:")) return callRoutine(machine, [routineOf(object)], args);
      const picked = foldIndex(object, first);
      if (picked !== null) return noteText(machine, picked, at);
      return { ...NOTHING, from: (object.from | (first.from & (ORIGIN | FROM.whole))) & ~(FROM.anchor | FROM.interpreter), where: object.where };
    }
  }
}

function storedValue(machine: Machine, key: Value): Value {
  const name = key.text === null ? "session:" : `session:${key.text.toLowerCase()}`;
  const held = machine.memory.passed(name);
  return { ...held, from: held.from | FROM.stored };
}

/** What the server says of itself comes from nobody outside. */
const OWN_VARIABLES =
  /^(?:script_name|url|path_info|path_translated|appl_\w+|local_addr|server_\w+|instance_\w+|gateway_interface|request_method|remote_\w+|logon_user|auth_\w+|https?|content_length|http_host|cert_\w+|all_http)$/u;

function serverVariable(name: Value): Value {
  if (name.text !== null && OWN_VARIABLES.test(name.text.toLowerCase())) return valueFrom(FROM.anchor | FROM.here);
  return valueFrom(FROM.request);
}

interface MethodCall {
  readonly call: Call;
  readonly member: Expression & { readonly kind: "member" };
  readonly args: readonly Value[];
  readonly evaluate: Evaluate;
}

function callMethod(machine: Machine, method: MethodCall): Value {
  const { call, member, args, evaluate } = method;
  const { name } = member;
  const object = evaluate(machine, member.of);
  const at = member.at;
  const reflected = reflect(machine, { object, name, args, at });
  if (reflected !== null) return reflected;
  const effect = findEffect(object.kind, name);
  if (effect !== undefined) {
    const value = applyEffect(machine, { effect, object, args, at, called: true });
    if (args.length > 0 && PROPERTIES.has(value.kind) && PROPERTIES.has(effect.kind ?? "") && effect.where === undefined) {
      return callOrIndex(machine, { ...value, kind: effect.kind ?? "" }, { args, at: call.at });
    }
    if (effect.absorbs === true) absorbCall(machine, { member, args, place: effect.where ?? null });
    return DECODERS.has(name) ? noteText(machine, foldText(name, object, args) ?? value, at) : value;
  }
  const path = pathOf(member);
  const stored = path === null ? null : machine.memory.read(path, machine.place.scope);
  if (stored?.kind === "eval") return runText(machine, args[0] ?? NOTHING, at);
  const own = machine.routines.get(name);
  if (own !== undefined && (object.kind === "context" || object.kind === "")) return callRoutine(machine, own, args);
  const folded = foldText(name, object, args);
  if (folded !== null) return noteText(machine, folded, at);
  if (PROPERTIES.has(object.kind)) return callOrIndex(machine, readMember(machine, member, evaluate), { args, at: call.at });
  moveData(machine, { method, object });
  handOver(machine, object, args);
  if (name === "reverse" && call.args[0]?.kind === "name") {
    const reversed = foldText("strreverse", null, args) ?? NOTHING;
    machine.memory.write(call.args[0].name, reversed, machine.place);
  }
  const all = spread([object, ...args]);
  const computed = DECODERS.has(name) ? FROM.decoded : 0;
  return { ...NOTHING, from: (all.from & ~FROM.anchor) | computed, where: object.where, kind: KEEPS.has(object.kind) ? object.kind : "" };
}

const DECODERS: ReadonlySet<string> = new Set(["frombase64string", "getstring", "urldecode", "htmldecode", "unescapedatastring", "fromhexstring"]);
/** Kinds whose members are indexed rather than called: `Request.Form("x")`. */
const PROPERTIES: ReadonlySet<string> = new Set(["request", "request-values", "session", "files", "server-variables"]);
const KEEPS: ReadonlySet<string> = new Set(["builder", "powershell", "bytes", "list", "registry"]);
const ADDS = /^(?:add|append|appendline|appendformat|push|insert|enqueue|write|writeline|writetext|set|concat|unshift|addrange)$/u;
const FILLS = /^(?:read|readasync|receive|readblock|copyto|copy|blockcopy|getbytes|beginread|copytoasync)$/u;

/** `list.Add(x)` leaves something in the list, `stream.Read(buffer, 0, n)` in the buffer. */
function moveData(machine: Machine, { method, object }: { readonly method: MethodCall; readonly object: Value }): void {
  const { member, call, args } = method;
  if (ADDS.test(member.name)) absorb(machine, member.of, spread(args));
  if (!FILLS.test(member.name)) return;
  const source = spread([object, ...args]);
  for (const arg of call.args) if (arg.kind === "name") absorb(machine, arg, source);
}

interface Absorbed {
  readonly member: Expression & { readonly kind: "member" };
  readonly args: readonly Value[];
  readonly place: number | null;
}

/** What is put into an object; an address or a path is its place. */
function absorbCall(machine: Machine, { member, args, place }: Absorbed): void {
  const site = place === null ? undefined : args[place];
  const data = spread(args.filter((arg) => arg !== site));
  absorb(machine, member.of, { ...data, where: data.where | (site?.from ?? 0) | (site?.where ?? 0) });
}

/** Adds content to the variable at the bottom of an expression. */
export function absorb(machine: Machine, expression: Expression, value: Value): void {
  const root = rootOf(expression);
  const from = value.from & (ORIGIN | FROM.mixed | FROM.interpreter | FROM.whole);
  if (root === null || (from === 0 && value.where === 0)) return;
  if (/^(?:this|me|page|response|session|application|request|server|context)$/u.test(root)) return;
  machine.memory.add(root, { ...NOTHING, from, where: value.where }, machine.place);
}

/** Origins of several values together. */
function spread(values: readonly Value[]): Value {
  let from = 0;
  let where = 0;
  for (const value of values) {
    from |= value.from;
    where |= value.where;
  }
  return { ...NOTHING, from, where };
}

function ownRoutine(machine: Machine, object: Value, name: string): Value | null {
  const numbers = object.kind === "" || object.kind === "context" ? machine.routines.get(name) : undefined;
  return numbers === undefined ? null : callRoutine(machine, numbers, []);
}

interface Reflected {
  readonly object: Value;
  readonly name: string;
  readonly args: readonly Value[];
  readonly at: number;
}

/** Program parts that are found by name at run time: what is called in the end counts. */
function reflect(machine: Machine, reflected: Reflected): Value | null {
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
    case "getmethod":
    case "getproperty":
    case "getconstructor":
      noteText(machine, first, at);
      return { ...valueFrom(object.from | (first.from & (ORIGIN | FROM.whole))), kind: `method:${object.kind}.${isCertain(first) ? first.text.toLowerCase() : ""}` };
    case "invoke":
    case "dynamicinvoke":
      if (object.kind.startsWith("routine:")) return callRoutine(machine, [routineOf(object)], args);
      return object.kind.startsWith("method:") ? invoke(machine, reflected, object.kind.slice("method:".length)) : null;
    case "invokemember": {
      noteText(machine, first, at);
      const target = args[3];
      const kind = target !== undefined && target.kind !== "" ? target.kind : object.kind;
      return invoke(machine, { ...reflected, args: args.slice(3) }, isCertain(first) ? `${kind}.${first.text.toLowerCase()}` : "");
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

function invoke(machine: Machine, reflected: Reflected, called: string): Value {
  const { object, args, at } = reflected;
  const flat = args.slice(1).flatMap((arg) => arg.items ?? [arg]);
  const dot = called.lastIndexOf(".");
  const effect = called === "" ? undefined : findEffect(called.slice(0, dot), called.slice(dot + 1));
  if (effect !== undefined) return applyEffect(machine, { effect, object: args[0] ?? object, args: flat, at, called: true });
  const all = spread([object, ...args]);
  if (called === "assembly." || called === "appdomain.") {
    noteDeed(machine, "load-program", at, { data: all, place: null });
    return valueFrom(all.from, "assembly");
  }
  if (called === "" || called.endsWith(".") || (all.from & (ASKED | FROM.decoded)) !== 0) noteDeed(machine, "call-by-name", at, { data: all, place: null });
  const decodes = /(?:frombase64string|transformfinalblock|decrypt|getstring)$/u.test(called);
  return valueFrom((all.from & ~FROM.anchor) | (decodes ? FROM.decoded : 0));
}
