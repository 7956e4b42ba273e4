import { absorb } from "./absorb.ts";
import { evaluate } from "./evaluate.ts";
import { noteNativeDeclarations } from "./native-calls.ts";
import { pathOf, rootOf } from "./paths.ts";
import { createMachine, noteDeed, type Flow, type Machine, type Surroundings } from "./machine.ts";
import { kindOfClass } from "../capability/things.ts";
import type { Expression, Program, Statement } from "./tree.ts";
import { FROM, NOTHING, either, joined, valueFrom, type Value } from "./value.ts";

/** Runs over the program: the last one takes notes. Three let a value pass through two routines in any order. */
const RUNS = 4;

/** Follows data through a program. Bounded by a budget, never throws. */
export function followData(program: Program, surroundings: Surroundings): Flow {
  const machine = createMachine(program, surroundings);
  for (let run = 1; run <= RUNS; run++) {
    machine.collecting = run === RUNS;
    // What comes in through methods that are called from outside.
    seedParameters(machine);
    for (const statement of program.statements) {
      machine.place = statement;
      runStatement(machine, statement);
    }
    machine.memory.next();
  }
  noteDeclarations(machine);
  return {
    exhausted: machine.budget <= 0,
    deeds: [...machine.deeds.values()],
    inner: [...machine.inner.values()],
    hidden: [...machine.hidden.values()],
  };
}

const EXPOSED: ReadonlySet<string> = new Set([
  "webmethod",
  "operationcontract",
  "scriptmethod",
  "webget",
  "webinvoke",
  "httpget",
  "httppost",
  "soaprpcmethod",
]);

function seedParameters(machine: Machine): void {
  const { program, surroundings, memory } = machine;
  // An interface says which methods are called from outside; classes hold them.
  const named = new Set(
    program.routines.filter((one) => one.attributes.some((name) => EXPOSED.has(name))).map((one) => one.name),
  );
  for (const [number, routine] of program.routines.entries()) {
    const exposed =
      (routine.name !== "" && named.has(routine.name)) || (surroundings.service && isPublic(routine.name));
    for (const { name, type } of routine.parameters) {
      const kind = kindOfClass(type);
      const outside =
        exposed &&
        (kind === "" || kind === "number") &&
        !/^(?:object|eventargs|asynccallback|iasyncresult)$/u.test(type);
      memory.pass(`${String(number)}#${name}`, valueFrom(outside && kind === "" ? FROM.request : 0, kind));
    }
  }
}

/** Methods that the server calls, not the visitor. */
function isPublic(name: string): boolean {
  return !/^(?:processrequest|main|dispose|application_\w+|session_\w+|page_\w+)$/u.test(name);
}

function runStatement(machine: Machine, statement: Statement): void {
  switch (statement.kind) {
    case "do":
      evaluate(machine, statement.value);
      return;
    case "return": {
      const value = evaluate(machine, statement.value);
      machine.memory.pass(`return#${String(statement.scope)}`, value);
      return;
    }
    case "declare": {
      const kind = kindOfClass(statement.type);
      const value = statement.value === null ? NOTHING : evaluate(machine, statement.value);
      const typed =
        kind === "number" ? { ...NOTHING, text: value.text, kind } : { ...value, kind: value.kind || kind };
      // A field that is only declared keeps what other routines put into it.
      if (statement.value === null && kind === "") return;
      machine.memory.write(statement.name, typed, statement);
      if (statement.value !== null) setFields(machine, statement.name, statement.value);
      return;
    }
    case "each": {
      const value = evaluate(machine, statement.of);
      const element = value.items?.reduce(either, NOTHING) ?? value;
      const kind = value.kind === "files" ? "posted-file" : value.kind;
      machine.memory.write(
        statement.name,
        { ...element, kind, text: null, from: element.from | value.from },
        statement,
      );
      return;
    }
    case "set":
      assign(machine, statement);
  }
}

function assign(machine: Machine, statement: Statement & { readonly kind: "set" }): void {
  const value = evaluate(machine, statement.value);
  const { target } = statement;
  if (target.kind === "name" || target.kind === "member") setProperty(machine, target.name, value);
  if (target.kind === "name") {
    const before = statement.add ? evaluate(machine, target) : null;
    const routine = machine.program.routines[statement.scope];
    const made = before === null ? value : joined([before, value]);
    // A function of Basic gives back what its own name holds.
    if (routine !== undefined && routine.name === target.name && machine.surroundings.grammar === "basic") {
      machine.memory.pass(`return#${String(statement.scope)}`, {
        ...made,
        text: joinsItself(target.name, statement.value) ? null : made.text,
      });
      machine.memory.write(`${target.name}()`, made, statement);
      return;
    }
    machine.memory.write(target.name, made, statement);
    if (routine?.parameters.some((one) => one.back === true && one.name === target.name) === true)
      machine.memory.pass(`back#${String(statement.scope)}#${target.name}`, made);
    setFields(machine, target.name, statement.value);
    return;
  }
  if (target.kind === "list") assignEach(machine, target.items, value);
  else if (target.kind === "call" && target.of.kind === "name" && target.of.name === "var")
    assignEach(machine, target.args, value);
  else if (target.kind === "call") assignElement(machine, target, value);
  else if (target.kind === "member") assignMember(machine, statement, value);
}

