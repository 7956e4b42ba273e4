/** An address without port, brackets, zone and the IPv4-in-IPv6 form; lower case. */
export function canonicalAddress(text: string): string {
  let address = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]{2,64})\]/u.exec(address);
  if (bracketed !== null) address = bracketed[1] ?? "";
  else if (/^[\d.]{7,15}:\d{1,5}$/u.test(address)) address = address.slice(0, address.indexOf(":"));
  return address.replace(/%.*$/u, "").replace(/^::ffff:(?=[\d.]+$)/u, "");
}

/**
 * One form for user agents of all logs: IIS writes `+` for a blank, HttpProxy a blank for a comma.
 * A `+` that the client itself sent becomes a blank, too, on both sides.
 */
export function canonicalUserAgent(text: string): string {
  return text
    .slice(0, 2048)
    .toLowerCase()
    .replace(/[+,\s]+/gu, " ")
    .trim();
}

/** Last component of a URL path or a Windows path, lower case, percent signs decoded, without query and path info. */
export function lastComponent(urlOrPath: string): string {
  const path = decodePercent(urlOrPath.slice(0, 2048).replace(/[?#].*$/su, "")).toLowerCase();
  // `/x.aspx/anything` runs x.aspx.
  const page = /([^\\/]{1,255}\.(?:aspx|ashx|asmx|asp|svc|soap|cshtml))[\\/]/u.exec(path);
  return page?.[1] ?? path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/giu, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Folders of pages as both URLs and Windows paths write them. */
const FOLDERS: readonly (readonly [folder: string, part: string])[] = [
  ["aspnet-client", "/aspnet_client/"],
  ["owa-auth", "/owa/auth/"],
  ["ecp-auth", "/ecp/auth/"],
  ["oab", "/oab/"],
  ["frontend-other", "/frontend/httpproxy/"],
  ["wwwroot", "/inetpub/wwwroot/"],
];

/** The folder of pages in which a URL or a Windows path lies, with the ids of `artifacts/web-file`; null for any other. */
export function pageFolderOf(urlOrPath: string): string | null {
  const text = `/${urlOrPath
    .slice(0, 2048)
    .replace(/[?#].*$/su, "")
    .toLowerCase()
    .replace(/[\\/]+/gu, "/")}`;
  return FOLDERS.find(([, part]) => text.includes(part))?.[0] ?? null;
}

/** Matches a lower-case pattern with `*` and `<16 letters>` against a whole text, in time linear in both for each star. */
export function matchGlob(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    const end = last ? endMatch(part, text, at) : findPart(part, text, at, index === 0);
    if (end === null) return false;
    at = end;
  }
  return at === text.length;
}

function endMatch(part: string, text: string, from: number): number | null {
  const start = text.length - lengthOf(part);
  return start >= from && partAt(part, text, start) ? text.length : null;
}

function findPart(part: string, text: string, from: number, anchored: boolean): number | null {
  const length = lengthOf(part);
  const last = anchored ? from : text.length - length;
  for (let start = from; start <= last; start++) {
    if (partAt(part, text, start)) return start + length;
  }
  return null;
}

const LETTERS = /<(\d{1,2}) letters>/gu;

/** Length of the text that a part stands for. */
function lengthOf(part: string): number {
  return part.replace(LETTERS, (_all, count: string) => "x".repeat(Number(count))).length;
}

function partAt(part: string, text: string, start: number): boolean {
  const wanted = part.replace(LETTERS, (_all, count: string) => "\u0000".repeat(Number(count)));
  for (let index = 0; index < wanted.length; index++) {
    const have = text[start + index] ?? "";
    const want = wanted[index];
    if (want === "\u0000" ? !/^[a-z]$/u.test(have) : have !== want) return false;
  }
  return true;
}
