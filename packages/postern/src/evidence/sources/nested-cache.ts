import { readAll } from "../../core/index.ts";
import type { FoundFile } from "../found.ts";

/** Holds compressed archives that lie inside archives, unpacked in memory, because reading them needs any order. */
export interface NestedCache {
  /** The bytes of a file, from memory or read again; at most `limitBytes` of it. */
  get(file: FoundFile): Promise<Uint8Array>;
}

/** @param limitBytes what is held in all; the archive used longest ago is forgotten first. */
export function nestedCache(limitBytes: number): NestedCache {
  const held = new Map<FoundFile, Promise<Uint8Array>>();
  const sizes = new Map<FoundFile, number>();
  const forgetOver = (): void => {
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const file of held.keys()) {
      if (total <= limitBytes) break;
      total -= sizes.get(file) ?? 0;
      held.delete(file);
      sizes.delete(file);
    }
  };
  return {
    async get(file) {
      const known = held.get(file);
      held.delete(file);
      const bytes = known ?? load(file, limitBytes);
      held.set(file, bytes);
      const loaded = await bytes;
      if (held.has(file)) sizes.set(file, loaded.length);
      forgetOver();
      return loaded;
    },
  };
}

async function load(file: FoundFile, limitBytes: number): Promise<Uint8Array> {
  // Damage met here shows again as damage of the archive made of these bytes.
  const source = await file.open(() => undefined);
  try {
    const { bytes } = await readAll(source, limitBytes);
    return bytes;
  } finally {
    await source.close();
  }
}
