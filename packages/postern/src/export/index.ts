import type { Assessment } from "../model/index.ts";
import { toCsv } from "./csv.ts";
import { toEcs } from "./ecs.ts";
import type { Exported, Exporter, ExportOptions, ExportTarget } from "./export-target.ts";
import { toMarkdown } from "./markdown.ts";
import { toMisp } from "./misp.ts";
import { toNavigator } from "./navigator.ts";
import { toStix } from "./stix/bundle.ts";
import { toTimesketchCsv, toTimesketchJsonl } from "./timesketch.ts";

export { csvRow } from "./csv-cell.ts";
export {
  CSV_TABLES,
  EXPORT_TARGETS,
  TLP_LABELS,
  type CsvTable,
  type Exported,
  type ExportOptions,
  type ExportTarget,
  type TlpLabel,
} from "./export-target.ts";

const EXPORTERS: Readonly<Record<ExportTarget, Exporter>> = {
  stix: toStix,
  misp: toMisp,
  navigator: toNavigator,
  timesketch: toTimesketchJsonl,
  "timesketch-csv": toTimesketchCsv,
  ecs: toEcs,
  csv: toCsv,
  markdown: toMarkdown,
};

/** Targets that are made to be given away: without `includeVictim` they hold no name of the victim. */
const SHARED: ReadonlySet<string> = new Set(["stix", "misp", "navigator"]);

/** Makes one form out of an assessment. Pure: the same case gives the same bytes. */
export function exportCase(assessment: Assessment, target: ExportTarget, options: ExportOptions): Exported {
  const { text, notes } = EXPORTERS[target](assessment, options);
  const isShared = SHARED.has(target) || (target === "csv" && options.table === "indicators");
  const named = !isShared || options.includeVictim;
  return {
    text,
    notes: named
      ? [...notes, "It names your servers, accounts and mailboxes: give it only to those who may know them."]
      : notes,
  };
}
