import { findEffect, findInherited } from "../capability/effects.ts";
import { kindOfClass } from "../capability/things.ts";
import { absorbCall, moveData } from "./absorb.ts";
import { applyEffect } from "./apply-effect.ts";
import { createObject, runText, type Evaluate } from "./create.ts";
import { noteDeed, noteText, type Machine } from "./machine.ts";
import { pathOf, rootOf } from "./paths.ts";
import { invoke, reflect, typeOf } from "./reflect.ts";
import { callBasicFile } from "./basic-files.ts";
import { noteNativeCall } from "./native-calls.ts";
import { callRoutine, handOver, resultsOf, routineOf, takeBack } from "./routine-calls.ts";
import { foldIndex, foldText, isCertain } from "./texts.ts";
import type { Call, Expression } from "./tree.ts";
import { ASKED, FROM, NOTHING, ORIGIN, either, spread, valueFrom, type Value } from "./value.ts";

/** Members of a file or folder that say where it lies. */
const NAMES = /^(?:fullname|directoryname|directory|name|path|shortpath|parent|root|parentfolder)$/u;
const NAMESPACES =
  /^(?:system|microsoft|global|my|newtonsoft|mysql|oracle|razorengine|ironpython|iwshruntimelibrary|shell32|jint)(?:\.|$)/u;

/** Visual Basic names these without `System`. */
const BELOW_SYSTEM = /^(?:reflection|io|diagnostics|net|management|runtime|codedom|threading)\./u;

/** `of.name` without a call. */
export function readMember(
  machine: Machine,
  member: Expression & { readonly kind: "member" },
  evaluate: Evaluate,
): Value {
  const path = pathOf(member);
  const held = path === null ? null : machine.memory.read(path, machine.place.scope);
  const object = evaluate(machine, member.of);
  const effect = findEffect(object.kind, member.name);
  if (held !== null && effect === undefined)
    return { ...held, from: held.from | (object.from & (ORIGIN | FROM.whole)) };
  if (effect !== undefined) {
    // Basic calls without brackets; elsewhere a method that is only named is a reference to it.
    const basic = machine.surroundings.grammar === "basic";
    if (effect.called === true && effect.deed !== undefined && !basic) {
      return valueFrom(object.from & (ORIGIN | FROM.whole), `method:${object.kind}.${member.name}`);
    }
    const value = applyEffect(machine, { effect, object, args: [], at: member.at, called: basic });
    return held === null ? value : either(value, held);
  }
  if (member.name === "constructor" && machine.surroundings.grammar === "jscript" && isFunction(object))
    return valueFrom(0, "eval");
  // `task.Result` and `lazy.Value` are what the function gives back.
  if (object.kind.startsWith("routine:") && /^(?:value|result)$/u.test(member.name))
    return callRoutine(machine, [routineOf(object)], []);
  if ((object.kind === "file" || object.kind === "folder") && NAMES.test(member.name))
    return valueFrom(object.where);
  const inBasic = machine.surroundings.grammar === "basic";
  const own = ownRoutine(machine, object, member.name);
  if (own !== null && object.kind === "context") return own;
  const known = NAMESPACES.test(path ?? "") || (inBasic && BELOW_SYSTEM.test(path ?? ""));
  if (path !== null && known && object.kind === "") return valueFrom(0, kindOfClass(member.name));
  if (member.name === "text" || member.name === "innertext" || member.name === "value")
    return textOfControl(machine, member, object);
  const folded = foldText(member.name, object, []);
  if (folded !== null) return noteText(machine, folded, member.at);
  return { ...NOTHING, from: object.from & ~(FROM.anchor | FROM.interpreter), where: object.where };
}

/** `box.Text`: what the visitor typed, when `box` is a control of the page or unknown to it. */
function textOfControl(
  machine: Machine,
  member: Expression & { readonly kind: "member" },
  object: Value,
): Value {
  const root = rootOf(member.of);
  const control = object.kind === "control" || (root !== null && machine.surroundings.controls.has(root));
  const unknown =
    member.name === "text" &&
    object === NOTHING &&
    member.of.kind === "name" &&
    machine.memory.read(member.of.name, machine.place.scope) === null;
  if (control || unknown) return valueFrom(FROM.control);
  return { ...NOTHING, from: object.from };
}

/** Calls of the form `of(args)` and `of[args]`. */
export function callValue(machine: Machine, call: Call, evaluate: Evaluate): Value {
  const args = call.args.map((arg) => evaluate(machine, arg));
  const { of } = call;
  if (of.kind === "name") return callName(machine, { call, name: of.name, args, evaluate });
  if (of.kind === "member") return callMethod(machine, { call, member: of, args, evaluate });
  callStored(machine, of, args);
  return callOrIndex(machine, evaluate(machine, of), { args, at: call.at });
}

