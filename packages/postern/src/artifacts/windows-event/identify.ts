import { findExportForm } from "./export-form.ts";

/** How many bytes of a file `identify` needs to be sure. */
export const IDENTIFY_BYTES = 65_536;

/**
 * True for an export of Windows events in a form that `parseWindowsEvents` reads. Only the content counts.
 * @param head the first bytes of the file, at best IDENTIFY_BYTES of them
 */
export function identify(head: Uint8Array, _name: string): boolean {
  return findExportForm(head.subarray(0, IDENTIFY_BYTES)) !== null;
}
