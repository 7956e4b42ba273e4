/** Runs in a worker thread of the scan. */
import { serveScan } from "./serve-scan.ts";

await serveScan();
