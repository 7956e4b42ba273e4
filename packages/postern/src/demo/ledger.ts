import { iso } from "./clock.ts";

/** What a planted record or file is. */
export type PlantKind =
  | "ssrf-autodiscover"
  | "ssrf-mapi"
  | "ssrf-session-241"
  | "ssrf-get-object"
  | "ssrf-set-object"
  | "ssrf-reset"
  | "ssrf-tidy-up"
  | "ssrf-ews"
  | "ssrf-localhost-scan"
  | "ssrf-refused"
  | "rpc-host-discovery"
  | "ecp-set-script"
  | "ecp-reset"
  | "ecp-other"
  | "iis-front-ssrf"
  | "iis-back-ssrf"
  | "ews-mailbox-read"
  | "cmdlet-event"
  | "process-event"
  | "powershell-session"
  | "powershell-refused"
  | "rps-http"
  | "page-state"
  | "log-cleared"
  | "web-shell-file"
  | "iis-module"
  | "compiled-trace"
  | "shell-used"
  | "shell-name-guess"
  | "ssrf-powershell"
  | "proxyshell-request"
  | "mail-command"
  | "mail-forwarded"
  | "stolen-session";

/** A deliberate trace of an intruder or scanner. */
export interface PlantedRow {
  /** File below the scenario's folder, `/` between parts. */
  readonly path: string;
  readonly what: PlantKind;
  readonly timeUtc: string;
  /** Text that stands in the planted record and in no other record of that file (for whole files: their name). */
  readonly needle: string;
}

/** A place where the demo breaks a format on purpose, as real servers do. */
export interface Oddity {
  readonly path: string;
  readonly kind:
    | "blank-in-query"
    | "repeated-header"
    | "fields-change"
    | "cut-last-line"
    | "cp1252-byte"
    | "utf-16"
    | "windows-1252";
}

/** Keeps what a scenario plants. */
export interface Ledger {
  readonly plant: (what: PlantKind, path: string, timeMs: number, needle: string) => void;
  readonly oddity: (kind: Oddity["kind"], path: string) => void;
  /** Follows a file that was put under another path. */
  readonly move: (from: string, to: string) => void;
  readonly planted: () => readonly PlantedRow[];
  readonly oddities: () => readonly Oddity[];
}

/** Makes an empty ledger. */
export function createLedger(): Ledger {
  const rows: PlantedRow[] = [];
  const odd: Oddity[] = [];
  const moved = new Map<string, string>();
  const placed = <T extends { readonly path: string }>(entry: T): T => ({
    ...entry,
    path: moved.get(entry.path) ?? entry.path,
  });
  return {
    plant: (what, path, timeMs, needle) => {
      rows.push({ path, what, timeUtc: iso(timeMs), needle });
    },
    oddity: (kind, path) => {
      odd.push({ kind, path });
    },
    move: (from, to) => {
      moved.set(from, to);
    },
    planted: () => rows.map(placed),
    oddities: () => odd.map(placed),
  };
}
