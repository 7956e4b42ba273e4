import { judgeTransportAgent } from "./judge-agent.ts";
import { judgeFilter, judgeManagedModule, judgeNativeModule } from "./judge-modules.ts";
import { judgeRemoval } from "./judge-removal.ts";
import { judgeHandler, judgeLogging, judgeMachineKey, judgeVirtualDirectory } from "./judge-site.ts";
import { judgeTrace } from "./judge-trace.ts";
import { judgeTask } from "./judge-task.ts";
import type { KnownSettings } from "./known-settings.ts";
import { toLead, type Lead, type Opinion, type SettingFacts } from "./lead.ts";

export { createKnownSettings, type KnownSettings } from "./known-settings.ts";
export type { Lead, LeadKind, SettingFacts } from "./lead.ts";

/** Leads kept of one file. */
const MAX_LEADS = 500;

type Judge = (setting: SettingFacts, known: KnownSettings) => Opinion | null;

const JUDGES: Readonly<Record<string, Judge>> = {
  "native-module": judgeNativeModule,
  "managed-module": judgeManagedModule,
  "isapi-filter": judgeFilter,
  handler: judgeHandler,
  "build-provider": judgeHandler,
  "virtual-directory": judgeVirtualDirectory,
  "machine-key": judgeMachineKey,
  "http-logging": judgeLogging,
  "log-file": judgeLogging,
  task: judgeTask,
  "transport-agent": judgeTransportAgent,
  "antivirus-action": judgeRemoval,
  "file-trace": judgeTrace,
};

/** Finds the settings of one file that do not belong there, in the order of the file. The same statement is told once. */
export function judgeSettings(settings: readonly SettingFacts[], known: KnownSettings): readonly Lead[] {
  const leads = new Map<string, Lead>();
  for (const setting of settings) {
    const opinion = JUDGES[setting.kind]?.(setting, known) ?? null;
    if (opinion === null || leads.size >= MAX_LEADS) continue;
    const key = `${opinion.kind}\n${opinion.text}\n${opinion.timeUtc ?? ""}`;
    if (!leads.has(key)) leads.set(key, toLead(opinion, setting));
  }
  return [...leads.values()];
}
