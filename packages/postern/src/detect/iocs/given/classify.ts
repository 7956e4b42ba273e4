import { isIP } from "node:net";

import { addressKind } from "../../../core/index.ts";
import { canonicalAddress } from "../canonical.ts";
import type { GivenKind } from "./given-indicator.ts";

/** What a value is, or why it cannot be used. */
export type Classified =
  | { readonly kind: GivenKind; readonly value: string; readonly folder: string | null }
  /** A kind that this evidence cannot show. */
  | { readonly unused: string }
  /** A mistake in the list. */
  | { readonly wrong: string; readonly advice: string };

/** Words of STIX, MISP, OpenIOC and of tables for the same kind. */
const TYPES: Readonly<
  Record<string, "address" | "domain" | "url" | "page" | "user-agent" | "file" | "hash">
> = {
  ...words(
    "address",
    "ip ip-src ip-dst ipv4 ipv6 ipv4-addr ipv6-addr ip_address ipaddress ip-address address",
  ),
  ...words("address", "src_ip source_ip srcip dst_ip portitem/remoteip cidr network remote_ip ip_addr"),
  ...words("domain", "domain hostname domain-name fqdn host domainname network/dns dnsentryitem/host dns"),
  ...words("url", "url link urlhistoryitem/url"),
  ...words("page", "uri page path-url request network/uri urlpath url_path uri_path http-request"),
  ...words("user-agent", "user-agent user_agent useragent network/useragent http-user-agent agent"),
  ...words("file", "filename file_name file file-name name path filepath file_path fileitem/filename"),
  ...words("file", "fileitem/fullpath fileitem/filepath full_path"),
  ...words("hash", "sha256 sha-256 hash filehash filehashvalue fileitem/sha256sum file_hash sha256_hash"),
};

function words<T extends string>(kind: T, list: string): Readonly<Record<string, T>> {
  return Object.fromEntries(list.split(" ").map((word) => [word, kind] as const));
}

/** True when a list's word for a kind is one that can be used. */
export function isKnownType(type: string): boolean {
  return Object.hasOwn(TYPES, type);
}

