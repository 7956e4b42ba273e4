import type { ByteSource } from "../../core/index.ts";
import type { EvidenceItem, EvidenceTimes } from "../item.ts";
import type { Fault, Found } from "../found.ts";

/** What a collector's own files say about one of the files that it took. */
export interface Description {
  readonly logicalPath: string | null;
  readonly times: EvidenceTimes | null;
  readonly standing: EvidenceItem["standing"] | null;
  /** See EvidenceItem.promised. */
  readonly promised?: string | null;
}

/** The shape of a collector's output, recognised at one directory and valid for all below it. */
export interface Layout {
  /** Server that the collection was taken on, as the collector names it, or null. */
  readonly server: string | null;
  /** Something to say of the collection as a whole, tied to one of the files in its top folder. */
  readonly remark: { readonly file: string; readonly fault: Fault } | null;
  /** True when a file may have been stored without its empty stretches, described by a second file `<name>.idx`. */
  readonly sparse: boolean;
  /** True for the folder of a case that Postern itself wrote. */
  readonly isOwnCase?: boolean;
  /** @param components path below the layout's directory, file name last. Null: the collector says nothing of it. */
  describe(components: readonly string[]): Description | null;
  /** Told of each file below before it is opened: an archive is not described itself, only what it holds. */
  meet?(components: readonly string[], open: () => Promise<ByteSource>): void;
  /** Asked when all below was walked: faults of the collection as a whole, tied to one of the files in its top folder. */
  finish?(): Promise<{ readonly file: string; readonly faults: readonly Fault[] }>;
}

/** A directory that may be the top of a collector's output. */
export interface Candidate {
  /** Its own name; for an archive the archive's name without its extension. */
  readonly name: string;
  readonly children: readonly Found[];
  /** Opens a file among the children or below (`["results", "x.json"]`), null when it is not there. */
  open(components: readonly string[]): Promise<ByteSource | null>;
  /** Children of a directory below; empty when it is not there. */
  list(name: string): Promise<readonly Found[]>;
}

/** Recognises one collector's output. */
export type LayoutReader = (candidate: Candidate) => Promise<Layout | null>;

/** True when a directory has a child of this name, in any case. */
export function has(candidate: Candidate, kind: Found["kind"], name: string): boolean {
  const wanted = name.toLowerCase();
  return candidate.children.some((child) => child.kind === kind && child.name.toLowerCase() === wanted);
}
