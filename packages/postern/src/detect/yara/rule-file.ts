import type { Problem } from "../../model/index.ts";
import type { YaraSource } from "./engine.ts";

/** Characters on a line of an encoded rule file. */
const LINE = 76;

/**
 * Text of a rule file. Files named `*.b64` hold Base64, so that no antivirus mistakes our rules for what they look for.
 * @returns a problem instead of a source when such a file holds anything but Base64 of UTF-8.
 */
export function readRuleFile(
  file: string,
  text: string,
): { readonly source: YaraSource | null; readonly problems: readonly Problem[] } {
  if (!file.endsWith(".b64")) return { source: { file, text }, problems: [] };
  const decoded = Buffer.from(text, "base64").toString("utf8");
  if (encodeRuleText(decoded) === text.replaceAll("\r", ""))
    return { source: { file, text: decoded }, problems: [] };
  const at = { file, line: 1, column: 1 };
  const advice = "Write it with `npx tsx scripts/yara-pack.ts encode`.";
  const message = "The file is not in the encoded form.";
  return { source: null, problems: [{ code: "YARA_ENCODING", severity: "error", at, message, advice }] };
}

/** The encoded form of rule text: Base64 of its UTF-8 in lines of 76 characters, each ended by a newline. */
export function encodeRuleText(text: string): string {
  const base64 = Buffer.from(text, "utf8").toString("base64");
  let lines = "";
  for (let at = 0; at < base64.length; at += LINE) lines += `${base64.slice(at, at + LINE)}\n`;
  return lines;
}
