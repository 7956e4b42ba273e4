/** The folders of an Exchange server from which IIS serves or compiles pages. */
export type WebFolder =
  | "owa-auth"
  | "ecp-auth"
  | "aspnet-client"
  | "oab"
  | "frontend-other"
  | "clientaccess"
  | "wwwroot"
  | "temporary-aspnet";

/**
 * Folder names as they follow each other in a path, most special first. Matched as whole path components
 * without regard to case, so that the drive and the install folder do not matter.
 * Source: folder list of CISA AA21-062A, and the Exchange file lists of Microsoft's CompareExchangeHashes.
 */
const FOLDERS: readonly (readonly [WebFolder, string])[] = [
  // First: its subfolders are named after the applications (`root`, `owa`), not after folders.
  ["temporary-aspnet", "/temporary asp.net files/"],
  ["aspnet-client", "/aspnet_client/"],
  ["owa-auth", "/frontend/httpproxy/owa/auth/"],
  ["ecp-auth", "/frontend/httpproxy/ecp/auth/"],
  ["oab", "/frontend/httpproxy/oab/"],
  ["frontend-other", "/frontend/httpproxy/"],
  ["clientaccess", "/clientaccess/"],
  ["wwwroot", "/inetpub/wwwroot/"],
];

/**
 * The web folder in which a file lies.
 * @param path a Windows path or a collector's form of one; both slashes are understood. Untrusted.
 * @returns null for a path outside of every web folder. A folder itself, without a file in it, is not inside.
 */
export function webFolderOf(path: string): WebFolder | null {
  const text = `/${normalizePath(path)}`;
  for (const [folder, part] of FOLDERS) {
    const at = text.indexOf(part);
    if (at >= 0 && at + part.length < text.length) return folder;
  }
  return null;
}

/**
 * The path below the web folder: lower case, forward slashes, e.g. `current/themes/x.aspx`.
 * @returns null when the path lies in no web folder.
 */
export function pathInWebFolder(path: string): string | null {
  const text = `/${normalizePath(path)}`;
  for (const [, part] of FOLDERS) {
    const at = text.indexOf(part);
    if (at >= 0 && at + part.length < text.length) return text.slice(at + part.length);
  }
  return null;
}

/** Lower case, forward slashes, none of them doubled; dots and blanks at the end of a component fall away as in Windows. */
function normalizePath(path: string): string {
  return path
    .toLowerCase()
    .split(/[\\/]+/u)
    .map((part) => (part === "." || part === ".." ? part : trimEndDots(part)))
    .join("/");
}

function trimEndDots(part: string): string {
  let end = part.length;
  while (end > 0 && (part[end - 1] === "." || part[end - 1] === " ")) end--;
  return part.slice(0, end);
}
