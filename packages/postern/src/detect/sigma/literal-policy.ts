import type { LiteralOptions } from "@postern/sigma";

import type { ArtifactId } from "../../model/index.ts";

/** Words of sentences that the normalizer builds: raw records do not hold them. */
const BUILT_WORDS = ["cmdlet", "suceeded.", "failed.", "parameters"];

/** Texts that stand in most records of Exchange's logs. */
const FREQUENT = [
  "/oab/",
  ".asmx",
  "correlationid",
  "requestid",
  "exchange.asmx",
  "mozilla",
  "server~",
  "http",
  "https",
];

/** Artifacts all of whose records are always parsed, so that literals of their rules would only slow down the others. */
export const ALWAYS_PARSED: ReadonlySet<ArtifactId> = new Set(["windows-event", "raw-text"]);

/**
 * How literals are chosen for an artifact. In access logs the slash stands as it is: the server writes the decoded path.
 * Everywhere else only letters, digits and `_ . ~ -` are sure to stand in the raw record.
 */
export function literalPolicyOf(artifact: ArtifactId): LiteralOptions {
  return {
    never: new Set(BUILT_WORDS),
    avoid: new Set(FREQUENT),
    ...(artifact === "iis-w3c" || artifact === "web-access" ? { alsoSafe: "/" } : {}),
  };
}
