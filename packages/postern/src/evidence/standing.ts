/**
 * Folders whose content was put aside: by antivirus, by a backup, by an investigation. Whole folder names, lower case.
 * What lies there says that something was on the server once, not that it is there now.
 */
const PUT_ASIDE: ReadonlySet<string> = new Set([
  // Antivirus and safety tools
  "quarantine",
  "quarantined",
  "quarantaine",
  "quarantäne",
  "infected",
  "malware",
  "msert",
  "isolated",
  // Backups
  "backup",
  "backups",
  "_backup",
  "bak",
  "_bak",
  "old",
  "_old",
  "windows.old",
  // Investigations: Test-ProxyLogon -CollectFiles copies into CollectedLogFiles
  "collectedlogfiles",
  "investigation",
  "forensics",
  "forensic",
  // Recycle bins
  "$recycle.bin",
  "recycler",
  "recycled",
]);

/** A folder renamed to be out of the way: `owa_old`, `auth.bak`, `aspnet_client-backup`. */
const RENAMED = /[._ -](?:old|bak|backup|quarantine|infected)$/;

/**
 * True when a folder on the way to a file says that it was put aside.
 * @param components the path without what the user's own evidence folder is called; the last one, the file, is not judged.
 */
export function isPutAside(components: readonly string[]): boolean {
  return components.slice(0, -1).some((component) => {
    const name = component.toLowerCase();
    return PUT_ASIDE.has(name) || RENAMED.test(name);
  });
}
