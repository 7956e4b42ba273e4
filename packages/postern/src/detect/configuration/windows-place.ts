/** Where a path leads, as far as it matters who may write there. */
export type WindowsPlace =
  "temp" | "user" | "program-data" | "share" | "web" | "exchange" | "windows" | "program-files" | "other";

/** What variables stand for on a server with Windows on C:. Only the kind of place matters here, not the drive. */
const VARIABLES: Readonly<Record<string, string>> = {
  systemdrive: "c:",
  homedrive: "c:",
  windir: "c:\\windows",
  systemroot: "c:\\windows",
  programdata: "c:\\programdata",
  allusersprofile: "c:\\programdata",
  programfiles: "c:\\program files",
  "programfiles(x86)": "c:\\program files (x86)",
  commonprogramfiles: "c:\\program files\\common files",
  temp: "c:\\windows\\temp",
  tmp: "c:\\windows\\temp",
  public: "c:\\users\\public",
  userprofile: "c:\\users\\someone",
  appdata: "c:\\users\\someone\\appdata\\roaming",
  localappdata: "c:\\users\\someone\\appdata\\local",
  exchangeinstallpath: "c:\\program files\\microsoft\\exchange server\\v15",
};

/** Lower case, backslashes, variables resolved, `.` and `..` taken out, a share on the server itself as its drive. */
export function normalizeWindowsPath(path: string): string {
  const plain = path
    .slice(0, 2_000)
    .trim()
    .replace(/^["']|["']$/gu, "")
    .toLowerCase()
    .replace(/%([^%\\]{1,40})%/gu, (whole, name: string) => VARIABLES[name] ?? whole)
    .replace(/\//gu, "\\")
    .replace(/^\\\\[.?]\\(?:unc\\)?/u, "")
    .replace(/^\\\\(?:localhost|127\.0\.0\.1|\[?::1\]?|\.)\\([a-z])\$/u, "$1:");
  const isShare = plain.startsWith("\\\\");
  const parts: string[] = [];
  for (const part of plain.split(/\\+/u)) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part.replace(/[. ]{1,8}$/u, ""));
  }
  return `${isShare ? "\\\\" : ""}${parts.join("\\")}`;
}

const PLACES: readonly (readonly [WindowsPlace, RegExp])[] = [
  ["share", /^\\\\/u],
  [
    "temp",
    /\\(?:windows\\(?:temp|tasks|debug|tracing)|temp|tmp|\$recycle\.bin|recycler|perflogs|appdata\\local\\temp|inetpub\\temp)(?:\\|$)/u,
  ],
  ["program-data", /^[a-z]:\\(?:programdata|users\\all users)(?:\\|$)/u],
  ["user", /^[a-z]:\\(?:users|documents and settings)(?:\\|$)/u],
  [
    "exchange",
    /\\(?:v1[45]\\(?:bin|transportroles|frontend\\(?:httpproxy\\bin|transport|popimap)|clientaccess\\(?:owa|ecp|exchweb\\ews|autodiscover|sync)\\bin))(?:\\|$)/u,
  ],
  ["web", /\\(?:inetpub\\wwwroot|aspnet_client|frontend\\httpproxy|v1[45]\\clientaccess)(?:\\|$)/u],
  ["windows", /^[a-z]:\\windows(?:\\|$)/u],
  ["program-files", /^[a-z]:\\program files(?: \(x86\))?(?:\\|$)/u],
];

/** The place of a path that {@link normalizeWindowsPath} gave. */
export function placeOfPath(normalized: string): WindowsPlace {
  return PLACES.find(([, pattern]) => pattern.test(normalized))?.[0] ?? "other";
}

/** A place as a sentence names it. */
export const PLACE_NAMES: Readonly<Record<WindowsPlace, string>> = {
  temp: "a folder for temporary files",
  user: "a user's folder",
  "program-data": "ProgramData, where every program may write",
  share: "a network share",
  web: "a web folder",
  exchange: "the Exchange folder",
  windows: "the Windows folder",
  "program-files": "Program Files",
  other: "a folder of its own",
};

/** Places where nothing that a web server or mail server loads belongs: an intruder's process may write there. */
export function isHidingPlace(place: WindowsPlace): boolean {
  return place === "temp" || place === "user" || place === "program-data" || place === "share";
}
