import { isEvtx } from "@postern/evtx";

/** Bytes of the head that {@link identify} looks at. */
export const EVTX_IDENTIFY_BYTES = 8;

/** Whether the head of a file is that of a Windows event log (`ElfFile\0`), whatever the file is called. */
export function identify(head: Uint8Array): boolean {
  return isEvtx(head);
}
