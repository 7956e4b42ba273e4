export { ScanPool, type ReadUnit } from "./scan-pool.ts";
export { serveItems, whatToLoad } from "./serve-items.ts";
export { PoolThreads } from "./threads.ts";
