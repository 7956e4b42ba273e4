import { LF, QUOTE, isBlank } from "./framing.ts";
import type { Frame, FrameFault, FrameLimits, Framer } from "./framing.ts";

const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

type Mode = "top" | "stray" | "object" | "string" | "resync" | "over";

interface State {
  mode: Mode;
  /** Units seen so far. */
  position: number;
  lineStart: number;
  /** Only blanks so far on this line. */
  lineBlank: boolean;
  start: number;
  /** Column of the record's first brace when it is the first sign on its line, else -1. */
  startColumn: number;
  /** The record goes on behind its first brace on the same line: it should end on that line. */
  oneLine: boolean;
  depth: number;
  escaped: boolean;
  /** The last sign outside of texts that is not blank. */
  previous: number;
  fault: FrameFault | null;
  /** How much of `},{` has just been read inside a text: 3 when all of it, `seam` is then the place of its last sign. */
  tail: number;
  seam: number;
  readonly frames: Frame[];
}

/**
 * Frames the objects of JSON lines, of a JSON array, and of objects simply written one after the other, on one line or on
 * many. A broken object ends where the next one visibly begins: a brace that opens a line in the same column, or
 * `},{` in an array on one line. Text before an object on its line (a syslog prefix) is passed over.
 * @param wrapped the text starts inside a list of an outer object: what follows the end of that list is ignored
 */
export function createJsonFramer(limits: FrameLimits, wrapped: boolean): Framer {
  const state: State = {
    mode: "top",
    position: 0,
    lineStart: 0,
    lineBlank: true,
    start: 0,
    startColumn: -1,
    oneLine: false,
    depth: 0,
    escaped: false,
    previous: 0,
    fault: null,
    tail: 0,
    seam: 0,
    frames: [],
  };
  return {
    feed: (units) => {
      for (let at = 0; at < units.length; at++) {
        if (state.mode === "string" && !state.lineBlank) at = skipText(state, units, at);
        if (at < units.length) step(state, units[at] ?? 0, { limits, wrapped });
      }
      return state.frames.splice(0);
    },
    end: () => {
      if (state.mode === "stray") emit(state, state.position, "stray");
      else if (state.mode === "resync") emit(state, state.position, null);
      else if (state.mode === "object" || state.mode === "string") emit(state, state.position, "cut");
      state.mode = "over";
      return state.frames.splice(0);
    },
    keepFrom: () =>
      (state.mode === "object" || state.mode === "string") && state.fault === null
        ? state.start
        : state.position,
  };
}

/** Runs over the plain signs of a text, where nearly all bytes of an export are. */
function skipText(state: State, units: Uint8Array, from: number): number {
  let at = from;
  if (state.escaped || state.tail !== 0) return at;
  while (at < units.length) {
    const unit = units[at] ?? 0;
    if (unit === QUOTE || unit === BACKSLASH || unit === LF || unit === CLOSE) break;
    at++;
  }
  state.position += at - from;
  return at;
}

function step(
  state: State,
  unit: number,
  how: { readonly limits: FrameLimits; readonly wrapped: boolean },
): void {
  const opensLine =
    unit === OPEN && state.lineBlank && state.position - state.lineStart === state.startColumn;
  if (state.mode === "top") top(state, unit, how.wrapped);
  else if (state.mode === "stray") stray(state, unit);
  else if (state.mode === "resync") resync(state, unit, opensLine);
  else if (state.mode === "string") inText(state, unit, opensLine);
  else if (state.mode === "object") inObject(state, unit, opensLine, how.limits);
  if (
    state.position - state.start >= how.limits.maxUnits &&
    (state.mode === "object" || state.mode === "string")
  ) {
    state.fault = "too-large";
  }
  state.position++;
  if (unit === LF) {
    state.lineStart = state.position;
    state.lineBlank = true;
  } else if (unit !== 0x20 && unit !== 0x09) state.lineBlank = false;
}

function top(state: State, unit: number, wrapped: boolean): void {
  if (unit === OPEN) begin(state);
  else if (wrapped && unit === CLOSE_LIST) state.mode = "over";
  else if (!isBlank(unit) && !isBetween(unit)) {
    state.start = state.position;
    state.mode = "stray";
  }
}

/** Signs that may stand between records: list marks, record separators (RFC 7464) and byte order marks of joined files. */
function isBetween(unit: number): boolean {
  if (unit === COMMA || unit === OPEN_LIST || unit === CLOSE_LIST || unit === 0x1e) return true;
  return unit === 0xef || unit === 0xbb || unit === 0xbf;
}

