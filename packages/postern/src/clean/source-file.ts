import { codeOf } from "../core/index.ts";
import { isSame, type Disk, type DiskEntry, type Handle } from "./disk.ts";
import { hashHandle } from "./disk-bytes.ts";
import type { Before } from "./journal.ts";
import type { CleanContext } from "./outcome.ts";
import { isRefusal, openPlace, type Place, type Refusal } from "./place.ts";

/** A file that was opened without following a link, and what it is. Close it. */
export interface SourceFile {
  readonly place: Place;
  readonly handle: Handle;
  readonly entry: DiskEntry;
  readonly sha256: string;
  close(): void;
}

/** Opens a file below the roots and takes its hash. A place that is empty is a refusal `missing`. */
export function openSource(context: CleanContext, path: string): SourceFile | Refusal {
  const { disk, roots } = context;
  const place = openPlace(disk, roots, path);
  if (isRefusal(place)) return place;
  const entry = findEntry(disk, place.path);
  if (entry?.kind !== "file") {
    place.close();
    if (entry === null) return { refused: "missing", text: `${path} is not there.` };
    if (entry.kind === "link")
      return { refused: "link", text: `${path} is a link now. Links are not followed.` };
    return { refused: "unclear", text: `${path} is no file.` };
  }
  const handle = disk.openRead(place.path);
  const close = (): void => {
    disk.close(handle);
    place.close();
  };
  if (!isSame(disk.lookAt(handle), entry)) {
    close();
    return { refused: "unclear", text: `${path} was swapped while it was opened.` };
  }
  return { place, handle, entry, sha256: hashHandle(disk, handle).sha256, close };
}

/** What stands at a place; null for nothing. Throws Node's own errors. */
export function findEntry(disk: Disk, path: string): DiskEntry | null {
  try {
    return disk.look(path);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return null;
    throw thrown;
  }
}

/** True when the very file that was opened still stands there with the same content, and the way to it is the same. */
export function isUntouched(disk: Disk, source: SourceFile): boolean {
  source.place.recheck();
  const now = findEntry(disk, source.place.path);
  return (
    now !== null &&
    isSame(now, source.entry) &&
    now.sizeBytes === source.entry.sizeBytes &&
    now.modifiedNs === source.entry.modifiedNs &&
    hashHandle(disk, source.handle).sha256 === source.sha256
  );
}

/** What the journal keeps of a file before it is touched. */
export function beforeOf(path: string, source: SourceFile): Before {
  const { place, entry, sha256 } = source;
  return {
    path,
    shown: place.shown,
    sha256,
    entry,
    folder: place.folder,
  };
}
