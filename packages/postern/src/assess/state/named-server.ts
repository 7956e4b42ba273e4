import { stateValue, type StateStatement } from "../../detect/index.ts";
import { serverName } from "../../events/index.ts";

/** The server that an exported object names, lower case and without domain; null when it names none. */
export function namedServer(entry: StateStatement): string | null {
  return serverName(stateValue(entry, "server") || serverOfIdentity(entry));
}

/** `LUSD-EX01\OAB (Default Web Site)`: virtual directories and connectors begin with their server. */
function serverOfIdentity(entry: StateStatement): string {
  if (entry.kind !== "virtual-directory" && entry.kind !== "receive-connector") return "";
  return /^([^\\/@]{1,63})\\/u.exec(stateValue(entry, "identity"))?.[1] ?? "";
}
