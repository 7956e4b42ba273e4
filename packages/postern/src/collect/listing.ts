import { formatUtc } from "../core/index.ts";

/** Columns of the lists of files. */
export const LISTING_HEADER = "Path,SizeBytes,CreatedUtc,ModifiedUtc,Sha256\r\n";

/** One file as a line of RFC 4180 text. */
export function listingLine(file: {
  readonly path: string;
  readonly sizeBytes: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly sha256: string;
}): string {
  const created = file.createdMs > 0 ? formatUtc(file.createdMs) : "";
  const modified = formatUtc(file.modifiedMs);
  return `"${file.path.replaceAll('"', '""')}",${String(file.sizeBytes)},${created},${modified},${file.sha256}\r\n`;
}
