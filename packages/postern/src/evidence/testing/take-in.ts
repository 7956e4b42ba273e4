import { Buffer } from "node:buffer";
import { readAll } from "../../core/index.ts";
import type { Damage } from "../../model/index.ts";
import type { EvidenceItem, EvidenceOptions } from "../index.ts";
import { openEvidence } from "../index.ts";

/** All that evidence arguments yield, held for a test. */
export interface TakenIn {
  readonly items: readonly EvidenceItem[];
  readonly damage: readonly Damage[];
}

/** Lists evidence to its end. */
export async function takeIn(paths: readonly string[], options: EvidenceOptions = {}): Promise<TakenIn> {
  const items: EvidenceItem[] = [];
  const damage: Damage[] = [];
  for await (const entry of openEvidence(paths, options)) {
    if (entry.kind === "item") items.push(entry.item);
    else damage.push(entry);
  }
  return { items, damage };
}

/** The first bytes of an item as Latin-1 text, at most 64 MiB. */
export async function textOf(item: EvidenceItem | undefined): Promise<string> {
  if (item === undefined) throw new Error("there is no such item");
  const source = await item.open();
  try {
    const { bytes } = await readAll(source, 64 * 1024 * 1024);
    return Buffer.from(bytes).toString("latin1");
  } finally {
    await source.close();
  }
}
