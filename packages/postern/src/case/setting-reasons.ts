import { findSettingReader } from "../artifacts/index.ts";
import { judgeSettings, type FileReason, type KnownSettings, type Lead } from "../detect/index.ts";

/** A file whose settings may be judged. */
export interface SettingsFile {
  readonly name: string;
  /** The whole file, or its window. */
  readonly bytes: Uint8Array;
}

/**
 * What the settings in a configuration of the web server say, each kind once, heaviest first; empty for every other file.
 * A setting on a rung weighs as a back door does; one that only nobody knows weighs little, for products of your own bring such.
 */
export function reasonsOfSettings(
  { name, bytes }: SettingsFile,
  known: () => KnownSettings,
): readonly FileReason[] {
  if (!/\.config$/iu.test(name)) return [];
  const reader = findSettingReader(bytes.subarray(0, 65_536), name);
  if (reader?.source !== "iis-configuration") return [];
  const best = new Map<string, FileReason>();
  for (const lead of judgeSettings(reader.parse(bytes, { item: 0, name }).settings, known())) {
    const reason = reasonOf(lead);
    if ((best.get(reason.id)?.weight ?? -1) < reason.weight) best.set(reason.id, reason);
  }
  return [...best.values()].sort((a, b) => b.weight - a.weight);
}

function reasonOf(lead: Lead): FileReason {
  return {
    id: lead.id,
    text: lead.text,
    excerpt: lead.excerpt.replace(/[\s\p{Cc}]+/gu, " ").slice(0, 300),
    offsetBytes: lead.offsetBytes,
    weight: weightOf(lead),
  };
}

function weightOf({ rung, confidence }: Lead): number {
  if (rung === null) return confidence === "high" ? 0.3 : 0.05;
  return confidence === "high" ? 0.9 : 0.6;
}
