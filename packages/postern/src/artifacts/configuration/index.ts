import { antivirusReaders } from "../antivirus-log/index.ts";
import { iisSettingsReader } from "./iis-settings.ts";
import { moduleInventoryReader, moduleListReader, moduleTableReader } from "./module-list.ts";
import { scheduledTaskReader } from "./scheduled-task.ts";
import type { SettingReader } from "./setting.ts";
import { agentListReader, agentsConfigReader, agentTableReader } from "./transport-agents.ts";

export type { Setting, SettingKind, SettingReader, SettingReading, StateSource } from "./setting.ts";

/** Readers of what a server is set up to run and of what antivirus programs removed, most particular first. */
export const SETTING_READERS: readonly SettingReader[] = [
  agentsConfigReader,
  iisSettingsReader,
  scheduledTaskReader,
  moduleInventoryReader,
  moduleListReader,
  agentListReader,
  moduleTableReader,
  agentTableReader,
  ...antivirusReaders,
];

/** The reader that knows a file by its first bytes and its name, or null. */
export function findSettingReader(head: Uint8Array, name: string): SettingReader | null {
  return SETTING_READERS.find((reader) => reader.identify(head, name)) ?? null;
}
