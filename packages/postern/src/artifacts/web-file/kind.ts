import { webFolderOf } from "./folder.ts";

/**
 * What a web file is.
 * `page` and `handler` run when they are requested, `application` when the application starts, `config` decides what runs;
 * `compiled` and `app-web-dll` are what ASP.NET leaves behind after a page was requested;
 * `renamed-page` has the content of a page under another name; `oab-dump` is the text of a virtual directory's settings.
 */
export type WebFileKind =
  | "page"
  | "handler"
  | "application"
  | "classic-asp"
  | "config"
  | "compiled"
  | "app-web-dll"
  | "renamed-page"
  | "oab-dump";

/** What identification looks at. */
export interface WebFileItem {
  /** Last component of the path. Untrusted. */
  readonly name: string;
  /** Windows path where known. Untrusted. */
  readonly logicalPath: string | null;
  /** Where it was found. Untrusted. */
  readonly origin: string;
}

/** File name extensions that IIS hands to ASP.NET or to classic ASP in a default Exchange installation. */
const KIND_BY_EXTENSION: ReadonlyMap<string, WebFileKind> = new Map([
  ["aspx", "page"],
  ["ascx", "page"],
  ["master", "page"],
  ["cshtml", "page"],
  ["vbhtml", "page"],
  ["cshtm", "page"],
  ["vbhtm", "page"],
  ["aspq", "page"],
  ["ashx", "handler"],
  ["asmx", "handler"],
  ["svc", "handler"],
  ["soap", "handler"],
  ["rem", "handler"],
  ["xamlx", "handler"],
  ["shtml", "page"],
  ["shtm", "page"],
  ["stm", "page"],
  ["asax", "application"],
  ["asp", "classic-asp"],
  ["asa", "classic-asp"],
  ["cer", "classic-asp"],
  ["cdx", "classic-asp"],
  ["compiled", "compiled"],
]);

/** How much of a file's start identification needs: an OAB dump names its last telling property within 2 KiB. */
export const WEB_FILE_HEAD_BYTES = 4096;

/**
 * Tells what kind of web file an item is, by name first and then by content.
 * @param head the first bytes of the item, WEB_FILE_HEAD_BYTES are enough.
 * @returns null for anything that is no web file.
 */
export function identifyWebFile(item: WebFileItem, head: Uint8Array): WebFileKind | null {
  const name = item.name.toLowerCase();
  const extension = extensionOf(name);
  if (/^app_web_.*\.dll$/u.test(name)) return "app-web-dll";
  // Older web servers end the name at the semicolon: `x.asp;.jpg` is `x.asp`.
  if (/\.(?:asp|asa|cer|cdx);/u.test(name)) return "classic-asp";
  if (extension === "cer" || extension === "cdx" || extension === "inc") {
    const text = headText(head);
    return looksLikePage(text, head) || CODE_BLOCK.test(text) ? "classic-asp" : null;
  }
  const kind = KIND_BY_EXTENSION.get(extension);
  if (kind !== undefined) return kind;
  const text = headText(head);
  if (extension === "config") {
    // Outside of the web folders a configuration is of interest only when it holds code of a page.
    const served = webFolderOf(item.logicalPath ?? item.origin) !== null;
    return served || text.includes("<%") || PAGE_MARKS.test(text) ? "config" : null;
  }
  if (isOabDumpHead(text)) return "oab-dump";
  return looksLikePage(text, head) ? "renamed-page" : null;
}

/** The extension in lower case without the dot; a collector's `.txt` behind a web extension does not hide it. */
function extensionOf(name: string): string {
  const trimmed = name.replace(/[. ]{1,8}$/u, "");
  return trimmed.slice(trimmed.lastIndexOf(".") + 1);
}

/** ASCII view of the head: one character a byte, UTF-16 shrunk by its zero bytes, BOM left out. */
function headText(head: Uint8Array): string {
  const bytes = head.subarray(0, WEB_FILE_HEAD_BYTES);
  let text = "";
  for (const byte of bytes) if (byte !== 0) text += String.fromCharCode(byte);
  return text.replace(/^(?:\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)/u, "");
}

/** The settings that stand in every dump of an OAB virtual directory, in the order of the dump. */
const DUMP_PROPERTIES = [
  "offlineaddressbooks",
  "extendedprotectiontokenchecking",
  "internalurl",
  "externalurl",
];

/** True for the start of a `Name : value` listing of an OAB (or ECP, OWA ...) virtual directory. */
export function isOabDumpHead(text: string): boolean {
  const lower = text.toLowerCase();
  const properties = DUMP_PROPERTIES.filter((name) =>
    new RegExp(`^\\s{0,8}${name}\\s{0,60}:`, "mu").test(lower),
  );
  return properties.includes("externalurl") && properties.length >= 2;
}

/** Text that only a page of ASP.NET or classic ASP holds. */
const PAGE_MARKS =
  /<%@\s{0,16}(?:page|webhandler|webservice|servicehost|control|master|application|language)\b|runat\s{0,4}=\s{0,4}["']?server/iu;

/** A block of code: more than the two characters, which a certificate can hold by chance. */
const CODE_BLOCK = /<%[\t\r\n\x20-\x7e]{8}/u;

/** Files that begin like this are other files, with a page hidden in them: PST, DER, GIF, PNG, JPEG. */
const HIDING_HEADS: readonly (readonly number[])[] = [
  [0x21, 0x42, 0x44, 0x4e],
  [0x30, 0x82],
  [0x47, 0x49, 0x46, 0x38],
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
];

/** A page begins with a tag, or hides behind the head of another format; logs that quote a page begin with something else. */
function looksLikePage(text: string, head: Uint8Array): boolean {
  const hides = HIDING_HEADS.some((start) => start.every((byte, index) => head[index] === byte));
  if (!hides && !/^\s{0,256}<(?!\?xml)/u.test(text)) return false;
  return PAGE_MARKS.test(text);
}
