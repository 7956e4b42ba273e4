import { noteDeed, type Machine } from "./machine.ts";
import { FROM, NOTHING, spread, valueFrom, type Value } from "./value.ts";

/** Where the memory keeps the place of files that Basic opened by number. */
const OPENED = "opened-file#";
const WRITES: ReadonlySet<string> = new Set(["print", "printline", "write", "writeline", "fileput"]);
const READS: ReadonlySet<string> = new Set(["input", "inputstring", "lineinput", "fileget"]);

/** `FileOpen(1, path, mode)`, `Print(1, text)` of Visual Basic .NET; null for anything else. */
export function callBasicFile(
  machine: Machine,
  name: string,
  { args, at }: { readonly args: readonly Value[]; readonly at: number },
): Value | null {
  if (machine.surroundings.grammar !== "basic" || machine.surroundings.classic || args.length < 2)
    return name === "lineinput" && args.length === 1 ? valueFrom(FROM.file) : null;
  const place = machine.memory.passed(OPENED);
  if (name === "fileopen") {
    machine.memory.pass(OPENED, args[1] ?? NOTHING);
    return NOTHING;
  }
  if (WRITES.has(name) && place !== NOTHING)
    noteDeed(machine, "write-file", at, { data: spread(args.slice(1)), place });
  else if (READS.has(name) && place !== NOTHING) noteDeed(machine, "read-file", at, { data: NOTHING, place });
  else return null;
  return valueFrom(FROM.file);
}
