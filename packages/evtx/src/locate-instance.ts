import { need } from "./chunk-data.ts";
import type { ChunkData } from "./chunk-data.ts";

/**
 * Template instance: u8 token 0c, u8 (1), u32 template id, u32 offset of the definition; the definition itself when that offset is
 * right here; then u32 number of values, for each u16 size, u8 type, u8 (0); then the values.
 * Definition: u32 next definition, 16 bytes GUID, u32 size, fragment.
 * Source: libyal, EVTX format, sections 4.5 to 4.7; [MS-EVEN6] 2.2.12 (TemplateInstance).
 */
export interface InstancePlace {
  readonly definitionAt: number;
  /** The first four bytes of the definition's GUID. */
  readonly templateId: number;
  readonly valueCount: number;
  /** Where the sizes and types begin. */
  readonly descriptorsAt: number;
  /** Where the values begin. */
  readonly valuesAt: number;
  readonly end: number;
}

/** Bytes before a definition's fragment. */
export const DEFINITION_HEADER_BYTES = 24;

/** Finds the parts of the instance whose token stands at `at`, all before `end`. Throws MalformedError. */
export function locateInstance(chunk: ChunkData, at: number, end: number): InstancePlace {
  const { view } = chunk;
  need(at, 10, end, "instance");
  const templateId = view.getUint32(at + 2, true);
  const definitionAt = view.getUint32(at + 6, true);
  let next = at + 10;
  if (definitionAt === next) {
    need(next, DEFINITION_HEADER_BYTES, end, "definition");
    next += DEFINITION_HEADER_BYTES + view.getUint32(next + 20, true);
  }
  need(next, 4, end, "instance.valueCount");
  const valueCount = view.getUint32(next, true);
  const descriptorsAt = next + 4;
  need(descriptorsAt, valueCount * 4, end, "instance.descriptors");
  const valuesAt = descriptorsAt + valueCount * 4;
  let valuesEnd = valuesAt;
  for (let i = 0; i < valueCount; i++) valuesEnd += view.getUint16(descriptorsAt + i * 4, true);
  need(valuesAt, valuesEnd - valuesAt, end, "instance.values");
  return { definitionAt, templateId, valueCount, descriptorsAt, valuesAt, end: valuesEnd };
}
