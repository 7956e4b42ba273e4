import type { LiteralOptions } from "@postern/sigma";

import type { ArtifactId } from "../../model/index.ts";

/** Words of sentences that the normalizer builds: raw records do not hold them. */
const BUILT_WORDS = ["cmdlet", "suceeded.", "failed.", "parameters"];

/** Texts that stand in so many records of an artifact that they would let nearly everything through. */
const FREQUENT_IN_ACCESS_LOGS = [
  "post",
  ".asmx",
  "/oab/",
  "/ews/exchange.asmx",
  "empty",
  "correlationid",
  "requestid",
  " 200 ",
  " 206 ",
  " 304 ",
  " 401 ",
  " 302 ",
];
const FREQUENT: Readonly<Record<ArtifactId, readonly string[]>> = {
  "exchange-httpproxy": ["exchange.asmx", "/ews/exchange.asmx"],
  "exchange-ews": ["getitem", "finditem", "getattachment", "syncfolderitems"],
  "iis-w3c": FREQUENT_IN_ACCESS_LOGS,
  "web-access": FREQUENT_IN_ACCESS_LOGS,
};

/** Artifacts all of whose records are always parsed, so that literals of their rules would only slow down the others. */
export const ALWAYS_PARSED: ReadonlySet<ArtifactId> = new Set(["windows-event", "raw-text"]);

/**
 * Characters besides letters, digits and `_ . ~ -` that stand in the raw record as they do in the field. W3C lines are split at
 * blanks and nothing in them is escaped, but the whole address is built with a question mark between path and query, from HttpProxy logs
 * too. CSV doubles `"` and quotes values with commas; packed ECP values double `'`. The audit queue keeps JSON inside CSV, where `/` `\\` and quotes are
 * escaped: nothing more is sure there.
 */
const RAW_IN_W3C = "/&=;:<>@()[]!$%,'{}";
const RAW_IN_HTTPPROXY = "/&=;:<>@()[]!$%{}";
const RAW_IN_CSV = `${RAW_IN_HTTPPROXY}?`;
const ALSO_SAFE: Readonly<Record<ArtifactId, string>> = {
  "iis-w3c": RAW_IN_W3C,
  "web-access": RAW_IN_W3C,
  "exchange-httpproxy": RAW_IN_HTTPPROXY,
  "exchange-ecp-server": RAW_IN_CSV,
  "exchange-ews": RAW_IN_CSV,
  "exchange-rps-http": RAW_IN_CSV,
  "exchange-oab-generator": RAW_IN_CSV,
};

/** How literals are chosen for an artifact. */
export function literalPolicyOf(artifact: ArtifactId): LiteralOptions {
  const alsoSafe = ALSO_SAFE[artifact];
  return {
    never: new Set(BUILT_WORDS),
    avoid: new Set(FREQUENT[artifact] ?? []),
    ...(alsoSafe === undefined ? {} : { alsoSafe }),
    ...(artifact === "iis-w3c" || artifact === "web-access" ? { numberForm: statusForm } : {}),
  };
}

/**
 * The status stands between blanks in a W3C line and in the NCSA formats. The text reader parses every line of a log in which
 * it is the last column, and every line that is not separated by single blanks.
 */
function statusForm(field: string, value: number): string | null {
  return field === "sc-status" ? ` ${String(value)} ` : null;
}

/** Characters of numbers, times, SIDs, GUIDs and bytes in hex when they are written as text, lower case. */
const ONLY_WRITTEN = /^[-0-9a-fstxz{}+.:, ]*$/u;
/** Words among what such values are written as. */
const WRITTEN_WORDS = ["true", "false", "-infinity", "nan", "filetime "];

/** False for a text (lower case) that may stand in a record's values without being stored in it as text. */
export function isStoredText(text: string): boolean {
  // The dots of an address: no number and no time has two of them.
  if (/^\d+\.\d+\.\d+\.\d+$/u.test(text)) return true;
  const word = text.replace(/[0-9]+$/u, "");
  return !ONLY_WRITTEN.test(text) && !WRITTEN_WORDS.some((written) => written.includes(word));
}

/** Texts of many records of event logs. */
const FREQUENT_IN_EVENTS: readonly string[] = ["service control manager", "control", "manager", "service"];

/**
 * How literals are chosen for the records of event logs, in which texts are stored as they are and all other values are not. The normalizer
 * joins some of them by blanks, line feeds, commas and backslashes.
 */
export const EVENT_LITERALS: LiteralOptions = {
  never: new Set(BUILT_WORDS),
  avoid: new Set(FREQUENT_IN_EVENTS),
  refuse: (text) => !isStoredText(text),
  alsoSafe: "!\"#$%&'()*+/:;<=>?@[]^`{|}",
  minLength: 3,
};
