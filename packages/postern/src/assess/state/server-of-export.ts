import { stateValue, type StateStatement } from "../../detect/index.ts";
import { serverName } from "../../events/index.ts";
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

/** The server that an object names, lower case and without domain; null when it names none. */
export function namedServer(entry: StateStatement): string | null {
  return serverName(stateValue(entry, "server") || serverOfIdentity(entry));
}

/** `LUSD-EX01\OAB (Default Web Site)`: virtual directories and connectors begin with their server. */
function serverOfIdentity(entry: StateStatement): string {
  if (entry.kind !== "virtual-directory" && entry.kind !== "receive-connector") return "";
  return /^([^\\/@]{1,63})\\/u.exec(stateValue(entry, "identity"))?.[1] ?? "";
}
