import { pivotMatcher } from "../assess/index.ts";
import type { ScanTools } from "../scan/index.ts";
import type { Detection } from "./detection.ts";

/** What judges records and files in a scan, in this thread or in a worker. */
export function scanToolsOf({ matcher, files, settings }: Detection): ScanTools {
  return { matcher, files, settings, pivotMatcher };
}
