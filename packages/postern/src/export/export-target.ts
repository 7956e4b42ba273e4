import type { Assessment } from "../model/index.ts";

/** Forms that a case can be exported to. */
export const EXPORT_TARGETS = [
  "stix",
  "misp",
  "navigator",
  "timesketch",
  "timesketch-csv",
  "ecs",
  "csv",
  "markdown",
] as const;
/** A form that a case can be exported to. */
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

/** Tables that `csv` can write. */
export const CSV_TABLES = ["findings", "story", "mailboxes", "evidence", "coverage", "indicators"] as const;
/** A table that `csv` can write. */
export type CsvTable = (typeof CSV_TABLES)[number];

/** Who may see a shared file, after the Traffic Light Protocol. https://www.first.org/tlp/ */
export const TLP_LABELS = ["clear", "green", "amber", "red"] as const;
/** Who may see a shared file. */
export type TlpLabel = (typeof TLP_LABELS)[number];

/** What is wanted of an export besides its target. */
export interface ExportOptions {
  /** True: shared files also hold names of servers, accounts and mailboxes, inner addresses and local paths. */
  readonly includeVictim: boolean;
  readonly tlp: TlpLabel;
  /** For `csv`: which table. */
  readonly table: CsvTable;
  /** For CSV: begin with a byte order mark, without which Excel takes UTF-8 for an old code page. */
  readonly bom: boolean;
  /** Names of pages that Exchange ships, lower case. */
  readonly genuineNames: ReadonlySet<string>;
  /** Name of an ATT&CK technique; null when it is not known. */
  readonly techniqueName: (id: string) => string | null;
}

/** An export, and what whoever asked for it should know. */
export interface Exported {
  readonly text: string;
  /** Plain sentences, e.g. what was withheld. */
  readonly notes: readonly string[];
}

/** Makes one form out of an assessment. Pure: the same case gives the same bytes. */
export type Exporter = (assessment: Assessment, options: ExportOptions) => Exported;
