import type { EngineEvent, FieldGetter } from "@postern/sigma";

import type { EcsFields, Event } from "../../model/index.ts";

/** Names for which an event whose export dropped them has a normalized value. */
const NORMALIZED_NAMES: Readonly<Record<string, keyof EcsFields>> = {
  EventID: "event.code",
  Channel: "winlog.channel",
  Provider: "event.provider",
  Computer: "host.name",
};

/** Fields that no record has as such: pipelines name them where rules ask for what a record says in another form. */
const DERIVED: Readonly<Record<string, (event: Event) => string | undefined>> = {
  "cs-uri": uriOf,
  "record.uri": uriOf,
  "record.uri-extension": extensionOf,
  "record.values": valuesOf,
};

/** Reads an event's fields by the vendor's name, else by what the normalizer made of them. */
export function fieldsOf(event: Event): FieldGetter {
  const { fields, ecs } = event;
  return (name) => {
    if (Object.hasOwn(fields, name)) return fields[name];
    if (Object.hasOwn(DERIVED, name)) return DERIVED[name]?.(event);
    const normalized = Object.hasOwn(NORMALIZED_NAMES, name) ? NORMALIZED_NAMES[name] : undefined;
    if (normalized !== undefined) return ecs[normalized];
    return isEcsName(name, ecs) ? ecs[name] : undefined;
  };
}

/**
 * The text in which keywords are looked for. Of a Windows event all values, because its raw form escapes them; of other
 * records the raw line and the address as the client asked for it, which W3C logs hold in two columns.
 */
export function textOf(event: Event): string {
  if (event.raw === null || event.artifact === "windows-event") return valuesOf(event);
  const uri = event.ecs["url.query"] === undefined ? undefined : uriOf(event);
  return uri === undefined ? event.raw : `${event.raw}\n${uri}`;
}

/** An event as the engine asks for it. */
export function engineEventOf(event: Event): EngineEvent {
  return {
    source: event.artifact,
    channel: event.ecs["winlog.channel"]?.toLowerCase() ?? null,
    event: event.ecs["event.code"] ?? null,
    get: fieldsOf(event),
    text: () => textOf(event),
  };
}

function isEcsName(name: string, ecs: EcsFields): name is keyof EcsFields {
  return Object.hasOwn(ecs, name);
}

function valuesOf(event: Event): string {
  return Object.values(event.fields).join("\n");
}

function uriOf({ ecs }: Event): string | undefined {
  const path = ecs["url.path"];
  const query = ecs["url.query"];
  return path === undefined || query === undefined ? path : `${path}?${query}`;
}

function extensionOf({ ecs }: Event): string | undefined {
  return /\.([A-Za-z0-9]{1,10})$/.exec(ecs["url.path"] ?? "")?.[1];
}
