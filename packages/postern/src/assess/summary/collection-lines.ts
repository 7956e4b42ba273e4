import type { Collection } from "../../knowledge/index.ts";
import type { NotTaken } from "../../model/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import type { Server, ServerMap } from "../servers/resolve-servers.ts";

/** How each reason is told; what does not exist on a server is not missing. */
const REASONS: Readonly<Record<Exclude<NotTaken, "absent">, string>> = {
  age: "older than the age limit",
  size: "larger than the limit for one file",
  total: "beyond the limit for the whole collection",
  space: "too little free space",
  link: "links that are not followed",
  locked: "in use or not to be opened",
  failed: "reading failed",
  impossible: "this collector cannot take it",
  "left-out": "left out on request",
};

/** Lines shown. */
const MAX_LINES = 12;

/** What the collectors of a server's evidence could not take, and what nobody can say without it; in order of the definitions. */
export function collectionLines(
  items: readonly ItemResult[],
  collection: Collection,
  { map, server }: { readonly map: ServerMap; readonly server: Server },
): readonly string[] {
  const own = items.filter(
    (item) => item.collected !== null && map.ofItem(item.index, null).id === server.id,
  );
  const lines = collection.definitions.flatMap((definition) => {
    const stated = own.flatMap((item) =>
      (item.collected?.definitions ?? []).filter((one) => one.id === definition.id),
    );
    const whys = stated.map((one) => one.missing.flatMap(({ reason, count }) => told(reason, count)));
    // One that took all of it answers for those that did not.
    if (stated.some((one, index) => one.files > 0 && whys[index]?.length === 0)) return [];
    const missing = whys.flat();
    if (missing.length === 0) return [];
    const none = stated.every((one) => one.files === 0);
    const what = `${definition.title} (${[...new Set(missing)].join("; ")})`;
    return none
      ? [`Not collected: ${what}. Without it nobody can say ${definition.answers}.`]
      : [`Collected in part: ${what}. It may not fully answer ${definition.answers}.`];
  });
  return lines.slice(0, MAX_LINES);
}

function told(reason: NotTaken, count: number): readonly string[] {
  if (reason === "absent" || reason === "link") return [];
  const text = REASONS[reason];
  return [reason === "impossible" ? text : `${String(count)} ${text}`];
}
