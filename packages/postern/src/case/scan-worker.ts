/** Runs in a worker thread of the scan: makes what judges evidence out of what it was sent, then reads the items that it is told to. */
import { serveItems } from "../scan/index.ts";
import { loadDetection } from "./detection.ts";
import type { LoadOrder } from "./load-order.ts";
import { scanToolsOf } from "./scan-tools.ts";

await serveItems((load) => {
  // eslint-disable-next-line postern/no-type-assertion -- set by runCase, the only one that starts this module
  const { options, loaded, spool } = load as LoadOrder;
  return scanToolsOf(loadDetection(options, loaded), spool);
});
