import type { Finding } from "../model/index.ts";
import { readableDay } from "./times.ts";

/** Who explained a finding, and how; empty when nobody did. Untrusted. */
export function acknowledgedText({ acknowledged }: Finding): string {
  if (acknowledged === undefined) return "";
  const { reason, by, at, until } = acknowledged;
  return `${by} on ${readableDay(at)}: ${reason} (until ${readableDay(until)})`;
}