/** `table["x"](argument)`: each function that the table holds may be meant. */
function callStored(machine: Machine, of: Expression, args: readonly Value[]): void {
  const root = rootOf(of);
  const stored = root === null ? NOTHING : machine.memory.passed(`functions#${root}`);
  if (stored.kind.startsWith("routine:")) callRoutine(machine, [routineOf(stored)], args);
}

interface NamedCall {
  readonly call: Call;
  readonly name: string;
  readonly args: readonly Value[];
  readonly evaluate: Evaluate;
}

const OWN_OBJECT = /^(?:this|self|window|globalthis)$/u;
const RUNNERS: ReadonlySet<string> = new Set(["eval", "execute", "executeglobal", "jscriptevaluate"]);

function callName(machine: Machine, named: NamedCall): Value {
  const { name, args, call } = named;
  // `this["eval"]` is `eval`.
  if (OWN_OBJECT.test(name) && args.length === 1 && isCertain(args[0])) {
    noteText(machine, args[0], call.at);
    return named.evaluate(machine, { kind: "name", name: args[0].text.toLowerCase(), at: call.at });
  }
  const routine = machine.routines.get(name);
  const held = machine.memory.read(name, machine.place.scope);
  if (routine !== undefined && (held === null || held.kind !== "eval"))
    return callOwn(machine, routine, { call, args });
  const [first = NOTHING] = args;
  if (held?.kind.startsWith("routine:") === true) return callRoutine(machine, [routineOf(held)], args);
  if (held?.kind.startsWith("method:") === true) {
    return invoke(
      machine,
      { object: held, name, args: [NOTHING, ...args], at: call.at },
      held.kind.slice("method:".length),
    );
  }
  if (RUNNERS.has(name) && held === null) return runNamed(machine, args, call.at);
  if (held === null && /^(?:eval|exec)/u.test(name) && args.length > 0 && !machine.routines.has(name)) {
    noteDeed(machine, "run-unknown", call.at, { data: first, place: null });
  }
  if (name === "createobject" || name === "getobject") return createObject(machine, first, call.at);
  if (name === "gettype" || name === "typeof") return typeOf(call, first);
  if (name === "callbyname") return callByName(machine, args, call.at);
  const file = callBasicFile(machine, name, { args, at: call.at });
  if (file !== null) return file;
  const inherited = findInherited(name);
  if (inherited !== undefined && held === null)
    return applyEffect(machine, { effect: inherited, object: NOTHING, args, at: call.at, called: true });
  if (name === "getref" && isCertain(first)) {
    const [number] = machine.routines.get(first.text.toLowerCase()) ?? [];
    return number === undefined ? NOTHING : valueFrom(0, `routine:${String(number)}`);
  }
  if (CASTS.has(name)) return castTo(first, call.args[1]);
  if (NUMERIC.has(name)) return { ...NOTHING, kind: "number" };
  if (name === "iif" || name === "if") return args.slice(args.length === 2 ? 0 : 1).reduce(either, NOTHING);
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

/** A routine of the page's own, or a native function that it declares. */
function callOwn(
  machine: Machine,
  numbers: readonly number[],
  { call, args }: { readonly call: Call; readonly args: readonly Value[] },
): Value {
  noteNativeCall(machine, numbers, { args, at: call.at });
  const result = callRoutine(machine, numbers, args);
  takeBack(machine, numbers, call.args);
  return result;
}

/** `CallByName(object, "Run", CallType.Method, argument)` */
function callByName(
  machine: Machine,
  [object = NOTHING, name, , ...args]: readonly Value[],
  at: number,
): Value {
  noteText(machine, name ?? NOTHING, at);
  const called = isCertain(name) ? `${object.kind}.${name.text.toLowerCase()}` : "";
  return invoke(machine, { object, name: "callbyname", args: [object, ...args], at }, called);
}

const CASTS: ReadonlySet<string> = new Set(["ctype", "directcast", "trycast"]);

/** A cast changes nothing but what we know of the value. */
function castTo(value: Value, type: Expression | undefined): Value {
  const path = type === undefined || value.kind !== "" ? null : pathOf(type);
  const kind = path === null ? "" : kindOfClass(path);
  return kind === "" || kind === "number" || kind === "type" ? value : { ...value, kind };
}

const NUMERIC: ReadonlySet<string> = new Set(
  "len lenb instr instrb instrrev ubound lbound cint clng cdbl cbool cdate isnull isempty isnumeric isarray isobject isdate parseint parsefloat number isnan int fix abs rnd now timer date time day month year hour minute second dateadd datediff formatnumber formatdatetime strcomp vartype typename isnothing csng cbyte".split(
    " ",
  ),
);
const CODERS: ReadonlySet<string> = new Set([
  "chr",
  "chrw",
  "chrb",
  "strreverse",
  "unescape",
  "atob",
  "decodeuricomponent",
]);

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
      if (object.kind.startsWith("method:")) return object;
      return {
        ...NOTHING,
        from: (object.from | (first.from & (ORIGIN | FROM.whole))) & ~(FROM.anchor | FROM.interpreter),
        where: object.where,
      };
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
  if (name.text !== null && OWN_VARIABLES.test(name.text.toLowerCase()))
    return valueFrom(FROM.anchor | FROM.here);
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
  const other = callOtherwise(machine, object, method);
  if (other !== null) return other;
  const effect = findEffect(object.kind, name);
  if (effect !== undefined) {
    const value = applyEffect(machine, { effect, object, args, at, called: true });
    if (
      args.length > 0 &&
      PROPERTIES.has(value.kind) &&
      PROPERTIES.has(effect.kind ?? "") &&
      effect.where === undefined
    ) {
      return callOrIndex(machine, { ...value, kind: effect.kind ?? "" }, { args, at: call.at });
    }
    if (effect.absorbs === true) absorbCall(machine, { member, args, place: effect.where ?? null });
    return DECODERS.has(name) ? noteText(machine, foldText(name, object, args) ?? value, at) : value;
  }
  const path = pathOf(member);
  const stored = path === null ? null : machine.memory.read(path, machine.place.scope);
  if (stored?.kind === "eval") return runText(machine, args[0] ?? NOTHING, at);
  const own = machine.routines.get(name);
  if (own !== undefined && isExtension(machine, own)) return callRoutine(machine, own, [object, ...args]);
  if (own !== undefined && (object.kind === "context" || object.kind === ""))
    return callOwn(machine, own, { call, args });
  const folded = foldText(name, object, args);
  if (folded !== null) return noteText(machine, folded, at);
  if (object.kind.startsWith("method:") && PICKS.test(name)) return object;
  moveData(machine, { method, object });
  if (PROPERTIES.has(object.kind))
    return callOrIndex(machine, readMember(machine, member, evaluate), { args, at: call.at });
  handOver(machine, object, args);
  if (name === "reverse" && call.args[0]?.kind === "name") {
    const reversed = foldText("strreverse", null, args) ?? NOTHING;
    machine.memory.write(call.args[0].name, reversed, machine.place);
  }
  const all = spread([object, ...args, resultsOf(machine, args)]);
  const computed = DECODERS.has(name) ? FROM.decoded : 0;
  return {
    ...NOTHING,
    from: (all.from & ~FROM.anchor) | computed,
    where: object.where,
    kind: KEEPS.has(object.kind) ? object.kind : "",
  };
}

