import { formatUtc } from "../../core/index.ts";
import type { Gap } from "../../model/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import type { Server, ServerMap } from "../servers/resolve-servers.ts";
import { factsOf } from "./source-facts.ts";

/** Records that are missing inside logs of a server, as gaps of its coverage. */
export function missingRecords(items: readonly ItemResult[], map: ServerMap, server: Server): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const item of items) {
    for (const { serverKey, source, gap } of item.logs.gaps) {
      if (map.of(serverKey, item.index).id !== server.id) continue;
      gaps.set(`${source} ${String(gap.afterId)} ${String(gap.beforeId)}`, {
        source,
        from: formatUtc(Math.min(gap.afterMs, gap.beforeMs)),
        to: formatUtc(Math.max(gap.afterMs, gap.beforeMs)),
        note: `${factsOf(source).title}: ${gap.missing === 1 ? "1 record is" : `${String(gap.missing)} records are`} missing by their numbers`,
      });
    }
  }
  return [...gaps.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
}

/** What can no longer be seen because a log was cleared or switched off, in order of time. */
export function lostLogs(items: readonly ItemResult[], map: ServerMap, server: Server): readonly string[] {
  const lines = items.flatMap((item) =>
    item.logs.signs
      .filter(
        ({ sign, serverKey }) =>
          sign.kind !== "clock-changed" && map.of(serverKey, item.index).id === server.id,
      )
      .map(({ sign, event }) => {
        const time =
          event.timeMs === null ? "" : `${formatUtc(event.timeMs).slice(0, 16).replace("T", " ")} UTC: `;
        const after =
          sign.kind === "log-cleared"
            ? " What it held before is gone."
            : " What happened then may not be in it.";
        return `${time}${sign.text}${after}`;
      }),
  );
  return [...new Set(lines)].sort().slice(0, MAX_LINES);
}

/** Sentences shown; the findings have the rest. */
const MAX_LINES = 6;
