import { existsSync, writeFileSync } from "node:fs";

import { readCase } from "../case/index.ts";
import { messageOf, PosternError } from "../core/index.ts";
import { CSV_TABLES, EXPORT_TARGETS, exportCase, TLP_LABELS } from "../export/index.ts";
import { loadKnowledge } from "../knowledge/index.ts";
import { EXIT } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern export`. */
export interface ExportFlags {
  readonly to: string;
  /** File to write; `-` or left out: standard output. */
  readonly out?: string;
  readonly force?: boolean;
  readonly quiet?: boolean;
  readonly includeVictimData?: boolean;
  readonly tlp: string;
  readonly table: string;
  readonly bom?: boolean;
}

/** `postern export`: a case in the form that another program reads. @throws PosternError CASE_NOT_FOUND, CASE_MALFORMED, USAGE, CASE_WRITE_FAILED */
export function exportCommand(folder: string, flags: ExportFlags, terminal: Terminal): number {
  const out = flags.out === "-" ? undefined : flags.out;
  if (out !== undefined && flags.force !== true && existsSync(out))
    throw new PosternError(
      "USAGE",
      `${out} is there already: choose another name with -o, or replace it with --force`,
    );
  const to = chosen("--to", flags.to, EXPORT_TARGETS);
  const tlp = chosen("--tlp", flags.tlp, TLP_LABELS);
  const table = chosen("--table", flags.table, CSV_TABLES);
  const { webFiles, attack } = loadKnowledge();
  const { text, notes } = exportCase(readCase(folder), to, {
    includeVictim: flags.includeVictimData === true,
    tlp,
    table,
    bom: flags.bom === true,
    genuineNames: new Set(
      webFiles.folders.flatMap((one) => (one.genuine ?? []).map((name) => name.toLowerCase())),
    ),
    techniqueName: (id) => attack.techniques.get(id)?.name ?? null,
  });
  if (out === undefined) terminal.out(text);
  else write(out, text);
  if (flags.quiet !== true) {
    for (const note of notes) terminal.err(`${note}\n`);
    if (out !== undefined) terminal.err(`Written: ${out}\n`);
  }
  return EXIT.clean;
}

function chosen<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new PosternError(
    "USAGE",
    `${option} wants one of ${choices.join(", ")}, not ${JSON.stringify(value)}`,
  );
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (thrown) {
    throw new PosternError(
      "CASE_WRITE_FAILED",
      `${file} could not be written: ${messageOf(thrown)}`,
      { file },
      thrown,
    );
  }
}
