import { type CompiledPage, type MalformedCompiled, parseCompiled } from "./compiled.ts";
import { pathInWebFolder, type WebFolder, webFolderOf } from "./folder.ts";
import { identifyWebFile, type WebFileItem, type WebFileKind } from "./kind.ts";

/** What a web file is and where it lies, before anyone judges its content. */
export interface WebFileFacts {
  readonly name: string;
  /** Windows path where known, else the path as found. Untrusted. */
  readonly path: string;
  readonly kind: WebFileKind | null;
  readonly folder: WebFolder | null;
  /** Path below that folder, lower case with forward slashes; null outside of web folders. */
  readonly inFolder: string | null;
  /** True when the Windows path on the server is known, so that `folder: null` means "outside of the web folders". */
  readonly placeKnown: boolean;
  readonly compiled: CompiledPage | MalformedCompiled | null;
}

/** Collects the facts of one item. `bytes` may be the head of a large file only. */
export function describeWebFile(item: WebFileItem, bytes: Uint8Array): WebFileFacts {
  const path = item.logicalPath ?? item.origin;
  const kind = identifyWebFile(item, bytes);
  return {
    name: item.name,
    path,
    kind,
    folder: webFolderOf(path),
    inFolder: pathInWebFolder(path),
    placeKnown: item.logicalPath !== null,
    compiled: kind === "compiled" ? parseCompiled(bytes) : null,
  };
}
