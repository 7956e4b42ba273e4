/** Runs in a worker thread of the scan: makes what judges evidence out of what it was sent, then reads the items that it is told to. */
import { loadOrder, serveItems } from "../scan/index.ts";
import { loadDetection } from "./detection.ts";
import type { LoadOrder } from "./load-order.ts";
import { scanToolsOf } from "./scan-tools.ts";

// eslint-disable-next-line postern/no-type-assertion -- set by runCase, the only one that starts this module
const { options, loaded, spool } = loadOrder() as LoadOrder;
await serveItems(scanToolsOf(loadDetection(options, loaded), spool));
