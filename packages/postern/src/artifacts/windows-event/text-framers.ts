import { LF, QUOTE, isBlank } from "./framing.ts";
import type { Frame, FrameFault, FrameLimits, Framer } from "./framing.ts";

/** Frames lines; the line feed belongs to no frame, empty lines give none. */
export function createLineFramer(limits: FrameLimits): Framer {
  return createRowFramer(limits, 0);
}

/**
 * Frames rows of separated values: a line feed inside quotes does not end the row.
 * @param delimiter the separator as a unit; 0 for plain lines, where quotes have no meaning
 */
export function createRowFramer(limits: FrameLimits, delimiter: number): Framer {
  let position = 0;
  let start = 0;
  let quoted = false;
  let atFieldStart = true;
  let blank = true;
  let tooLarge = false;
  const close = (frames: Frame[], end: number, fault: FrameFault | null): void => {
    if (!blank) frames.push({ start, end, fault: tooLarge ? "too-large" : fault });
    start = end + 1;
    quoted = false;
    atFieldStart = true;
    blank = true;
    tooLarge = false;
  };
  return {
    feed: (units) => {
      const frames: Frame[] = [];
      for (const unit of units) {
        // A row that is too long probably lost its closing quote: the next line feed ends it.
        if (unit === LF && (!quoted || tooLarge)) close(frames, position, null);
        else {
          const toggles = delimiter !== 0 && unit === QUOTE && (quoted || atFieldStart);
          if (toggles) quoted = !quoted;
          // A doubled quote inside quotes closes and opens again, hence the field then counts as just begun.
          atFieldStart = unit === delimiter || (toggles && !quoted);
          if (!isBlank(unit)) blank = false;
          if (position - start >= limits.maxUnits) tooLarge = true;
        }
        position++;
      }
      return frames;
    },
    end: () => {
      const frames: Frame[] = [];
      close(frames, position, quoted ? "cut" : null);
      return frames;
    },
    keepFrom: () => (tooLarge ? position : start),
  };
}

const OPEN_TAG = 0x3c;
const CLOSE_TAG = 0x3e;

/**
 * Frames `<Event ...> ... </Event>` elements, with or without an outer `<Events>`. Markup characters inside values are escaped
 * in XML, so that a second `<Event` before the end proves that the first one was cut.
 */
export function createXmlFramer(limits: FrameLimits): Framer {
  let position = 0;
  let start = -1;
  let straying = -1;
  let tag = "";
  let tagStart = 0;
  let inTag = false;
  let naming = false;
  let tooLarge = false;
  const frames: Frame[] = [];
  const close = (end: number, fault: FrameFault | null): void => {
    frames.push({ start, end, fault: tooLarge ? "too-large" : fault });
    start = -1;
    tooLarge = false;
  };
  const nameEnds = (): void => {
    naming = false;
    if (tag !== "Event") return;
    const begins = tagStart;
    if (start !== -1) close(begins, "malformed");
    if (straying !== -1) frames.push({ start: straying, end: begins, fault: "stray" });
    straying = -1;
    start = begins;
  };
  const step = (unit: number): void => {
    if (unit === OPEN_TAG) {
      inTag = true;
      naming = true;
      tag = "";
      tagStart = position;
    } else if (naming && (isBlank(unit) || unit === CLOSE_TAG)) nameEnds();
    else if (naming && tag.length < 8) tag += String.fromCharCode(unit);
    else if (!inTag && start === -1 && straying === -1 && !isBlank(unit)) straying = position;
    if (unit !== CLOSE_TAG) return;
    if (inTag && tag === "/Event" && start !== -1) close(position + 1, null);
    inTag = false;
    tag = "";
  };
  return {
    feed: (units) => {
      for (const unit of units) {
        step(unit);
        if (start !== -1 && position - start >= limits.maxUnits) tooLarge = true;
        position++;
      }
      return frames.splice(0);
    },
    end: () => {
      if (start !== -1) close(position, "cut");
      else if (straying !== -1) frames.push({ start: straying, end: position, fault: "stray" });
      return frames.splice(0);
    },
    keepFrom: () => {
      if (start !== -1) return tooLarge ? position : start;
      return naming ? tagStart : position;
    },
  };
}
