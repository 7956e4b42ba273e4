import { need } from "./chunk-data.ts";
import type { ChunkData } from "./chunk-data.ts";
import { compileFragment } from "./compile.ts";
import { MalformedError } from "./damage.ts";
import { DEFINITION_HEADER_BYTES, locateInstance } from "./locate-instance.ts";
import type { InstancePlace } from "./locate-instance.ts";
import type { Template } from "./node.ts";

/** Values nested deeper than this are no event; Windows' own nest one or two. */
const MAX_NESTING = 16;

/** What one output of a record may cost: characters, nodes and fragments. Honest records stay far below. */
export interface Budget {
  chars: number;
  fragments: number;
  /** What costs no other record; beyond it the chunk's common excess shrinks. */
  share: number;
}

/**
 * A fresh budget for one output of one record. Templates make small records large, but not without bound: a chunk of tiny records
 * that unfold to megabytes each ends soon, so that a log costs time in proportion to its bytes.
 */
export function freshBudget(recordBytes: number): Budget {
  return { chars: 4 << 20, fragments: 4096, share: 16_384 + 8 * recordBytes };
}

/** A compiled fragment with its values, not yet decoded. */
export interface Fragment {
  readonly chunk: ChunkData;
  readonly template: Template;
  readonly depth: number;
  /** The bytes around may belong to something newer, so definitions must prove to be the ones that are meant. */
  readonly carved: boolean;
  readonly valueCount: number;
  readonly descriptorsAt: number;
  /** Where each value begins, and behind the last one where it ends. */
  readonly starts: readonly number[];
  /** The fragment inside that was opened first, and its offset: most events have one. */
  firstNestedAt: number;
  firstNested: Fragment | null;
  /** Further ones, by offset. */
  nested: Map<number, Fragment> | null;
}

/** How deep a fragment stands, and whether its record was carved. */
export interface Standing {
  readonly depth: number;
  readonly carved: boolean;
}

/** Opens the fragment at `at`, which ends before `end`: an instance, or bare elements. Throws MalformedError. */
export function openFragment(chunk: ChunkData, at: number, end: number, standing: Standing): Fragment {
  const { depth, carved } = standing;
  if (depth > MAX_NESTING) throw new MalformedError("Values nest too deep.", "EVTX_LIMIT");
  need(at, 1, end, "fragment");
  const start = chunk.bytes[at] === 0x0f ? at + 4 : at;
  if (chunk.bytes[start] === 0x0c) return openInstance(chunk, start, end, standing);
  return {
    chunk,
    template: compiled(chunk, -start, () => compileBare(chunk, start, end)),
    depth,
    carved,
    valueCount: 0,
    descriptorsAt: start,
    starts: [],
    firstNestedAt: -1,
    firstNested: null,
    nested: null,
  };
}

/** Opens the template instance at `at`. Throws MalformedError. */
export function openInstance(
  chunk: ChunkData,
  at: number,
  end: number,
  { depth, carved }: Standing,
): Fragment {
  if (depth > MAX_NESTING) throw new MalformedError("Values nest too deep.", "EVTX_LIMIT");
  const place = locateInstance(chunk, at, end);
  if (carved) proveDefinition(chunk, place);
  return {
    chunk,
    template: templateAt(chunk, place.definitionAt),
    depth,
    carved,
    valueCount: place.valueCount,
    descriptorsAt: place.descriptorsAt,
    starts: startsOf(chunk, place),
    firstNestedAt: -1,
    firstNested: null,
    nested: null,
  };
}

/** An instance repeats the first four bytes of its definition's GUID (all 34,140 of the public samples do). */
function proveDefinition(chunk: ChunkData, { definitionAt, templateId }: InstancePlace): void {
  need(definitionAt, DEFINITION_HEADER_BYTES, chunk.bytes.length, "definition");
  if (chunk.view.getUint32(definitionAt + 4, true) !== templateId)
    throw new MalformedError("The template of this record was overwritten.");
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
  return compiled(chunk, at, () => {
    need(at, DEFINITION_HEADER_BYTES, chunk.bytes.length, "definition");
    const size = chunk.view.getUint32(at + 20, true);
    const start = at + DEFINITION_HEADER_BYTES;
    need(start, size, chunk.bytes.length, "definition.fragment");
    return compileFragment(chunk, start, start + size, true);
  });
}

/** Compiles once for each key of the chunk, failures too. */
function compiled(chunk: ChunkData, key: number, compile: () => Template): Template {
  const known = chunk.templates.get(key);
  if (known instanceof MalformedError) throw known;
  if (known !== undefined) return known;
  try {
    const template = compile();
    chunk.templates.set(key, template);
    return template;
  } catch (thrown) {
    if (thrown instanceof MalformedError) chunk.templates.set(key, thrown);
    throw thrown;
  }
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
