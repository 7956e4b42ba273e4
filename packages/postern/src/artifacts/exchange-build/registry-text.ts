import { EXTENDED_PROTECTION, parseBuild, SOURCE_MARKS } from "../../knowledge/index.ts";
import type { Place } from "../../model/index.ts";
import { decodeHead, linesOf } from "./decoded-text.ts";
import type { BuildObservation, BuildReader, BuildReading, MitigationObservation } from "./observation.ts";
import { MAX_OBSERVATIONS, withinLimit } from "./observation.ts";

// HKLM\SOFTWARE\Microsoft\ExchangeServer\v15\Setup as regedit exports it (.reg) and as `reg query /s` prints it:
//   [HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\ExchangeServer\v15\Setup]     HKEY_LOCAL_MACHINE\SOFTWARE\...\v15\Setup
//   "MsiProductMajor"=dword:0000000f                                         MsiProductMajor    REG_DWORD    0xf
//   "OwaVersion"="15.1.2375.7"                                               OwaVersion    REG_SZ    15.1.2375.7
// The four Msi numbers and ConfiguredVersion of the roles are written by setup and stay when a security update comes
// (the setup log's "locally installed version" of a public sample shows the CU beside an updated setup program).
const KEY = /^\s*\[?(HKEY_LOCAL_MACHINE|HKLM)\\(.+?)\]?\s*$/i;
const SETUP_KEY = /^SOFTWARE\\Microsoft\\ExchangeServer\\v15(\\|$)/i;
const EXPORTED = /^\s*"([^"]{1,60})"=(?:dword:([0-9a-f]{8})|"([^"]{0,100})")\s*$/i;
const PRINTED = /^\s+(\S{1,60})\s+REG_(?:DWORD\s+0x([0-9a-f]{1,8})|SZ\s+(\S{0,100}))\s*$/i;
// HKLM\SYSTEM\CurrentControlSet\Control\Lsa, SuppressExtendedProtection: any value but 0 takes the protection away again
// (learn.microsoft.com, Windows Extended Protection in Exchange Server).
const LSA_KEY = /^SYSTEM\\(?:CurrentControlSet|ControlSet\d{3})\\Control\\Lsa$/i;
const PARTS = ["msiproductmajor", "msiproductminor", "msibuildmajor", "msibuildminor"] as const;

/** Reads text exports of the registry key in which setup notes what it installed. */
export const registryTextReader: BuildReader = {
  id: "exchange-registry-text",
  title: "Registry export of Exchange setup",
  identify: (head) => {
    const text = decodeHead(head);
    return (
      /^\s*\[?(HKEY_LOCAL_MACHINE|HKLM)\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\b/im.test(text) ||
      (/^\s*\[?(HKEY_LOCAL_MACHINE|HKLM)\\SYSTEM\\[^\\\r\n]{1,40}\\Control\\Lsa\]?\s*$/im.test(text) &&
        /SuppressExtendedProtection/i.test(text))
    );
  },
  parse: (bytes, { item }) => {
    const limited = withinLimit(bytes, item);
    return { ...readKeys(limited.bytes, item), damage: limited.damage };
  },
};

function readKeys(bytes: Uint8Array, item: number): Omit<BuildReading, "damage"> {
  const observations: BuildObservation[] = [];
  const mitigations: MitigationObservation[] = [];
  let key = "";
  let numbers = new Map<string, { readonly value: number; readonly at: Place }>();
  const close = (): void => {
    const msi = msiBuild(numbers);
    if (msi !== null) observations.push(msi);
    numbers = new Map();
  };
  for (const { text, at } of linesOf(bytes, item)) {
    if (observations.length >= MAX_OBSERVATIONS) break;
    const header = KEY.exec(text);
    if (header !== null) {
      close();
      key = header[2] ?? "";
      continue;
    }
    const isLsa = LSA_KEY.test(key);
    if (!isLsa && !SETUP_KEY.test(key)) continue;
    const [, name = "", hex, value] = EXPORTED.exec(text) ?? PRINTED.exec(text) ?? [];
    if (isLsa) {
      if (/^SuppressExtendedProtection$/i.test(name) && Number.parseInt(hex ?? "0", 16) !== 0)
        mitigations.push(suppressed(at));
      continue;
    }
    if (hex !== undefined) numbers.set(name.toLowerCase(), { value: Number.parseInt(hex, 16), at });
    const named = value === undefined ? null : namedBuild(name, value, at);
    if (named !== null) observations.push(named);
  }
  close();
  return { observations, mitigations: mitigations.slice(0, MAX_OBSERVATIONS) };
}

function suppressed(at: Place): MitigationObservation {
  return {
    server: null,
    mitigation: EXTENDED_PROTECTION,
    state: "off",
    detail: "SuppressExtendedProtection takes it away",
    timeUtc: null,
    source: "registry",
    at,
  };
}

function namedBuild(name: string, value: string, at: Place): BuildObservation | null {
  const build = parseBuild(value);
  if (build === null) return null;
  // The OWA folder carries the version of every update, security updates included.
  if (/^OwaVersion$/i.test(name)) return seen(build.text, "registry, OwaVersion", at);
  if (/^(Configured|Unpacked)Version$/i.test(name))
    return seen(build.text, `registry, ${name} of a role (${SOURCE_MARKS.cuOnly})`, at);
  return null;
}

function msiBuild(
  numbers: ReadonlyMap<string, { readonly value: number; readonly at: Place }>,
): BuildObservation | null {
  const parts = PARTS.map((name) => numbers.get(name));
  const build = parseBuild(parts.map((part) => part?.value ?? "").join("."));
  const last = parts.at(-1);
  if (build === null || last === undefined) return null;
  return seen(build.text, `registry, MsiProductMajor to MsiBuildMinor (${SOURCE_MARKS.cuOnly})`, last.at);
}

function seen(build: string, source: string, at: Place): BuildObservation {
  return { server: null, build, timeUtc: null, event: "seen", source, at };
}
