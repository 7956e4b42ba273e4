import type { LineBlock } from "../../core/index.ts";
import type { Header } from "./header.ts";

/** Columns with the client's address in logs of requests, of RPC, of mail flow (two), and of IMAP and POP (with a port behind it). */
const CLIENT_COLUMNS: readonly string[] = [
  ...["c-ip", "ClientIpAddress", "ClientIP", "client-ip", "original-client-ip", "cIp"],
];

/**
 * Has the kernel remember the client's address of every line that is only counted, so that a second look for some addresses can pass
 * over logs in which none of them is. Once it cannot be sure of a line it says so, and the log is looked at.
 */
export class ClientCollector {
  #from = 0;
  #complete = true;

  /** True while the address of every counted line was remembered. */
  get complete(): boolean {
    return this.#complete;
  }

  /** A line was counted without the kernel. */
  miss(): void {
    this.#complete = false;
  }

  /** Takes the lines up to `to` that were read under one header; null when none of them was only counted. */
  take(block: LineBlock, to: number, header: Header | null): void {
    const from = this.#from;
    this.#from = to;
    if (header === null || !this.#complete || block.kernel === null) return;
    const columns = header.names.flatMap((name, index) => (CLIENT_COLUMNS.includes(name) ? [index] : []));
    const [column] = columns;
    // None: the records have no client. Several: which one counts depends on the line.
    if (columns.length > 1) this.#complete = false;
    else if (column !== undefined)
      block.kernel.collectAddresses({ from, to }, header.delimiter.charCodeAt(0), column);
  }

  nextBlock(): void {
    this.#from = 0;
  }
}
