/** Why a stretch of an export is no whole record. */
export type FrameFault = "malformed" | "too-deep" | "too-large" | "cut" | "stray";

/** One record's stretch, in code units from the start of the text (bytes in UTF-8, pairs of bytes in UTF-16). */
export interface Frame {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Null for a whole record. */
  readonly fault: FrameFault | null;
}

/**
 * Finds where records begin and end, fed with stretches of any size: the frames do not depend on how the text was cut.
 * Units above 0x7F only have to be different from every ASCII character.
 */
export interface Framer {
  feed(units: Uint8Array): readonly Frame[];
  /** Tells that the text is over. */
  end(): readonly Frame[];
  /** The bytes before this unit are not needed any more. */
  keepFrom(): number;
}

/** Bounds of a framer. */
export interface FrameLimits {
  readonly maxUnits: number;
  readonly maxDepth: number;
}

/** Line feed. */
export const LF = 0x0a;
/** Double quote. */
export const QUOTE = 0x22;

/** True for blank, tab, carriage return and line feed. */
export function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0d || unit === LF;
}
