import type { Damage } from "../../model/index.ts";
import { decodeHead } from "../exchange-build/decoded-text.ts";
import { cliXmlForm } from "./cli-xml-form.ts";
import { csvForm } from "./csv-form.ts";
import { jsonForm } from "./json-form.ts";
import { findStateKind } from "./kinds.ts";
import { listForm } from "./list-form.ts";
import { toStateEntry, type StateEntry } from "./state-entry.ts";
import type { StateForm } from "./state-object.ts";

export type { StateKind } from "./kinds.ts";
export type { StateEntry } from "./state-entry.ts";

/** Reads one form of exports of Exchange's own state. Never throws on any bytes. */
export interface StateReader {
  /** Artifact id. */
  readonly id: string;
  readonly title: string;
  /** Gives each known object in turn; objects of other kinds are passed over. */
  parse(bytes: Uint8Array, item: number, take: (entry: StateEntry) => void): readonly Damage[];
}

const FORMS: readonly StateForm[] = [cliXmlForm, jsonForm, csvForm, listForm];

/** Artifact ids of all forms. */
export const STATE_READER_IDS: readonly string[] = FORMS.map((form) => `exchange-state-${form.id}`);

const TITLES: Readonly<Record<StateForm["id"], string>> = {
  "cli-xml": "Exchange state (Export-Clixml)",
  json: "Exchange state (ConvertTo-Json)",
  csv: "Exchange state (Export-Csv)",
  list: "Exchange state (Format-List)",
};

/**
 * The reader of a file that holds objects of Exchange, known by its first bytes and never by its name, or null. The first objects
 * decide: at least one of those that stand whole in `head` must be known.
 */
export function findStateReader(head: Uint8Array, name: string): StateReader | null {
  const form = FORMS.find((one) => one.identify(head, name));
  if (form === undefined || !holdsKnown(form, head)) return null;
  return {
    id: `exchange-state-${form.id}`,
    title: TITLES[form.id],
    parse: (bytes, item, take) =>
      form.parse(bytes, item, (object) => {
        const entry = toStateEntry(object);
        if (entry !== null) take(entry);
      }),
  };
}

/** An object may be longer than the head: then the class names or members that stand in the head decide. */
function holdsKnown(form: StateForm, head: Uint8Array): boolean {
  if (form.id === "csv") return true;
  const found = new Set<string>();
  form.parse(head.subarray(0, head.length & ~1), 0, (object) => found.add(findStateKind(object) ?? ""));
  const known = [...found].some((kind) => kind !== "");
  if (known || (form.id !== "cli-xml" && form.id !== "json")) return known;
  const text = decodeHead(head);
  const names = (pattern: RegExp): readonly string[] =>
    [...text.matchAll(pattern)].map((found) => found[1] ?? "");
  if (form.id === "cli-xml")
    return names(/<T>(?:Deserialized\.)?([^<]{1,200})<\/T>/gu).some(
      (name) => findStateKind({ types: [name], members: new Map() }) !== null,
    );
  const members = new Map(names(/"(\w{1,60})"\s{0,4}:/gu).map((name) => [name.toLowerCase(), []] as const));
  return findStateKind({ types: [], members }) !== null;
}
