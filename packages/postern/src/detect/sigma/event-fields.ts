import type { FieldGetter } from "@postern/sigma";

import type { Event } from "../../model/index.ts";
import { NORMALIZED_NAMES } from "./field-mappings.ts";

/** Reads an event's fields by the vendor's name, else by what the normalizer made of them. */
export function fieldsOf(event: Event): FieldGetter {
  return (name) => {
    const own = valueOf(event, name);
    if (own !== undefined) return own;
    if (name === "cs-uri") return uriOf(event);
    const normalized = Object.hasOwn(NORMALIZED_NAMES, name) ? NORMALIZED_NAMES[name] : undefined;
    return normalized === undefined ? undefined : event.ecs[normalized];
  };
}

/** The text in which keywords are looked for: the raw record, else all values. */
export function textOf(event: Event): string {
  return event.raw ?? Object.values(event.fields).join(" ");
}

function valueOf(event: Event, name: string): string | undefined {
  return Object.hasOwn(event.fields, name) ? event.fields[name] : undefined;
}

function uriOf(event: Event): string | undefined {
  const stem = valueOf(event, "cs-uri-stem");
  const query = valueOf(event, "cs-uri-query");
  if (stem === undefined) return undefined;
  return query === undefined || query === "" || query === "-" ? stem : `${stem}?${query}`;
}
