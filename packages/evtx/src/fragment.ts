import { need } from "./chunk-data.ts";
import type { ChunkData } from "./chunk-data.ts";
import { compileFragment } from "./compile.ts";
import { MalformedError } from "./damage.ts";
import { DEFINITION_HEADER_BYTES, locateInstance } from "./locate-instance.ts";
import type { InstancePlace } from "./locate-instance.ts";
import type { Template } from "./node.ts";

/** Values nested deeper than this are no event; Windows' own nest one or two. */
const MAX_NESTING = 16;

/** What one record may cost: characters and fragments. A record holds 64 KiB, so honest ones stay far below. */
export interface Budget {
  chars: number;
  fragments: number;
}

/** A fresh budget for one output of one record. */
export function freshBudget(): Budget {
  return { chars: 4 << 20, fragments: 4096 };
}

/** A compiled fragment with its values, not yet decoded. */
export interface Fragment {
  readonly chunk: ChunkData;
  readonly template: Template;
  readonly depth: number;
  readonly valueCount: number;
  readonly descriptorsAt: number;
  /** Where each value begins, and behind the last one where it ends. */
  readonly starts: readonly number[];
}

/** Opens the fragment at `at`, which ends before `end`: an instance, or bare elements. Throws MalformedError. */
export function openFragment(chunk: ChunkData, at: number, end: number, depth: number): Fragment {
  if (depth > MAX_NESTING) throw new MalformedError("Values nest too deep.", "EVTX_LIMIT");
  need(at, 1, end, "fragment");
  const start = chunk.bytes[at] === 0x0f ? at + 4 : at;
  if (chunk.bytes[start] === 0x0c) return openInstance(chunk, start, end, depth);
  return {
    chunk,
    template: compileBare(chunk, start, end),
    depth,
    valueCount: 0,
    descriptorsAt: start,
    starts: [],
  };
}

/** Opens the template instance at `at`. Throws MalformedError. */
export function openInstance(chunk: ChunkData, at: number, end: number, depth: number): Fragment {
  if (depth > MAX_NESTING) throw new MalformedError("Values nest too deep.", "EVTX_LIMIT");
  const place = locateInstance(chunk, at, end);
  return {
    chunk,
    template: templateAt(chunk, place.definitionAt),
    depth,
    valueCount: place.valueCount,
    descriptorsAt: place.descriptorsAt,
    starts: startsOf(chunk, place),
  };
}

function startsOf(chunk: ChunkData, place: InstancePlace): readonly number[] {
  const starts = new Array<number>(place.valueCount + 1);
  let at = place.valuesAt;
  for (let i = 0; i < place.valueCount; i++) {
    starts[i] = at;
    at += chunk.view.getUint16(place.descriptorsAt + i * 4, true);
  }
  starts[place.valueCount] = at;
  return starts;
}

/** The definition at a chunk offset, compiled at its first use. Throws MalformedError. */
function templateAt(chunk: ChunkData, at: number): Template {
  const known = chunk.templates.get(at);
  if (known !== undefined) return known;
  need(at, DEFINITION_HEADER_BYTES, chunk.bytes.length, "definition");
  const size = chunk.view.getUint32(at + 20, true);
  const start = at + DEFINITION_HEADER_BYTES;
  need(start, size, chunk.bytes.length, "definition.fragment");
  const template = compileFragment(chunk, start, start + size, true);
  chunk.templates.set(at, template);
  return template;
}

/**
 * Elements outside of a definition carry no dependency id (libyal, EVTX format, 4.4.2); some writers add it all the same, so
 * the other reading is tried when the first does not fit.
 */
function compileBare(chunk: ChunkData, at: number, end: number): Template {
  try {
    return compileFragment(chunk, at, end, false);
  } catch (thrown) {
    if (!(thrown instanceof MalformedError)) throw thrown;
    return compileFragment(chunk, at, end, true);
  }
}
