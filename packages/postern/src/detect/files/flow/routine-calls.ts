import type { Machine } from "./machine.ts";
import type { Expression } from "./tree.ts";
import { NOTHING, either, spread, type Value } from "./value.ts";

/** Number of the routine that a value of kind `routine:` stands for. */
export function routineOf(value: Value): number {
  return Number(value.kind.slice("routine:".length));
}

/** Functions without a name that are handed to others are called with what those hold. */
export function handOver(machine: Machine, object: Value, args: readonly Value[]): void {
  for (const arg of args) {
    if (!arg.kind.startsWith("routine:")) continue;
    const rest = args.filter((other) => other !== arg);
    callRoutine(machine, [routineOf(arg)], [{ ...spread([object, ...rest]), kind: object.kind }]);
  }
}

/** What a routine gives back, after it was handed its arguments. */
export function callRoutine(machine: Machine, numbers: readonly number[], args: readonly Value[]): Value {
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

/** What `ref` and `out` parameters give back is in the variables that were passed. */
export function takeBack(machine: Machine, numbers: readonly number[], args: readonly Expression[]): void {
  for (const number of numbers) {
    for (const [index, parameter] of (machine.program.routines[number]?.parameters ?? []).entries()) {
      const arg = args[index];
      if (parameter.back !== true || arg?.kind !== "name") continue;
      const value = machine.memory.passed(`back#${String(number)}#${parameter.name}`);
      if (value !== NOTHING) machine.memory.write(arg.name, value, machine.place);
    }
  }
}

/** What functions without a name among some values give back. */
export function resultsOf(machine: Machine, values: readonly Value[]): Value {
  return values
    .filter((value) => value.kind.startsWith("routine:"))
    .map((value) => machine.memory.passed(`return#${String(routineOf(value))}`))
    .reduce(either, NOTHING);
}
