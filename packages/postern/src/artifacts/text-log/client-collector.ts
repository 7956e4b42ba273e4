import type { LineBlock } from "../../core/index.ts";

/** Columns with the client's address in logs of requests, of RPC, of mail flow (two), and of IMAP and POP (with a port behind it). */
const CLIENT_COLUMNS: readonly string[] = [
  ...["c-ip", "ClientIpAddress", "ClientIP", "client-ip", "original-client-ip", "cIp"],
];

/** Place of the column with the client's address; "none" where records have no client, "several" where it depends on the line which one counts. */
export type ClientColumn = number | "none" | "several";

/** Finds the client's column among a header's names. */
export function findClientColumn(names: readonly string[]): ClientColumn {
  const columns = names.flatMap((name, index) => (CLIENT_COLUMNS.includes(name) ? [index] : []));
  return columns.length > 1 ? "several" : (columns[0] ?? "none");
}

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

  /** Takes the lines up to `to` that were read under one header, of which the kernel has read the clients; null when none of them was only counted. */
  take(block: LineBlock, to: number, column: ClientColumn | null): void {
    const from = this.#from;
    this.#from = to;
    if (column === null || column === "none" || !this.#complete || block.kernel === null) return;
    if (column === "several") this.#complete = false;
    else block.kernel.collectAddresses({ from, to });
  }

  nextBlock(): void {
    this.#from = 0;
  }
}
