import type { GivenIndicator } from "./given-indicator.ts";

/** Shorter texts stand in every line. */
const MIN_LITERAL = 4;

/**
 * A text that stands in every raw line in which the indicator can stand: without signs that logs write in several ways (blanks, backslashes,
 * percent signs). Null where there is none that would spare a line: then only records that are parsed for another reason are looked at.
 */
export function literalOf({ kind, value }: GivenIndicator): string | null {
  switch (kind) {
    case "address":
    case "domain":
      return value;
    case "network":
      return networkPrefix(value);
    case "page":
    case "file":
      return longest(value.slice(value.lastIndexOf("/") + 1));
    case "user-agent":
      return rarest(value.toLowerCase());
    case "hash":
      return null;
  }
}

/** The octets or groups that all addresses of a network begin with. */
function networkPrefix(value: string): string | null {
  const [address = "", bits = ""] = value.split("/");
  const isV6 = address.includes(":");
  const count = Math.floor(Number(bits) / (isV6 ? 16 : 8));
  const parts = (isV6 ? address.split("::")[0] : address)?.split(isV6 ? ":" : ".").slice(0, count) ?? [];
  const prefix = `${parts.join(isV6 ? ":" : ".")}${isV6 ? ":" : "."}`;
  return prefix.length > MIN_LITERAL ? prefix : null;
}

/** Runs of characters that every log writes as they are. */
function runs(text: string): readonly string[] {
  return text.match(/[a-z0-9._-]+/gu) ?? [];
}

function longest(text: string): string | null {
  return pick(runs(text));
}

/** Parts of a browser's name that stand in every second line. */
const COMMON =
  /^(?:mozilla|5\.0|applewebkit|537\.36|khtml|like|gecko|chrome|safari|windows|nt|10\.0|win64|x64|linux|version|edge?|firefox|compatible)$/u;

function rarest(text: string): string | null {
  const parts = runs(text);
  return pick(parts.filter((part) => !COMMON.test(part))) ?? pick(parts);
}

function pick(parts: readonly string[]): string | null {
  const [best = ""] = [...parts].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return best.length >= MIN_LITERAL ? best : null;
}
