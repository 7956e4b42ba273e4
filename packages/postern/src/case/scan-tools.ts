import { pivotMatcher } from "../assess/index.ts";
import { firstMailWatcher, followingMailWatcher, type MailWatcher } from "../detect/index.ts";
import type { Pivot, ScanTools } from "../scan/index.ts";
import type { Detection } from "./detection.ts";

/** What judges records and files in a scan, in this thread or in a worker. */
export function scanToolsOf({ matcher, files, settings }: Detection): ScanTools {
  const mail = {
    first: firstMailWatcher(),
    following: ({ mail: pivot, addresses }: Pivot): MailWatcher => followingMailWatcher(pivot, addresses),
  };
  return { matcher, files, settings, pivotMatcher, mail };
}
