/** Bounds on what an archive may make us do. Exceeding one is damage; what was readable stays readable. */
export interface ArchiveLimits {
  /** Decompressed bytes per compressed byte, looked at only beyond `ratioFloorBytes`. */
  readonly maxRatio: number;
  /** Decompressed bytes of one file below which no ratio is too high: small files may be all zeros. */
  readonly ratioFloorBytes: number;
  /** Decompressed bytes of one outermost archive with everything nested in it. */
  readonly maxTotalBytes: number;
  /** Entries of one outermost archive with everything nested in it. */
  readonly maxEntries: number;
  /** Archives inside archives; 1 opens none of the archives that lie inside an archive. */
  readonly maxDepth: number;
  /** A compressed archive inside an archive is held in memory to be read; larger ones are not opened. */
  readonly maxNestedBytes: number;
}

/** The limits that hold unless a caller says otherwise. */
export const DEFAULT_LIMITS: ArchiveLimits = {
  // Logs shrink 10 to 60 times; deflate cannot do more than 1,032 times, which only zeros reach.
  maxRatio: 250,
  ratioFloorBytes: 64 * 1024 * 1024,
  // A month of all logs of a large server is some 200 GB.
  maxTotalBytes: 1024 ** 4,
  maxEntries: 500_000,
  // Case zip > zip per server > zip per log folder (ExchangeLogCollector) needs three.
  maxDepth: 4,
  maxNestedBytes: 64 * 1024 * 1024,
};

/** Counts what one outermost archive has used of its limits. Charged while listing, in a fixed order, never while reading. */
export interface Budget {
  entries: number;
  bytes: number;
}
