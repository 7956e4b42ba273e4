import { healthCheckerReader } from "./health-checker.ts";
import { iisConfigReader } from "./iis-config.ts";
import type { BuildReader } from "./observation.ts";
import { registryTextReader } from "./registry-text.ts";
import { serverJsonReader } from "./server-json.ts";
import { serverTextReader } from "./server-text.ts";
import { setupLogReader } from "./setup-log.ts";

export type { BuildObservation, BuildReader, BuildReading, MitigationObservation } from "./observation.ts";

/** Readers of everything but logs that states builds or mitigations, most particular first. */
export const BUILD_READERS: readonly BuildReader[] = [
  setupLogReader,
  healthCheckerReader,
  registryTextReader,
  serverJsonReader,
  iisConfigReader,
  serverTextReader,
];

/** The reader that knows a file by its first bytes and its name, or null. */
export function findBuildReader(head: Uint8Array, name: string): BuildReader | null {
  return BUILD_READERS.find((reader) => reader.identify(head, name)) ?? null;
}
