import { noteDeed, type Machine } from "./machine.ts";
import type { Routine } from "./tree.ts";
import { ASKED, FROM, spread, valueFrom, type Value } from "./value.ts";

/** Native functions that a page takes into itself. Source: the Windows API documentation. */
const NATIVE =
  /^(?:virtualalloc(?:ex)?|createthread|createremotethread|virtualprotect(?:ex)?|writeprocessmemory|createprocess(?:as|with)?\w*|loadlibrary\w*|getprocaddress|ntcreatethreadex|rtlmovememory|enumwindows|callwindowproc\w?|queueuserapc|openprocess)$/u;
const ACCOUNT =
  /^(?:logonuser\w?|impersonateloggedonuser|duplicatetoken(?:ex)?|netuseradd|netlocalgroupaddmembers|openprocesstoken|adjusttokenprivileges)$/u;
const STARTS =
  /^(?:winexec|_?w?system|shellexecute(?:ex)?[aw]?|createprocess(?:as|with)?\w*|_?w?popen|_?w?spawn\w*|_?w?exec[lv]\w*)$/u;

/** How attributes tell the name of the native function, when the routine has another. */
export const ENTRY_POINT = "entrypoint:";

/** The native function that a routine stands for; null for a routine of the page's own. */
function nativeName(routine: Routine | undefined): string | null {
  if (routine === undefined || !routine.attributes.includes("dllimport")) return null;
  const entry = routine.attributes.find((one) => one.startsWith(ENTRY_POINT));
  return entry === undefined ? routine.name : entry.slice(ENTRY_POINT.length);
}

/** Notes that native functions are declared, which no page of a web site needs. */
export function noteNativeDeclarations(machine: Machine): void {
  for (const routine of machine.program.routines) {
    const name = nativeName(routine);
    if (name === null) continue;
    if (NATIVE.test(name)) noteDeed(machine, "native-code", routine.at, { data: valueFrom(0), place: null });
    if (ACCOUNT.test(name)) noteDeed(machine, "accounts", routine.at, { data: valueFrom(0), place: null });
  }
}

/** Notes what is handed to native functions. */
export function noteNativeCall(
  machine: Machine,
  numbers: readonly number[],
  { args, at }: { readonly args: readonly Value[]; readonly at: number },
): void {
  for (const number of numbers) {
    const name = nativeName(machine.program.routines[number]);
    if (name === null) continue;
    const data = spread(args);
    if (STARTS.test(name)) noteDeed(machine, "run-program", at, { data, place: null });
    else if (NATIVE.test(name) && (data.from & (ASKED | FROM.decoded | FROM.network)) !== 0)
      noteDeed(machine, "native-code", at, { data, place: null });
  }
}
