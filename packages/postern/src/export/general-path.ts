/** A Windows path without what is peculiar to one machine. */
export interface GeneralPath {
  /** Folder with variables for what differs (`%ExchangeInstallPath%FrontEnd\...\`), ends with a backslash; null where only the name can be told. */
  readonly folder: string | null;
  readonly name: string;
}

/** What a known beginning of a path becomes. The rest of the path is the same on every server. */
const BEGINNINGS: readonly (readonly [pattern: RegExp, variable: string])[] = [
  [/^(?:[a-z]:)?\\program files\\microsoft\\exchange server\\v1[45]\\/iu, "%ExchangeInstallPath%"],
  [/^.*\\(?=(?:frontend\\httpproxy|clientaccess)\\)/iu, "%ExchangeInstallPath%"],
  [/^(?:[a-z]:)?\\(?=inetpub\\)/iu, "%SystemDrive%\\"],
  [/^(?:[a-z]:)?\\windows\\/iu, "%SystemRoot%\\"],
  [/^(?:[a-z]:)?\\programdata\\/iu, "%ProgramData%\\"],
  [/^(?:[a-z]:)?\\users\\public\\/iu, "%Public%\\"],
  [/^(?:[a-z]:)?\\users\\[^\\]+\\appdata\\local\\temp\\/iu, "%Temp%\\"],
];

/** Takes drive, folder of installation and user out of a path; a folder at no known place is left out. */
export function generalPath(path: string): GeneralPath {
  const windows = path.replace(/\//gu, "\\");
  const cut = windows.lastIndexOf("\\") + 1;
  const name = windows.slice(cut);
  const folder = windows.slice(0, cut);
  for (const [pattern, variable] of BEGINNINGS) {
    if (pattern.test(folder)) return { folder: folder.replace(pattern, variable), name };
  }
  return { folder: null, name };
}
