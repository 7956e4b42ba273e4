import { noteDeed, type Machine } from "./machine.ts";
import { rootOf } from "./paths.ts";
import type { Call, Expression } from "./tree.ts";
import { FROM, NOTHING, ORIGIN, type Value, spread } from "./value.ts";

/** A method call whose arguments are known. */
export interface MovedCall {
  readonly call: Call;
  readonly member: Expression & { readonly kind: "member" };
  readonly args: readonly Value[];
}

const ADDS =
  /^(?:add|append|appendline|appendformat|push|insert|enqueue|write|writeline|writetext|set|concat|unshift|addrange)$/u;
const FILLS =
  /^(?:read|readasync|receive|readblock|copyto|copy|blockcopy|getbytes|beginread|copytoasync|readentitybody)$/u;

/** `list.Add(x)` leaves something in the list, `stream.Read(buffer, 0, n)` in the buffer. */
export function moveData(
  machine: Machine,
  { method, object }: { readonly method: MovedCall; readonly object: Value },
): void {
  const { member, call, args } = method;
  if (ADDS.test(member.name)) absorb(machine, member.of, spread(args));
  if (!FILLS.test(member.name)) return;
  copyToFile(machine, method, object);
  const source = spread([object, ...args]);
  for (const arg of call.args) if (arg.kind === "name") absorb(machine, arg, source);
}

/** `stream.CopyTo(file)` writes the file. */
function copyToFile(machine: Machine, { member, args }: MovedCall, object: Value): void {
  const [target = NOTHING] = args;
  if (!/^copyto(?:async)?$/u.test(member.name)) return;
  const place = { ...NOTHING, from: target.where, text: target.text, tail: target.tail };
  if (target.kind === "writer" || target.kind === "file-stream")
    noteDeed(machine, "write-file", member.at, { data: object, place });
  else if (target.kind === "socket") noteDeed(machine, "relay", member.at, { data: object, place });
  else if (target.kind === "web-request") noteDeed(machine, "relay-http", member.at, { data: object, place });
}

/** Arguments that an object keeps, and which of them is its place. */
export interface Absorbed {
  readonly member: Expression & { readonly kind: "member" };
  readonly args: readonly Value[];
  readonly place: number | null;
}

/** What is put into an object; an address or a path is its place. */
export function absorbCall(machine: Machine, { member, args, place }: Absorbed): void {
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
