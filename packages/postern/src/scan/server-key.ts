import type { Event } from "../model/index.ts";

/**
 * What a record says about the server that wrote it, before names are resolved over the whole case:
 * `name:<host>`, `ip:<own address>` (IIS knows only that) or `item:<index>` (it does not say at all).
 */
export type ServerKey = string;

/** A record's own column wins, then a manifest or `--server`, then the server's own address. */
export function serverKeyOf(
  event: Pick<Event, "server" | "ecs">,
  hint: string | null,
  item: number,
): ServerKey {
  if (event.server !== null) return `name:${event.server}`;
  if (hint !== null) return `name:${hint}`;
  const address = event.ecs["host.ip"];
  return address === undefined ? `item:${String(item)}` : `ip:${address}`;
}
