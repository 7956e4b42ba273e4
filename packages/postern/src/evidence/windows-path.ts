/** A path on the server, and whether it lay in a shadow copy. */
export interface WindowsPath {
  readonly path: string;
  /** Name of the shadow copy (`HarddiskVolumeShadowCopy3`), null for the live volume. */
  readonly shadowCopy: string | null;
}

const SHADOW_COPY = /HarddiskVolumeShadowCopy\d+/i;

/**
 * Reads a path as a collector writes it: `C:\a`, `C:/a`, `\\.\C:\a`, `\\?\C:\a`, or below the device of a shadow copy.
 * A shadow copy does not say which volume it was taken of; C: is assumed, where Windows and IIS logs are by default.
 * @returns null when it is no absolute Windows path.
 */
export function parseWindowsPath(text: string): WindowsPath | null {
  const path = text.replaceAll("/", "\\");
  const shadow = SHADOW_COPY.exec(path);
  if (shadow !== null) {
    const below = path.slice(shadow.index + shadow[0].length).replace(/^\\+/, "");
    const rooted = /^[A-Za-z]:\\/.test(below) ? below : `C:\\${below}`;
    return { path: rooted, shadowCopy: shadow[0] };
  }
  const drive = /^(?:\\\\[.?]\\)?([A-Za-z]):(?:\\+(.*))?$/s.exec(path);
  if (drive === null) return null;
  return { path: `${(drive[1] ?? "C").toUpperCase()}:\\${drive[2] ?? ""}`, shadowCopy: null };
}

/** Folders that stand directly below a Windows drive, lower case. */
const TOP_LEVEL: ReadonlySet<string> = new Set([
  "windows",
  "winnt",
  "users",
  "inetpub",
  "program files",
  "program files (x86)",
  "programdata",
  "exchangesetuplogs",
  "perflogs",
  "recovery",
  "$recycle.bin",
  "$extend",
  "$mft",
  "$logfile",
  "$boot",
  "system volume information",
  "documents and settings",
]);

/** How a drive's folder is called by collectors and by hand: `C:`, `C%3A`, `C_`, `C_drive`, `drive_c`, `\\.\C:` escaped. */
const DRIVE_FOLDER =
  /^(?:(?:%5C%5C(?:\.|%3F)%5C)?([A-Z])(?::|%3A|_drive|-drive| drive|\$)|(?:drive[_-]?)([A-Z]))$/i;

/** Folders from which the place on the server is known even without a drive: what stands before them. */
const ANCHORS: readonly { readonly folders: readonly string[]; readonly before: string }[] = [
  { folders: ["microsoft", "exchange server", "v15"], before: "C:\\Program Files\\" },
  { folders: ["microsoft", "exchange server", "v14"], before: "C:\\Program Files\\" },
  { folders: ["program files"], before: "C:\\" },
  { folders: ["program files (x86)"], before: "C:\\" },
  { folders: ["programdata"], before: "C:\\" },
  { folders: ["inetpub"], before: "C:\\" },
  { folders: ["exchangesetuplogs"], before: "C:\\" },
  { folders: ["windows", "system32"], before: "C:\\" },
  { folders: ["windows", "syswow64"], before: "C:\\" },
  { folders: ["windows", "microsoft.net"], before: "C:\\" },
  { folders: ["windows", "temp"], before: "C:\\" },
];

/**
 * Where a file of a copied tree lay on the server, by a drive's folder or by folders that have one place only.
 * @param components the path as given, cut at its separators, file name last.
 * @returns null when nothing in the path says.
 */
export function deriveWindowsPath(components: readonly string[]): WindowsPath | null {
  const shadow = components.findLastIndex((component) => SHADOW_COPY.test(component));
  if (shadow !== -1 && shadow + 1 < components.length) {
    const below = components.slice(shadow + 1);
    const shadowCopy = SHADOW_COPY.exec(components[shadow] ?? "")?.[0] ?? null;
    return { path: byDrive(below) ?? `C:\\${below.join("\\")}`, shadowCopy };
  }
  const path = byDrive(components) ?? byAnchor(components);
  return path === null ? null : { path, shadowCopy: null };
}

/** As deriveWindowsPath, for the user's own folders: a drive there is the user's, only the server's folders count. */
export function deriveByAnchor(components: readonly string[]): WindowsPath | null {
  const path = byAnchor(components);
  return path === null ? null : { path, shadowCopy: null };
}

function driveOf(component: string, next: string | undefined): string | null {
  const named = DRIVE_FOLDER.exec(component);
  if (named !== null) return (named[1] ?? named[2] ?? "C").toUpperCase();
  // A bare letter may be any folder's name: only what follows makes it a drive.
  const bare = /^[A-Za-z]$/.test(component) && TOP_LEVEL.has((next ?? "").toLowerCase());
  return bare ? component.toUpperCase() : null;
}

function byDrive(components: readonly string[]): string | null {
  for (const [index, component] of components.slice(0, -1).entries()) {
    const drive = driveOf(component, components[index + 1]);
    if (drive !== null) return `${drive}:\\${components.slice(index + 1).join("\\")}`;
  }
  return null;
}

function byAnchor(components: readonly string[]): string | null {
  const lower = components.map((component) => component.toLowerCase());
  // From the end: the user's own folders stand before the server's.
  for (let index = components.length - 2; index >= 0; index--) {
    const anchor = ANCHORS.find(({ folders }) => folders.every((name, step) => lower[index + step] === name));
    if (anchor === undefined || index + anchor.folders.length >= components.length) continue;
    const drive = driveOf(components[index - 1] ?? "", components[index]);
    const before = drive === null ? anchor.before : anchor.before.replace(/^C/, drive);
    return before + components.slice(index).join("\\");
  }
  return null;
}