function stray(state: State, unit: number): void {
  if (unit === OPEN) begin(state);
  else if (unit === LF) emit(state, state.position, "stray");
}

function begin(state: State): void {
  state.mode = "object";
  state.start = state.position;
  state.startColumn = state.lineBlank ? state.position - state.lineStart : -1;
  state.oneLine = false;
  state.depth = 1;
  state.escaped = false;
  state.previous = OPEN;
  state.fault = null;
}

function inText(state: State, unit: number, opensLine: boolean): void {
  if (opensLine) restart(state);
  else if (state.escaped) state.escaped = false;
  else if (unit === BACKSLASH) state.escaped = true;
  else if (unit === QUOTE) {
    state.mode = "object";
    state.previous = QUOTE;
  } else followSeam(state, unit);
}

/** Watches for `},{` inside a text of a list on one line: its quote may be missing, and this be the next record's beginning. */
function followSeam(state: State, unit: number): void {
  if (isBlank(unit) && state.tail !== 0) return;
  const grows = (state.tail === 1 && unit === COMMA) || (state.tail === 2 && unit === OPEN);
  if (grows) state.tail++;
  else state.tail = unit === CLOSE ? 1 : 0;
  if (grows && state.tail === 3) state.seam = state.position;
}

/** The text that just ended was the stretch from a missing quote to the first name of the next record. */
function restartAtSeam(state: State, unit: number): void {
  emit(state, state.seam, "malformed");
  begin(state);
  state.start = state.seam;
  state.startColumn = -1;
  state.oneLine = true;
  state.mode = "string";
  state.tail = 0;
  inText(state, unit, false);
}

function inObject(state: State, unit: number, opensLine: boolean, limits: FrameLimits): void {
  if (isBlank(unit)) return;
  const opens = unit === OPEN || unit === OPEN_LIST;
  const valueMayFollow =
    state.previous === COLON ||
    state.previous === COMMA ||
    state.previous === OPEN_LIST ||
    state.previous === OPEN;
  if (opensLine && (state.oneLine || !valueMayFollow)) {
    restart(state);
    return;
  }
  if (state.previous === OPEN && state.depth === 1 && state.lineStart <= state.start) state.oneLine = true;
  if ((opens || unit === QUOTE) && !valueMayFollow) {
    fail(state, "malformed");
    return;
  }
  if (state.previous === QUOTE && !endsText(unit)) {
    if (state.tail === 3 && state.startColumn === -1) restartAtSeam(state, unit);
    else fail(state, "malformed");
    return;
  }
  if (state.previous === OPEN && unit !== QUOTE && unit !== CLOSE) {
    fail(state, "malformed");
    return;
  }
  state.previous = unit;
  state.tail = 0;
  if (unit === QUOTE) state.mode = "string";
  else if (opens) {
    state.depth++;
    if (state.depth > limits.maxDepth) fail(state, "too-deep");
  } else if (unit === CLOSE || unit === CLOSE_LIST) {
    state.depth--;
    if (state.depth === 0) emit(state, state.position + 1, null);
  }
}

function endsText(unit: number): boolean {
  return unit === COLON || unit === COMMA || unit === CLOSE || unit === CLOSE_LIST;
}

/** The record before was never closed and a new one begins here. */
function restart(state: State): void {
  emit(state, state.position, "malformed");
  begin(state);
}

function fail(state: State, fault: FrameFault): void {
  state.fault ??= fault;
  state.mode = "resync";
  state.previous = 0;
}

/** Looks for the next visible beginning. In a list on one line that is `},{`, kept track of in `previous`. */
function resync(state: State, unit: number, opensLine: boolean): void {
  if (opensLine || (state.startColumn === -1 && unit === OPEN && state.previous === COMMA)) {
    restart(state);
    return;
  }
  if (unit === LF && state.startColumn === -1) {
    emit(state, state.position, null);
    return;
  }
  if (isBlank(unit)) return;
  if (unit === COMMA) state.previous = state.previous === CLOSE ? COMMA : 0;
  else state.previous = unit === CLOSE ? CLOSE : 0;
}

function emit(state: State, end: number, fault: FrameFault | null): void {
  state.frames.push({ start: state.start, end, fault: state.fault ?? fault });
  state.mode = "top";
  state.start = end;
  state.fault = null;
}
