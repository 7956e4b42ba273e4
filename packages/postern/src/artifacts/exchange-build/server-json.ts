import { parseBuild, SOURCE_MARKS } from "../../knowledge/index.ts";
import type { Place } from "../../model/index.ts";
import { decodeHead, decodeText, offsetCounter } from "./decoded-text.ts";
import type { BuildObservation, BuildReader } from "./observation.ts";
import { damageAt, MAX_OBSERVATIONS } from "./observation.ts";

/** ConvertTo-Json of some servers is some hundred kilobytes; JSON.parse needs a multiple of it in memory. */
const MAX_JSON_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 60;

/** Reads ConvertTo-Json of Get-ExchangeServer or of the FileVersionInfo of ExSetup.exe. */
export const serverJsonReader: BuildReader = {
  id: "exchange-server-json",
  title: "Server version as JSON",
  identify: (head) => {
    const text = decodeHead(head);
    if (!/^\s*[{[]/.test(text)) return false;
    return (
      /"AdminDisplayVersion"\s*:/.test(text) || (/"FileVersion"\s*:/.test(text) && /ExSetup\.exe/i.test(text))
    );
  },
  parse: (bytes, { item }) => {
    const whole: Place = { item, offsetBytes: 0, lengthBytes: bytes.length, record: null };
    const failed = (note: string, code: "JSON_TOO_LARGE" | "JSON_MALFORMED") => ({
      observations: [],
      mitigations: [],
      damage: [damageAt(code, whole, "file" as const, note)],
    });
    if (bytes.length > MAX_JSON_BYTES) return failed("The JSON file is larger than 8 MiB.", "JSON_TOO_LARGE");
    const text = decodeText(bytes);
    const root = parseJson(text);
    if (root === undefined) return failed("The file is not whole JSON.", "JSON_MALFORMED");
    const found: Found[] = [];
    collect(root.value, found, 0);
    return { observations: placed(found, text, bytes, item), mitigations: [], damage: [] };
  },
};

interface Found {
  readonly server: string | null;
  readonly build: string;
  readonly source: string;
  /** The member to look for in the text, so that the statement can be cited. */
  readonly member: string;
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // becomes damage in the caller
  }
}

function collect(value: unknown, found: Found[], depth: number): void {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH || found.length >= MAX_OBSERVATIONS)
    return;
  if (Array.isArray(value)) {
    for (const element of value) collect(element, found, depth + 1);
    return;
  }
  const members = new Map<string, unknown>(Object.entries(value));
  const server =
    [members.get("Name"), members.get("Identity"), members.get("PSComputerName")].find(isText) ?? null;
  const displayed = buildOf(members.get("AdminDisplayVersion"));
  const source = `AdminDisplayVersion (${SOURCE_MARKS.cuOnly})`;
  if (displayed !== null) found.push({ server, build: displayed, source, member: "AdminDisplayVersion" });
  const file = members.get("FileName");
  const version =
    isText(file) && /(^|[\\/])ExSetup\.exe$/i.test(file) ? buildOf(members.get("FileVersion")) : null;
  if (version !== null)
    found.push({ server, build: version, source: "file version of ExSetup.exe", member: "FileVersion" });
  for (const member of members.values()) collect(member, found, depth + 1);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 256;
}

/** Text, or the object that ConvertTo-Json makes of a version. */
function buildOf(value: unknown): string | null {
  if (typeof value === "string") return parseBuild(value)?.text ?? null;
  if (typeof value !== "object" || value === null) return null;
  const members = new Map<string, unknown>(Object.entries(value));
  const parts = ["Major", "Minor", "Build", "Revision"].map((name) => members.get(name));
  return parts.every((part) => typeof part === "number") ? (parseBuild(parts.join("."))?.text ?? null) : null;
}

/** Statements come in the order of the text, so each is found from the one before on. */
function placed(
  found: readonly Found[],
  text: string,
  bytes: Uint8Array,
  item: number,
): readonly BuildObservation[] {
  const offsetOf = offsetCounter(bytes, text);
  const from = new Map<string, number>();
  return found.map(({ server, build, source, member }) => {
    const start = Math.max(0, text.indexOf(`"${member}"`, from.get(member) ?? 0));
    from.set(member, start + 1);
    const at = { item, offsetBytes: offsetOf(start), lengthBytes: 0, record: null };
    return { server, build, timeUtc: null, event: "seen", source, at };
  });
}
