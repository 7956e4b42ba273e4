import { serverName } from "../../events/index.ts";
import { formatUtcOrNull, parseIsoTime, least, most } from "../../core/index.ts";
import { findBuild, parseBuild, productOf, type Knowledge, type Product } from "../../knowledge/index.ts";
import type { BuildSpan } from "../../model/index.ts";
import { type ItemResult } from "../../scan/index.ts";
import type { Server, ServerMap } from "./resolve-servers.ts";

/** The builds of one server over time, oldest first: from the logs themselves and from files that state them. */
export function collectBuilds(
  items: readonly ItemResult[],
  of: { readonly map: ServerMap; readonly server: Server },
  knowledge: Knowledge,
): readonly BuildSpan[] {
  const spans = new Map<
    string,
    { build: string; source: string; firstMs: number | null; lastMs: number | null }
  >();
  const add = (build: string, source: string, firstMs: number | null, lastMs: number | null): void => {
    const key = `${build}\n${source}`;
    const known = spans.get(key);
    spans.set(key, {
      build,
      source,
      firstMs: least(known?.firstMs ?? null, firstMs),
      lastMs: most(known?.lastMs ?? null, lastMs),
    });
  };
  for (const item of items) {
    for (const seen of item.builds) {
      if (of.map.of(seen.serverKey, item.index).id === of.server.id)
        add(seen.build, seen.source, seen.firstMs, seen.lastMs);
    }
    for (const stated of item.observations) {
      const name = serverName(stated.server);
      if (of.map.ofItem(item.index, name).id !== of.server.id) continue;
      const at = stated.timeUtc === null ? null : (parseIsoTime(stated.timeUtc)?.timeMs ?? null);
      add(stated.build, stated.source, at, at);
    }
    addDump(item, of, add);
  }
  return [...spans.values()]
    .sort(
      (a, b) =>
        (a.firstMs ?? Infinity) - (b.firstMs ?? Infinity) ||
        (`${a.build} ${a.source}` < `${b.build} ${b.source}` ? -1 : 1),
    )
    .map(({ build, source, firstMs, lastMs }) => ({
      build,
      name: nameOfBuild(build, knowledge),
      first: formatUtcOrNull(firstMs),
      last: formatUtcOrNull(lastMs),
      source,
    }));
}

/** A settings dump in a back door carries the server's version; it shows the CU only. */
function addDump(
  item: ItemResult,
  of: { readonly map: ServerMap; readonly server: Server },
  add: (build: string, source: string, firstMs: number | null, lastMs: number | null) => void,
): void {
  const dump = item.file?.judgement.dump;
  if (
    dump?.build === null ||
    dump?.build === undefined ||
    of.map.ofItem(item.index, null).id !== of.server.id
  )
    return;
  const at = dump.createdUtc === null ? null : (parseIsoTime(dump.createdUtc)?.timeMs ?? null);
  add(dump.build, "settings dump in a file, shows the CU only", at, at);
}

function nameOfBuild(text: string, knowledge: Knowledge): string | null {
  const build = parseBuild(text);
  const known = build === null ? null : findBuild(knowledge, build);
  return known?.name ?? null;
}

/** The product of the newest build seen. */
export function productOfBuilds(builds: readonly BuildSpan[], knowledge: Knowledge): Product | null {
  for (const span of [...builds].reverse()) {
    const build = parseBuild(span.build);
    const product = build === null ? null : productOf(knowledge, build);
    if (product !== null) return product;
  }
  return null;
}
