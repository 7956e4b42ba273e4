/** What an IIS configuration says about Windows Extended Protection on the folders of Exchange. */
export interface ExtendedProtection {
  /** True when every folder that is there has at least what Microsoft asks for. */
  readonly on: boolean;
  /** Folders that lack it, as `Default Web Site/EWS`, in the order of the file. */
  readonly without: readonly string[];
  /** How many of Exchange's folders the file has. */
  readonly folders: number;
  /** Where the first of them stands in the text, in characters. */
  readonly offset: number;
  readonly lengthChars: number;
}

type Level = "none" | "allow" | "require";

// What Microsoft's scripts expect of each folder; Autodiscover is left alone by them.
// https://github.com/microsoft/CSS-Exchange/blob/main/Security/src/ExchangeExtendedProtectionManagement/DataCollection/Get-ExtendedProtectionConfiguration.ps1
const EXPECTED: Readonly<Record<string, Level>> = {
  "default web site/api": "require",
  "default web site/ecp": "require",
  "default web site/ews": "allow",
  "default web site/microsoft-server-activesync": "allow",
  "default web site/oab": "require",
  "default web site/powershell": "require",
  "default web site/owa": "require",
  "default web site/rpc": "require",
  "default web site/mapi": "require",
  "exchange back end/api": "require",
  "exchange back end/ecp": "require",
  "exchange back end/ews": "require",
  "exchange back end/microsoft-server-activesync": "require",
  "exchange back end/oab": "require",
  "exchange back end/powershell": "require",
  "exchange back end/owa": "require",
  "exchange back end/rpc": "require",
  "exchange back end/pushnotifications": "require",
  "exchange back end/rpcwithcert": "require",
  "exchange back end/mapi/emsmdb": "require",
  "exchange back end/mapi/nspi": "require",
};

const STRENGTH: Readonly<Record<Level, number>> = { none: 0, allow: 1, require: 2 };
const LOCATION = /<location\s[^<>]{0,200}?\bpath="([^"<>]{1,200})"[^<>]{0,200}>/giu;
const CHECKING = /<extendedProtection\s[^<>]{0,200}?\btokenChecking="(\w{1,20})"/iu;

/** Reads `tokenChecking` of each folder of Exchange in an applicationHost.config; null when the file has none of them. */
export function findExtendedProtection(text: string): ExtendedProtection | null {
  const found: { readonly path: string; readonly missing: boolean; readonly at: RegExpExecArray }[] = [];
  for (const at of text.matchAll(LOCATION)) {
    const path = at[1] ?? "";
    const expected = EXPECTED[path.toLowerCase()];
    if (expected === undefined) continue;
    const from = at.index + at[0].length;
    const end = text.indexOf("</location", from);
    const level = levelOf(CHECKING.exec(text.slice(from, end < 0 ? undefined : end))?.[1]);
    found.push({ path, missing: STRENGTH[level] < STRENGTH[expected], at });
  }
  const [first] = found;
  if (first === undefined) return null;
  const without = found.filter((one) => one.missing).map((one) => one.path);
  return {
    on: without.length === 0,
    without,
    folders: found.length,
    offset: first.at.index,
    lengthChars: first.at[0].length,
  };
}

/** A folder without the element has the default, which is None. */
function levelOf(text: string | undefined): Level {
  const level = text?.toLowerCase();
  return level === "allow" || level === "require" ? level : "none";
}
