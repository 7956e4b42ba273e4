import { createHash } from "node:crypto";

import type { Assessment } from "../model/index.ts";

/** Namespace of STIX for ids of observables. STIX 2.1 section 2.9, https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html */
export const STIX_OBSERVABLE_NAMESPACE = "00abedb4-aa42-466c-9c01-fed23315a9b7";

/** Our own namespace: everything that Postern names by content has its id below it. */
export const POSTERN_NAMESPACE = "b1c3a2de-0d0c-4c0b-9c39-7a8d4f1e6a52";

/** A name-based UUID of version 5. https://www.rfc-editor.org/rfc/rfc9562#section-5.5 */
export function uuid5(namespace: string, name: string): string {
  const bytes = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * What makes a case the same case: its evidence and what judged it. Ids that depend on it stay the same when the same evidence is
 * assessed again, and differ from those of another case.
 */
export function caseKey(assessment: Assessment): string {
  const { tool, evidence } = assessment;
  const hash = createHash("sha256").update(`${tool.version} ${tool.rules} ${tool.knowledgeAsOf}\n`);
  for (const sha256 of evidence.map((entry) => entry.sha256).sort()) hash.update(`${sha256}\n`);
  return hash.digest("hex");
}

/** The time that an export bears: that of the newest evidence, never of the clock. */
export function stampOf(assessment: Assessment): string {
  return assessment.scope.asOf ?? `${assessment.tool.knowledgeAsOf}T00:00:00.000Z`;
}

/** JSON with sorted names and without blanks, as RFC 8785 has it for the values that occur here (texts, whole numbers, lists). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join(",")}}`;
}
