import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Pack } from "./pack.ts";
import { hashPack } from "./read-pack.ts";

/**
 * Packs that were read before and kept in a file; null when there is no such file, or a pack in `folder` is no longer what it was.
 * @param names the folders of all packs, in order
 */
export function readReadPacks(
  file: string,
  folder: string,
  names: readonly string[],
): readonly Pack[] | null {
  if (!existsSync(file)) return null;
  // eslint-disable-next-line postern/no-type-assertion -- written by scripts/build-bundle.js with the code of the same bundle
  const { packs } = JSON.parse(readFileSync(file, "utf8")) as { readonly packs: readonly Pack[] };
  const here = packs.map((pack) => ({ ...pack, folder: join(folder, pack.id) }));
  const same = (pack: Pack, index: number): boolean =>
    pack.id === names[index] && pack.hash === hashPack(pack.folder);
  return here.length === names.length && here.every(same) ? here : null;
}
