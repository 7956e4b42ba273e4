import { hashingSource, PosternError } from "../core/index.ts";
import { openEvidence, type EvidenceItem } from "../evidence/index.ts";
import type { ChainedEntry } from "./evidence-chain.ts";

/** How something differs from what it was. */
export type Difference = "changed" | "missing" | "added" | "renamed" | "unreadable";

/** One thing that differs. Paths are untrusted. */
export interface Deviation {
  readonly path: string;
  readonly how: Difference;
  /** What else there is to say; empty when nothing. */
  readonly detail: string;
}

/** What evidence is today, beside what a case says of it. */
export interface EvidenceCheck {
  /** Items that are as they were. */
  readonly same: number;
  readonly deviations: readonly Deviation[];
  /** Items that could not be read when the case was made: nothing to compare with. */
  readonly unknown: number;
}

/**
 * Reads evidence again and compares it with the list of a case. Evidence may lie elsewhere now, as a whole; give
 * the same files and folders as to the assessment. Opens for reading only.
 * @throws PosternError EVIDENCE_NOT_FOUND, INTERRUPTED
 */
export async function checkEvidence(
  entries: readonly ChainedEntry[],
  paths: readonly string[],
  signal: AbortSignal | null,
): Promise<EvidenceCheck> {
  const found: ChainedEntry[] = [];
  const unreadable: Deviation[] = [];
  for await (const entry of openEvidence(paths, {})) {
    if (signal?.aborted === true) throw new PosternError("INTERRUPTED", "interrupted");
    if (entry.kind !== "item" || entry.item.blocked === true) continue;
    const { item } = entry;
    const path = item.logicalPath ?? item.origin;
    const sha256 = await hashOf(item);
    if (sha256 !== null) found.push({ path, origin: item.origin, sha256 });
    else unreadable.push({ path, how: "unreadable", detail: "it cannot be read now" });
  }
  const compared = compare(entries, found, new Set(unreadable.map((one) => one.path)));
  return { ...compared, deviations: sorted([...compared.deviations, ...unreadable]) };
}

async function hashOf(item: EvidenceItem): Promise<string | null> {
  try {
    const source = hashingSource(await item.open());
    try {
      return (await source.finish()).sha256;
    } finally {
      await source.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    return null; // told as unreadable
  }
}

function sorted(deviations: readonly Deviation[]): readonly Deviation[] {
  return deviations.toSorted((a, b) =>
    a.path === b.path ? (a.how < b.how ? -1 : 1) : a.path < b.path ? -1 : 1,
  );
}

/** An item under the names by which it can be known again. */
interface Named {
  readonly path: string;
  /** Its place on the server, or below the folder that all evidence has in common: the same wherever the evidence lies. */
  readonly place: string;
  readonly sha256: string;
}

function named(items: readonly ChainedEntry[]): readonly Named[] {
  const common = commonFolder(items.map((item) => item.origin));
  return items.map(({ path, origin, sha256 }) => ({
    path,
    sha256,
    place: path === origin ? origin.slice(common).replaceAll("\\", "/") : path,
  }));
}

/** Length of the path up to the last separator that all origins share. */
function commonFolder(origins: readonly string[]): number {
  const [first = ""] = origins;
  let length = first.length;
  for (const origin of origins) {
    let at = 0;
    while (at < length && origin[at] === first[at]) at++;
    length = at;
  }
  return Math.max(...["/", "\\", "!"].map((separator) => first.slice(0, length).lastIndexOf(separator))) + 1;
}

/** From the surest to the weakest: same place and content, same place, same content. */
function compare(
  entries: readonly ChainedEntry[],
  found: readonly ChainedEntry[],
  unreadable: ReadonlySet<string>,
): EvidenceCheck {
  const left = new Set(named(found));
  const all = named(entries);
  let open = all.filter((entry) => entry.sha256 !== "");
  const deviations: Deviation[] = [];
  let same = 0;
  const stage = (keyOf: (one: Named) => string, taken: (entry: Named, now: Named) => void): void => {
    const byKey = new Map<string, Named[]>();
    for (const one of left) byKey.set(keyOf(one), [...(byKey.get(keyOf(one)) ?? []), one]);
    open = open.filter((entry) => {
      const now = byKey.get(keyOf(entry))?.shift();
      if (now === undefined) return true;
      left.delete(now);
      taken(entry, now);
      return false;
    });
  };
  stage(
    (one) => `${one.place}\0${one.sha256}`,
    () => same++,
  );
  stage(
    (one) => one.place,
    ({ path, sha256 }, now) => {
      deviations.push({ path, how: "changed", detail: `SHA-256 was ${sha256}, is ${now.sha256}` });
    },
  );
  stage(
    (one) => one.sha256,
    ({ path }, now) => {
      deviations.push({ path, how: "renamed", detail: `now ${now.path}` });
    },
  );
  for (const { path, sha256 } of open)
    if (!unreadable.has(path)) deviations.push({ path, how: "missing", detail: `SHA-256 ${sha256}` });
  for (const { path, sha256 } of left) deviations.push({ path, how: "added", detail: `SHA-256 ${sha256}` });
  const unknown = all.filter((entry) => entry.sha256 === "").length;
  return { same, unknown, deviations: sorted(deviations) };
}
