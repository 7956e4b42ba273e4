import { readAll } from "../core/index.ts";
import { parseCollectionManifest } from "../evidence/index.ts";
import type { ItemScan } from "./item-scan.ts";

const MAX_MANIFEST_BYTES = 256 << 20;
const MAX_EXAMPLE_CHARS = 300;

/** Reads the manifest of a collection: what was asked for and not taken. */
export async function readCollection(scan: ItemScan): Promise<void> {
  const { bytes } = await readAll(scan.source, MAX_MANIFEST_BYTES);
  const manifest = parseCollectionManifest(new TextDecoder().decode(bytes));
  scan.note = "what Postern's collector wrote about itself";
  if (manifest === null) return;
  scan.records = manifest.files.size;
  scan.collected = {
    definitions: manifest.definitions.map(({ id, files, missing }) => ({
      id,
      files,
      missing: [...missing].map(([reason, { count, example }]) => ({
        reason,
        count,
        example: example.slice(0, MAX_EXAMPLE_CHARS),
      })),
    })),
  };
}

/** Compares what was read with what the manifest of its collection states. Nothing to say of items without a manifest. */
export function comparePromise(scan: ItemScan, sha256: string): void {
  const { promised, index, sizeBytes } = scan.item;
  if (promised === undefined || promised === sha256) return;
  const at = { item: index, offsetBytes: 0, lengthBytes: sizeBytes ?? 0, record: null };
  const unlisted = promised === null;
  scan.addDamage({
    kind: "damage",
    code: unlisted ? "COLLECTION_FILE_UNLISTED" : "COLLECTION_FILE_CHANGED",
    at,
    lost: "value",
    note: unlisted
      ? "not in the manifest of its collection: it was put there later"
      : "its content is not what the manifest of its collection states: it was changed after it was collected",
  });
  scan.damaged++;
}
