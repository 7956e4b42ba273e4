import { pivotMatcher } from "../assess/index.ts";
import { firstMailWatcher, followingMailWatcher, type MailWatcher } from "../detect/index.ts";
import type { Pivot, ScanTools, SpoolOptions } from "../scan/index.ts";
import type { Detection } from "./detection.ts";

/** What judges records and files in a scan, in this thread or in a worker, and where events are put aside. */
export function scanToolsOf(
  { matcher, files, settings }: Detection,
  spool: SpoolOptions | null = null,
): ScanTools {
  const mail = {
    first: firstMailWatcher(),
    following: ({ mail: pivot, addresses }: Pivot): MailWatcher => followingMailWatcher(pivot, addresses),
  };
  return { matcher, files, settings, pivotMatcher, mail, spool };
}
