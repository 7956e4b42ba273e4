import type { Damage, Place } from "../../model/index.ts";

/** What kind of entry a setting is. */
export type SettingKind =
  | "native-module"
  | "managed-module"
  | "handler"
  | "isapi-filter"
  | "build-provider"
  | "virtual-directory"
  | "machine-key"
  | "http-logging"
  | "log-file"
  | "task"
  | "transport-agent"
  | "antivirus-action"
  | "file-trace";

/** One entry of a configuration, exactly as it stands there. Every value is untrusted. */
export interface Setting {
  readonly kind: SettingKind;
  /** Values under their own names (`image`, `physicalPath`, `Command` ...), at most 4,000 characters each. */
  readonly values: Readonly<Record<string, string>>;
  /** Site, application or `location` path that it is for; empty where there is none. */
  readonly location: string;
  readonly excerpt: string;
  readonly at: Place;
}

/** The sources as coverage names them. */
export type StateSource =
  "iis-configuration" | "scheduled-tasks" | "transport-agents" | "antivirus-logs" | "file-history";

/** What one file says. */
export interface SettingReading {
  readonly settings: readonly Setting[];
  readonly damage: readonly Damage[];
}

/** Reads one kind of file that says how a server is set up, or what was removed from it. Never throws on any bytes. */
export interface SettingReader {
  /** Artifact id. */
  readonly id: string;
  readonly title: string;
  readonly source: StateSource;
  /** Decides by the first bytes (64 KiB are plenty) and the file's name. */
  identify(head: Uint8Array, name: string): boolean;
  /** `item` is the EvidenceItem.index that places will carry. */
  parse(bytes: Uint8Array, of: { readonly item: number; readonly name: string }): SettingReading;
}

/** Settings kept of one file. The largest real configuration holds some hundred; the limit keeps hostile ones small. */
export const MAX_SETTINGS = 5_000;
const MAX_VALUE_CHARS = 4_000;
const MAX_EXCERPT_CHARS = 1_500;

/** Values within their limit; empty ones are left out. */
export function settingValues(
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name.slice(0, 100), value.slice(0, MAX_VALUE_CHARS)]],
    ),
  );
}

/** The text of an entry within its limit. */
export function excerptOf(text: string): string {
  return text.slice(0, MAX_EXCERPT_CHARS);
}
