import { readKape } from "./kape.ts";
import type { Candidate, Layout, LayoutReader } from "./layout.ts";
import { readExchangeLogCollector, readTestProxyLogon } from "./microsoft.ts";
import { readOwnCase } from "./own-case.ts";
import { readOwnCollection } from "./own-collection.ts";
import { readVelociraptor } from "./velociraptor.ts";

export { parseCollectionManifest, type CollectionManifest } from "./collection-manifest.ts";
export type { Candidate, Description, Layout } from "./layout.ts";
export { serverOfReport } from "./microsoft.ts";

const READERS: readonly LayoutReader[] = [
  readOwnCase,
  readOwnCollection,
  readVelociraptor,
  readKape,
  readExchangeLogCollector,
  readTestProxyLogon,
];

/** The collector whose output a directory is the top of, or null. */
export async function recogniseLayout(candidate: Candidate): Promise<Layout | null> {
  for (const reader of READERS) {
    const layout = await reader(candidate);
    if (layout !== null) return layout;
  }
  return null;
}
