export { ScanPool } from "./scan-pool.ts";
export { serveItems } from "./serve-items.ts";
