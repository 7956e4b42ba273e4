import type { PlantKind } from "./ledger.ts";

/** A Windows event before it is exported. */
export interface WindowsEvent {
  readonly timeMs: number;
  readonly channel:
    "Application" | "System" | "Security" | "MSExchange Management" | "Microsoft-Windows-Sysmon/Operational";
  readonly provider: string;
  readonly id: number;
  /** 2 error, 3 warning, 4 information, 0 for Security. */
  readonly level: 0 | 2 | 3 | 4;
  /** Event data in order; classic providers leave the names empty. */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly message: string;
  /** Set when an intruder caused the event: what it is, and a text that stands in this event only. */
  readonly planted?: { readonly what: PlantKind; readonly needle: string };
}
