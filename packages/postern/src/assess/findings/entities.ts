import type { Entities, Event } from "../../model/index.ts";
import { canaryOf } from "./address-join.ts";

const MAX_VALUES = 50;
const MAX_CHARACTERS = 300;

type EntityName = keyof Entities;

/** Collects the names that a finding is about; bounded, sorted. */
export class EntityCollector {
  readonly #values = new Map<EntityName, Set<string>>();

  add(name: EntityName, value: string | null | undefined): void {
    if (value === null || value === undefined || value === "" || value === "-") return;
    const known = this.#values.get(name) ?? new Set<string>();
    this.#values.set(name, known);
    if (known.size < MAX_VALUES) known.add(value.slice(0, MAX_CHARACTERS));
  }

  addAll(entities: Entities): void {
    for (const name of ENTITY_NAMES) for (const value of entities[name] ?? []) this.add(name, value);
  }

  addEvent(event: Event): void {
    const { ecs, fields } = event;
    this.add("userAgents", ecs["user_agent.original"]);
    this.add("users", ecs["user.name"]);
    this.add("urls", fields["AnchorMailbox"] ?? urlOf(event));
    this.add("files", ecs["file.path"] ?? writtenPath(fields["message"]));
    this.add("processes", ecs["process.command_line"] ?? ecs["process.name"]);
    this.add("cmdlets", fields["S:CMD"] ?? cmdletOf(fields));
    this.add("sessions", canaryOf(event));
    this.add("mailboxes", fields["ActAsUser"] ?? fields["ImpersonatedUser"]);
  }

  values(name: EntityName): readonly string[] {
    return [...(this.#values.get(name) ?? [])].sort();
  }

  toEntities(): Entities {
    return Object.fromEntries(
      ENTITY_NAMES.flatMap((name) => (this.#values.has(name) ? [[name, this.values(name)]] : [])),
    );
  }
}

const ENTITY_NAMES: readonly EntityName[] = [
  "addresses",
  "users",
  "mailboxes",
  "files",
  "urls",
  "userAgents",
  "hashes",
  "processes",
  "cmdlets",
  "sessions",
];

function urlOf(event: Event): string | null {
  const path = event.ecs["url.path"];
  if (path === undefined) return null;
  const query = event.ecs["url.query"];
  return query === undefined || /^&?CorrelationID=/u.test(query) ? path : `${path}?${query}`;
}

function cmdletOf(fields: Readonly<Record<string, string>>): string | null {
  const cmdlet = fields["Cmdlet"];
  return cmdlet === undefined ? null : `${cmdlet} ${fields["Parameters"] ?? ""}`.trim();
}

function writtenPath(message: string | undefined): string | null {
  return /temporary file '([^']+)'/u.exec(message ?? "")?.[1] ?? null;
}