/** Calls in another dress: `get_Name()`, `f.call(x)`, `f.apply(x, [y])`, `f.constructor(text)`. */
function callOtherwise(machine: Machine, object: Value, method: MethodCall): Value | null {
  const { member, args, evaluate } = method;
  const { name, at } = member;
  if (/^get_./u.test(name)) {
    // What a property is called underneath: `get_Request()`.
    const property = readMember(machine, { ...member, name: name.slice("get_".length) }, evaluate);
    return args.length === 0 ? property : callOrIndex(machine, property, { args, at });
  }
  if ((name === "call" || name === "apply") && isFunction(object)) {
    const passed = name === "apply" ? (args[1]?.items ?? args.slice(1)) : args.slice(1);
    return callOrIndex(machine, object, { args: passed, at });
  }
  // The constructor of any function makes code of text.
  if (name === "constructor" && machine.surroundings.grammar === "jscript" && args.length > 0) {
    return runText(machine, args.at(-1) ?? NOTHING, at);
  }
  return null;
}

/** Ways to pick from a list. */
const PICKS =
  /^(?:first|firstordefault|single|singleordefault|last|lastordefault|where|toarray|tolist|orderby)$/u;

/** `value.Go(b)` where `Go(this T value, b)` is the page's own: the object is the first argument. */
function isExtension(machine: Machine, numbers: readonly number[]): boolean {
  return numbers.every((number) => machine.program.routines[number]?.parameters[0]?.extended === true);
}

function isFunction({ kind }: Value): boolean {
  return kind === "eval" || kind.startsWith("routine:");
}

const DECODERS: ReadonlySet<string> = new Set([
  "frombase64string",
  "getstring",
  "urldecode",
  "htmldecode",
  "unescapedatastring",
  "fromhexstring",
]);
/** Kinds whose members are indexed rather than called: `Request.Form("x")`. */
const PROPERTIES: ReadonlySet<string> = new Set([
  "request",
  "request-values",
  "session",
  "files",
  "server-variables",
]);
const KEEPS: ReadonlySet<string> = new Set(["builder", "powershell", "bytes", "list", "registry"]);

function ownRoutine(machine: Machine, object: Value, name: string): Value | null {
  const numbers = object.kind === "" || object.kind === "context" ? machine.routines.get(name) : undefined;
  return numbers === undefined ? null : callRoutine(machine, numbers, []);
}
