import type { ItemResult } from "../../scan/index.ts";
import type { Server, ServerMap } from "../servers/resolve-servers.ts";

/**
 * Which server an export is shown with. Most exports speak of the whole organisation: one that nothing assigns goes to the first server
 * of the case, never to a server of its own that would have no logs.
 */
export function serverOfExport(item: ItemResult, map: ServerMap): Server {
  const own = map.ofItem(item.index, null);
  if (own.name !== null) return own;
  return map.servers.find((server) => server.name !== null) ?? own;
}
