import { isIPv6 } from "node:net";

import type { SharedIndicator } from "../shared-indicators.ts";
import { canonicalJson, STIX_OBSERVABLE_NAMESPACE, uuid5 } from "../stable-id.ts";

/** Any STIX object. */
export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly [property: string]: unknown;
}

/** An observable with the id that STIX 2.1 section 2.9 gives it: a UUID of the properties that make it what it is. */
function observable(type: string, identifying: object): StixObject {
  const id = `${type}--${uuid5(STIX_OBSERVABLE_NAMESPACE, canonicalJson(identifying))}`;
  return { type, spec_version: "2.1", id, ...identifying };
}

/**
 * The observables that an indicator was seen as. Pages and user agents have none: STIX knows a request only with its method and
 * target, and the assessment says neither of a single one.
 */
export function observablesOf({ kind, value, name }: SharedIndicator): readonly StixObject[] {
  switch (kind) {
    case "address":
      return [observable(isIPv6(value) ? "ipv6-addr" : "ipv4-addr", { value })];
    case "hash":
      return [observable("file", { hashes: { "SHA-256": value }, ...(name === null ? {} : { name }) })];
    case "file":
      return [observable("file", { name: value })];
    case "page":
    case "user-agent":
      return [];
  }
}
