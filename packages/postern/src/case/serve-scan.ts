import { PosternError } from "../core/index.ts";
import { serveItems, whatToLoad } from "../scan/index.ts";
import { loadDetection, type DetectionOptions } from "./detection.ts";
import type { LoadOrder } from "./load-order.ts";
import { scanToolsOf } from "./scan-tools.ts";

/** What a worker thread of the scan does: loads what judges evidence, then reads the items that it is told to. Ends with the thread. */
export async function serveScan(): Promise<void> {
  // eslint-disable-next-line postern/no-type-assertion -- set by runCase, the only one that starts such a thread
  const options = whatToLoad() as DetectionOptions;
  const detection = loadDetection(options);
  await serveItems((load) => {
    // eslint-disable-next-line postern/no-type-assertion -- set by runCase, the only one that starts such a thread
    const { rulesHash, spool } = load as LoadOrder;
    if (rulesHash !== detection.rulesHash)
      throw new PosternError(
        "PACK_INVALID",
        "the packs were changed while they were loaded: run the command again",
      );
    return scanToolsOf(detection, spool);
  });
}
