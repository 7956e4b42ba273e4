import type { Finding } from "../../model/index.ts";
import { isBackDoorTrace } from "./act-kinds.ts";

const SCRIPT = /\.(aspx|ashx|asmx|asp|svc|soap|cshtml|php|jsp)$/u;

/**
 * The key under which a page is the same in a URL, a Windows path and a compiled copy: its last folder and its name, lower case.
 * Null for what is no page.
 */
export function pageOf(urlOrPath: string): string | null {
  const parts = urlOrPath
    .slice(0, 1024)
    .replace(/[?#].*$/su, "")
    .toLowerCase()
    .split(/[\\/]+/u)
    .filter((part) => part !== "");
  const at = parts.findIndex((part) => SCRIPT.test(part));
  if (at < 0) return null;
  return parts.slice(Math.max(0, at - 1), at + 1).join("/");
}

/** The back doors that a finding is about. */
export function pagesOf(finding: Finding): readonly string[] {
  if (!isBackDoorTrace(finding.kind)) return [];
  const named = [...(finding.entities.urls ?? []), ...(finding.entities.files ?? [])];
  return [...new Set(named.flatMap((text) => pageOf(text) ?? []))].sort();
}
