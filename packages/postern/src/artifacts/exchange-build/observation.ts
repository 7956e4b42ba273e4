import type { Damage, DamageCode, Lost, Place } from "../../model/index.ts";

/** What a piece of evidence says about the build of a server at a time. */
export interface BuildObservation {
  /** Name as the evidence gives it; null when it does not say. Untrusted. */
  readonly server: string | null;
  /** Without padding zeros. */
  readonly build: string;
  /** ISO 8601 UTC; null when the evidence does not date the statement. */
  readonly timeUtc: string | null;
  /** `installed`: setup put Exchange on this computer; `updated`: setup moved it to this build; `seen`: it was there. */
  readonly event: "installed" | "updated" | "seen";
  /** Where it was read. Holds a mark of SOURCE_MARKS (knowledge) when that changes what the build proves. */
  readonly source: string;
  readonly at: Place;
}

/** What a piece of evidence says about a mitigation. A mitigation is narrower than the update that it stands in for. */
export interface MitigationObservation {
  readonly server: string | null;
  /** e.g. `Emergency Mitigation M1`, `rewrite rule "X-BEResource Abort - inbound" (EOMT)`. */
  readonly mitigation: string;
  /** `blocked`: an administrator forbade it; `off`: it is there but does nothing. */
  readonly state: "applied" | "blocked" | "off";
  /** What it is that is off, or where, in plain words; left out: the state says all. May hold untrusted text. */
  readonly detail?: string;
  readonly timeUtc: string | null;
  readonly source: string;
  readonly at: Place;
}

/** What one file says. */
export interface BuildReading {
  readonly observations: readonly BuildObservation[];
  readonly mitigations: readonly MitigationObservation[];
  readonly damage: readonly Damage[];
}

/** Reads one kind of file that states builds. Never throws on any bytes. */
export interface BuildReader {
  readonly id: string;
  readonly title: string;
  /** Decides by the first bytes (64 KiB are plenty) and the file's name. */
  identify(head: Uint8Array, name: string): boolean;
  /** `place.item` is the EvidenceItem.index that places will carry. */
  parse(bytes: Uint8Array, place: { readonly item: number }): BuildReading;
}

/** Statements kept of one file. A real file states a handful; the limit keeps hostile ones small. */
export const MAX_OBSERVATIONS = 2_000;
/** Bytes read of one file. HealthChecker writes some megabytes, setup logs of many updates some tens. */
const MAX_FILE_BYTES: number = 128 * 1024 * 1024;

/** Damage in one of these files. */
export function damageAt(code: DamageCode, at: Place, lost: Lost, note: string): Damage {
  return { kind: "damage", code, at, lost, note };
}

/** The part of a file that is read, and the damage when that is not all of it. */
export function withinLimit(
  bytes: Uint8Array,
  item: number,
): { readonly bytes: Uint8Array; readonly damage: readonly Damage[] } {
  if (bytes.length <= MAX_FILE_BYTES) return { bytes, damage: [] };
  const at = { item, offsetBytes: MAX_FILE_BYTES, lengthBytes: bytes.length - MAX_FILE_BYTES, record: null };
  const note = `Only the first ${MAX_FILE_BYTES / 1024 / 1024} MiB were read.`;
  return { bytes: bytes.subarray(0, MAX_FILE_BYTES), damage: [damageAt("FILE_TOO_LARGE", at, "rest", note)] };
}
