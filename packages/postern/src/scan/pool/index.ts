export { ScanPool, type ReadUnit } from "./scan-pool.ts";
export { loadOrder, serveItems } from "./serve-items.ts";