/** `Decode = Decode & Chr(x)` */
function joinsItself(name: string, value: Expression): boolean {
  return value.kind === "join" && value.parts.some((part) => part.kind === "name" && part.name === name);
}

function setFields(machine: Machine, name: string, value: Expression): void {
  if (value.kind !== "list" && value.kind !== "new") return;
  for (const field of value.fields.slice(0, 200)) {
    machine.memory.write(`${name}.${field.name}`, evaluate(machine, field.value), machine.place);
  }
  for (const item of value.items.slice(0, 200)) {
    const held = item.kind === "list" ? item.items.at(-1) : undefined;
    if (held?.kind === "lambda") machine.memory.pass(`functions#${name}`, evaluate(machine, held));
  }
}

function assignElement(machine: Machine, target: Expression & { readonly kind: "call" }, value: Value): void {
  const object = evaluate(machine, target.of);
  for (const arg of target.args) evaluate(machine, arg);
  const [key] = target.args;
  if (object.kind === "session") {
    const name = key === undefined ? NOTHING : evaluate(machine, key);
    machine.memory.pass(name.text === null ? "session:" : `session:${name.text.toLowerCase()}`, value);
    return;
  }
  absorb(machine, target, value);
  const root = rootOf(target);
  if (root !== null && value.kind.startsWith("routine:")) machine.memory.pass(`functions#${root}`, value);
}

/** What is assigned to a property goes to its `Set`, or to `Property Let`. */
function setProperty(machine: Machine, name: string, value: Value): void {
  for (const number of machine.routines.get(name) ?? []) {
    if (number === machine.place.scope) continue;
    machine.memory.pass(`set#${String(number)}`, value);
    const taking = machine.setters.get(number) ?? number;
    const parameter = machine.program.routines[taking]?.parameters.at(-1);
    if (parameter !== undefined) machine.memory.pass(`${String(taking)}#${parameter.name}`, value);
  }
}

/** `(a, b) = value` and `var (a, b) = value`. */
function assignEach(machine: Machine, names: readonly Expression[], value: Value): void {
  for (const [index, name] of names.entries()) {
    const part = value.items?.[index] ?? { ...value, items: null };
    if (name.kind === "name") machine.memory.write(name.name, part, machine.place);
  }
}

function assignMember(machine: Machine, statement: Statement & { readonly kind: "set" }, value: Value): void {
  const { target } = statement;
  if (target.kind !== "member") return;
  const object = evaluate(machine, target.of);
  const path = pathOf(target);
  if (path !== null) machine.memory.write(path, value, statement);
  if (object.kind === "" && machine.fields.has(target.name) && path !== null)
    machine.memory.add(target.name, value, { scope: 0, block: 0 });
  const root = rootOf(target);
  if (value.kind === "typed-json" && root !== null)
    machine.memory.write(root, { ...object, kind: "typed-json" }, statement);
  if (object.kind === "directory-entry")
    noteDeed(machine, "accounts", target.at, { data: value, place: null });
  if (object.kind === "file" && /attributes|time|date/u.test(target.name)) {
    noteDeed(machine, "change-file", target.at, { data: value, place: { ...NOTHING, from: object.where } });
  }
  if (/^(?:connectionstring|activeconnection)$/u.test(target.name)) {
    if (root !== null) machine.memory.add(root, { ...NOTHING, where: value.from | value.where }, statement);
    return;
  }
  // The text of a label says nothing of the label.
  if (KEEPS.has(object.kind)) absorb(machine, target.of, value);
}

const KEEPS: ReadonlySet<string> = new Set([
  "process",
  "sql-command",
  "sql-connection",
  "stream",
  "powershell",
  "cipher",
  "bytes",
  "wmi",
  "xmlhttp",
  "xml",
  "web-request",
  "list",
  "builder",
]);

function noteDeclarations(machine: Machine): void {
  noteNativeDeclarations(machine);
  const virtual = machine.program.bases.some(
    (base) => base === "virtualpathprovider" || base === "virtualfile",
  );
  if (virtual) noteDeed(machine, "hook-requests", 0, { data: valueFrom(0), place: null });
}
