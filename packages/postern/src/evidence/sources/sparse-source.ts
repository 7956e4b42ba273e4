import type { ByteSource } from "../../core/index.ts";
import { asObject, parseJson } from "../layouts/manifest.ts";

/** A stretch that is stored; what no stretch covers is zeros. */
interface Stretch {
  readonly storedAt: number;
  readonly originalAt: number;
  readonly lengthBytes: number;
}

/** Where the stored bytes of a sparse file belong. */
export interface SparseIndex {
  readonly stretches: readonly Stretch[];
  /** Size of the original file. */
  readonly sizeBytes: number;
}

/**
 * Reads the index that Velociraptor writes beside a sparse file (`X.idx`, actions/proto/transport.proto, message Index):
 * `{"ranges":[{"file_offset","original_offset","file_length","length"}]}`, zero numbers left out.
 * @returns null when it is not whole, not in order, or reaches beyond the stored bytes.
 */
export function parseSparseIndex(text: string, storedBytes: number | null): SparseIndex | null {
  const ranges = asObject(parseJson(text)).get("ranges");
  if (!Array.isArray(ranges) || ranges.length === 0) return null;
  const stretches: Stretch[] = [];
  let sizeBytes = 0;
  for (const range of ranges) {
    const members = asObject(range);
    const storedAt = numberOf(members, "file_offset");
    const originalAt = numberOf(members, "original_offset");
    const stored = numberOf(members, "file_length");
    const length = numberOf(members, "length");
    if (storedAt === null || originalAt === null || stored === null || length === null) return null;
    const end = originalAt + length;
    if (originalAt < sizeBytes || stored > length || !Number.isSafeInteger(end)) return null;
    if (storedBytes !== null && storedAt + stored > storedBytes) return null;
    if (stored > 0) stretches.push({ storedAt, originalAt, lengthBytes: stored });
    sizeBytes = end;
  }
  return { stretches, sizeBytes };
}

function numberOf(members: ReadonlyMap<string, unknown>, name: string): number | null {
  const value = members.get(name) ?? 0;
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** The original file: stored stretches at their places, zeros between. */
export function rebuildSparse(base: ByteSource, index: SparseIndex): ByteSource {
  return {
    sizeBytes: index.sizeBytes,
    async read(offsetBytes, lengthBytes) {
      const end = Math.min(offsetBytes + lengthBytes, index.sizeBytes);
      if (offsetBytes >= end) return new Uint8Array(0);
      const out = new Uint8Array(end - offsetBytes);
      for (let at = firstAfter(index.stretches, offsetBytes); at < index.stretches.length; at++) {
        const stretch = index.stretches[at];
        if (stretch === undefined || stretch.originalAt >= end) break;
        const from = Math.max(offsetBytes, stretch.originalAt);
        const to = Math.min(end, stretch.originalAt + stretch.lengthBytes);
        out.set(await base.read(stretch.storedAt + from - stretch.originalAt, to - from), from - offsetBytes);
      }
      return out;
    },
    close: () => base.close(),
  };
}

/** Number of the first stretch that ends after an offset. */
function firstAfter(stretches: readonly Stretch[], offsetBytes: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch !== undefined && stretch.originalAt + stretch.lengthBytes <= offsetBytes) low = middle + 1;
    else high = middle;
  }
  return low;
}