/** `hxxps://evil[.]example` as it was before somebody made it harmless. */
export function refang(text: string): string {
  return text
    .trim()
    .replace(/^["'`]+|["'`,;]+$/gu, "")
    .replace(/^h(?:xx|tt|XX)p(s?)(?=\[?:)/u, "http$1")
    .replace(/\[:\]/gu, ":")
    .replace(/[[({](?:\.|dot)[\])}]/giu, ".");
}

/** Says what a value is: by the list's word for it where it is known, else by its form. */
export function classify(type: string | null, text: string, folder: string | null = null): Classified {
  const value = refang(text);
  if (value === "") return wrong("the value is empty", "Leave the line out, or put the value in.");
  const known = type === null ? undefined : Object.hasOwn(TYPES, type) ? TYPES[type] : null;
  if (known === null) return { unused: type ?? "" };
  switch (known ?? kindByForm(value)) {
    case "address":
      return classifyAddress(value);
    case "domain":
      return isIP(canonicalAddress(value)) === 0 ? classifyDomain(value) : classifyAddress(value);
    case "url":
      return classifyUrl(value);
    case "page":
      return /^https?:/iu.test(value) ? classifyUrl(value) : classifyPage(value);
    case "user-agent":
      return { kind: "user-agent", value, folder: null };
    case "file":
      return classifyFile(value, folder);
    case "hash":
      return classifyHash(value);
    case null:
      return wrong(
        `what kind of indicator ${JSON.stringify(value.slice(0, 80))} is cannot be told`,
        "Put a column that says it beside the value (ip, domain, url, sha256, filename, user-agent).",
      );
  }
}

function wrong(message: string, advice: string): Classified {
  return { wrong: message, advice };
}

/** Endings of files that lists name; `.com` is a domain more often. */
const FILE_ENDING =
  /\.(?:aspx?|ashx|asmx|asax|ascx|cshtml|svc|soap|exe|dll|sys|ps1|psm1|bat|cmd|vbs|jsp|jspx|php|txt|log|dmp|zip|7z|rar|cab|dat|bin|tmp|js|hta|lnk|msi|config|compiled|xml|aspx\.bak|pst|gif|png|jpg|css|ico)$/iu;

function kindByForm(
  value: string,
): "address" | "domain" | "url" | "page" | "user-agent" | "file" | "hash" | null {
  if (isIP(canonicalAddress(value.replace(/\/\d{1,3}$/u, ""))) !== 0) return "address";
  if (/^[0-9a-f]{32}(?:[0-9a-f]{8})?(?:[0-9a-f]{24})?$/iu.test(value)) return "hash";
  if (/^https?:\/\//iu.test(value)) return "url";
  if (/^\/[^\s/]/u.test(value)) return "page";
  if (/\\/u.test(value) || /^%[a-z()0-9]+%/iu.test(value)) return "file";
  if (!/\s/u.test(value) && FILE_ENDING.test(value)) return "file";
  if (DOMAIN.test(value)) return "domain";
  return /^[\w.-]+\/v?\d/u.test(value) ? "user-agent" : null;
}

/** Wider networks say nothing about a single intruder; the number of bits that must at least be given. */
const MIN_BITS = { 4: 16, 6: 32 } as const;

function classifyAddress(value: string): Classified {
  const [text = "", bits] = value.split("/");
  const address = canonicalAddress(text);
  const version = isIP(address);
  if (version === 0)
    return wrong(`${JSON.stringify(value.slice(0, 80))} is no address`, "Correct or remove it.");
  if (addressKind(address) !== "public")
    return wrong(
      `${address} is an inner address, which machines of every network have`,
      "Remove it; only public addresses tell one intruder from others.",
    );
  if (bits === undefined) return { kind: "address", value: address, folder: null };
  const width = version === 4 ? 32 : 128;
  const count = /^\d{1,3}$/u.test(bits) ? Number(bits) : -1;
  if (count < 0 || count > width)
    return wrong(`${JSON.stringify(value)} is no network`, "Write it as 203.0.113.0/24.");
  if (count === width) return { kind: "address", value: address, folder: null };
  if (count < MIN_BITS[version === 4 ? 4 : 6])
    return wrong(
      `${value} is so wide that it says nothing about an intruder`,
      `Give networks of /${String(MIN_BITS[version === 4 ? 4 : 6])} or smaller.`,
    );
  return { kind: "network", value: `${address}/${bits}`, folder: null };
}

const DOMAIN =
  /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})\.?$/iu;

function classifyDomain(value: string): Classified {
  const host = value.toLowerCase().replace(/^\*\./u, "").replace(/\.$/u, "").replace(/:\d+$/u, "");
  if (!DOMAIN.test(host))
    return wrong(`${JSON.stringify(value.slice(0, 80))} is no domain`, "Correct or remove it.");
  return { kind: "domain", value: host, folder: null };
}

const PAGE = /\.(?:aspx|ashx|asmx|asp|svc|soap|cshtml|js)(?:$|[/?#])/iu;

/** A URL of a page is looked for by its path, because the host may be the victim's; any other by its host. */
function classifyUrl(value: string): Classified {
  const [, host = "", path = ""] = /^(?:https?:\/\/)?([^/?#\s]+)([^\s]*)$/iu.exec(value) ?? [];
  if (host === "") return wrong(`${JSON.stringify(value.slice(0, 80))} is no URL`, "Correct or remove it.");
  if (PAGE.test(path)) return classifyPage(path);
  const name = host.replace(/^.*@/u, "");
  return isIP(canonicalAddress(name)) === 0
    ? classifyDomain(name.replace(/:\d+$/u, ""))
    : classifyAddress(name);
}

function classifyPage(value: string): Classified {
  const path = value
    .replace(/[?#].*$/su, "")
    .replace(/^\*|^%/u, "")
    .toLowerCase();
  if (!path.includes("/")) return classifyFile(value, null);
  if (!path.startsWith("/") || path.length < 4 || /\s/u.test(path))
    return wrong(
      `${JSON.stringify(value.slice(0, 80))} is no path of a page`,
      "Write it as /owa/auth/x.aspx.",
    );
  return { kind: "page", value: path, folder: null };
}

function classifyFile(value: string, folder: string | null): Classified {
  const path = value.replace(/\//gu, "\\").toLowerCase();
  const cut = path.lastIndexOf("\\") + 1;
  const name = path.slice(cut);
  const place = cut > 0 ? path.slice(0, cut) : (folder?.replace(/\//gu, "\\").toLowerCase() ?? null);
  const letters = name.replace(/[*?]/gu, "");
  if (letters.length < 4)
    return wrong(`the name ${JSON.stringify(name)} is too short to tell one file`, "Give the whole name.");
  return { kind: "file", value: name, folder: place === null ? null : bareFolder(place) };
}

/** A folder without drive, variable and last backslash: copies of a disk and installations differ in them. */
function bareFolder(folder: string): string | null {
  const bare = folder.replace(/^(?:%[^%]*%|[a-z]:)?\\*/u, "").replace(/\\+$/u, "");
  return bare === "" ? null : bare;
}

function classifyHash(value: string): Classified {
  if (/^[0-9a-f]{64}$/iu.test(value)) return { kind: "hash", value: value.toLowerCase(), folder: null };
  if (/^[0-9a-f]{32}$/iu.test(value)) return { unused: "md5" };
  if (/^[0-9a-f]{40}$/iu.test(value)) return { unused: "sha1" };
  return wrong(`${JSON.stringify(value.slice(0, 80))} is no SHA-256`, "A SHA-256 has 64 hexadecimal digits.");
}
