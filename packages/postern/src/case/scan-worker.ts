/** Runs in a worker thread of the scan: loads what judges evidence, then reads the items that it is told to. */
import { loadOrder, serveItems } from "../scan/index.ts";
import { loadDetection } from "./detection.ts";
import { readLoadOrder } from "./load-order.ts";
import { scanToolsOf } from "./scan-tools.ts";

const { spool, ...options } = readLoadOrder(loadOrder());
await serveItems(scanToolsOf(loadDetection(options), spool));
