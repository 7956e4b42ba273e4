import type { Effect } from "../capability/effect.ts";
import { noteDeed, noteInner, type Machine } from "./machine.ts";
import { isCertain } from "./texts.ts";
import { FROM, NOTHING, fresh, joined, type Value } from "./value.ts";

/** A member that is read or called. */
export interface Applied {
  readonly effect: Effect;
  readonly object: Value;
  readonly args: readonly Value[];
  readonly at: number;
  /** False when the member is only read. */
  readonly called: boolean;
}

/** Notes what the member does and gives what it yields. */
export function applyEffect(machine: Machine, applied: Applied): Value {
  const { effect, object, args, called } = applied;
  const place = effect.where === undefined ? null : (args[effect.where] ?? null);
  const fits = effect.needs === undefined || args.some((arg) => arg.kind === effect.needs);
  if (effect.deed !== undefined && fits && (called || effect.called !== true)) note(machine, applied, place);
  if (effect.clears === true) return { ...NOTHING, kind: effect.kind ?? "" };
  const all = [object, ...args];
  const from = all.reduce((sum, value) => sum | value.from, 0) | (effect.from ?? 0);
  const where = object.where | (place === null ? 0 : place.from | place.where);
  const kind = effect.kind ?? "";
  // A place leads to a thing; the thing's content is another matter.
  const added = fresh(effect.from ?? 0);
  const confined = (added & FROM.confined) !== 0 ? FROM.whole : 0;
  const content = (effect.where === undefined ? from | added : added) & ~confined;
  const text = effect.where === undefined ? keptText(applied) : (place?.text ?? null);
  const tail = text === null ? (place?.tail ?? null) : null;
  const here = ((effect.from ?? 0) & FROM.mapped) !== 0 && HERE.test(text ?? "x") ? FROM.here : 0;
  return {
    ...NOTHING,
    from: kind === "request" || kind === "session" || kind === "server" ? added : content | here,
    where,
    kind,
    text,
    tail,
  };
}

/** What `MapPath` takes for the folder of the page, or for the root. */
const HERE = /^[.~/\\]{0,3}$/u;

/** `MapPath("x.asp")` still says `x.asp`. */
function keptText({ effect, args, object }: Applied): string | null {
  if (((effect.from ?? 0) & (FROM.mapped | FROM.confined)) !== 0) return args[0]?.text ?? null;
  return effect.kind === "process" || effect.kind === "writer" ? object.text : null;
}

function note(machine: Machine, applied: Applied, place: Value | null): void {
  const { effect, object, args, at } = applied;
  if (effect.deed === undefined) return;
  const chosen =
    effect.data === undefined
      ? args.filter((_, index) => index !== effect.where)
      : effect.data.flatMap((index) => args[index] ?? []);
  const parts =
    effect.self === true
      ? [...chosen, { ...object, text: chosen.length === 0 ? object.text : null }]
      : chosen;
  const [only = NOTHING] = chosen;
  const data = parts.length === 1 ? (parts[0] ?? NOTHING) : { ...together(parts), text: only.text };
  const own = effect.self === true || effect.at === "self";
  const site =
    own && place === null ? { ...NOTHING, from: object.where, text: object.text, tail: object.tail } : place;
  noteDeed(machine, effect.deed, at, { data, place: site });
  if (effect.deed === "run-code" && isCertain(only)) noteInner(machine, { text: only.text, at, use: "run" });
  if (effect.deed === "write-file" && isCertain(only))
    noteInner(machine, { text: only.text, at, use: "write" });
}

function together(values: readonly Value[]): Value {
  return values.length === 0 ? NOTHING : { ...joined(values), text: null, items: null };
}
