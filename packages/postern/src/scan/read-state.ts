import type { BuildReader, StateReader } from "../artifacts/index.ts";
import { readAll } from "../core/index.ts";
import { judgeSettings, stateValue, type SettingFacts } from "../detect/index.ts";
import { normalizeExportedAudit } from "../events/index.ts";
import { ItemExportedSeen } from "./item-exported.ts";
import type { ItemScan } from "./item-scan.ts";
import { readBuildFile } from "./read-item.ts";
import type { ScanContext } from "./scan-context.ts";

/** Exports are read whole. The rights on the folders of ten thousand mailboxes are some fifty megabytes. */
const MAX_STATE_BYTES = 128 << 20;
/** Search-AdminAuditLog and Search-MailboxAuditLog stop at so many records unless told otherwise: then the log held more. */
const SEARCH_LIMITS: ReadonlySet<number> = new Set([1_000, 250_000]);

/**
 * Reads an export of Exchange's own state. Records of its audit logs become events; transport agents are judged as those of
 * agents.config are; the rest is kept for the assessment, because one object is judged by others that lie in other files.
 */
export async function readState(
  scan: ItemScan,
  kind: { readonly state: StateReader; readonly build: BuildReader | null },
  context: ScanContext,
): Promise<void> {
  if (kind.build !== null) await readBuildFile(scan, kind.build);
  const { bytes, cut } = await readAll(scan.source, MAX_STATE_BYTES);
  const seen = new ItemExportedSeen();
  const agents: SettingFacts[] = [];
  let audited = 0;
  const damage = kind.state.parse(bytes, scan.item.index, (entry) => {
    const event = normalizeExportedAudit(entry);
    if (event === null) seen.add(entry);
    else {
      scan.addEvent(event);
      audited++;
    }
    if (entry.kind === "transport-agent") agents.push(agentSetting(entry));
  });
  for (const one of damage) scan.addDamage(one);
  if (cut) addCut(scan);
  scan.damaged += damage.length + (cut ? 1 : 0);
  scan.exported = seen.list();
  scan.records += seen.records + audited;
  if (SEARCH_LIMITS.has(audited))
    scan.note = `exactly ${String(audited)} records: the search stopped at its limit, the log held more`;
  if (agents.length > 0)
    scan.settings ??= {
      source: "transport-agents",
      entries: agents.length,
      leads: context.settings === null ? [] : judgeSettings(agents, context.settings()),
    };
}

function agentSetting(
  entry: { readonly excerpt: string; readonly at: SettingFacts["at"] } & Parameters<typeof stateValue>[0],
): SettingFacts {
  const values = {
    name: stateValue(entry, "identity", "name"),
    classFactory: stateValue(entry, "transportagentfactory"),
    assemblyPath: stateValue(entry, "assemblypath"),
    enabled: stateValue(entry, "enabled"),
  };
  return { kind: "transport-agent", values, location: "", excerpt: entry.excerpt, at: entry.at };
}

function addCut(scan: ItemScan): void {
  const lengthBytes = Math.max(0, (scan.item.sizeBytes ?? 0) - MAX_STATE_BYTES);
  const at = { item: scan.item.index, offsetBytes: MAX_STATE_BYTES, lengthBytes, record: null };
  const note = `Only the first ${String(MAX_STATE_BYTES >> 20)} MiB were read.`;
  scan.addDamage({ kind: "damage", code: "FILE_TOO_LARGE", at, lost: "rest", note });
}
