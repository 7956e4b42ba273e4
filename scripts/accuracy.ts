/**
 * Measures how well files are judged on labelled samples, and how fast.
 *
 *   POSTERN_CORPUS=<folder with C_webfiles> npm run accuracy            prints table, misses and false alarms
 *   POSTERN_CORPUS=... npm run accuracy -- --write                      also writes the table into docs/accuracy.md
 *   POSTERN_CORPUS=... npm run accuracy -- --code-only                  without the file rules (YARA) of the packs
 *   POSTERN_CORPUS=... npm run accuracy -- --family <name>              one language family only
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { describeWebFile } from "../packages/postern/src/artifacts/index.ts";
import { loadDetection, reasonsOfSettings, type Detection } from "../packages/postern/src/case/index.ts";
import { judgeFile, windowOf, type FileContext } from "../packages/postern/src/detect/index.ts";
import { findLabels, readLabels, type Label } from "./accuracy/labels.ts";
import { groupBy, type Judged } from "./accuracy/measures.ts";
import { renderFaults, renderGuard, renderTable, renderTime } from "./accuracy/table.ts";

const DOCUMENT = join(import.meta.dirname, "..", "docs", "accuracy.md");
const START = "<!-- measured: written by npm run accuracy -- --write -->";
const END = "<!-- end of what is measured -->";

interface Tools {
  readonly context: FileContext;
  readonly detection: Detection;
}

function judge(label: Label, corpus: string, tools: Tools): Judged {
  const { context, detection } = tools;
  const bytes = readFileSync(join(corpus, label.path));
  const name = basename(label.path);
  const started = performance.now();
  const window = windowOf(bytes);
  const facts = describeWebFile({ name, logicalPath: null, origin: name }, window.bytes);
  const { verdict, score, reasons } = judgeFile(
    {
      facts,
      window,
      sha256: label.sha256,
      standing: "live",
      settings: reasonsOfSettings({ name, bytes: window.bytes }, detection.settings),
    },
    context,
  );
  return { label, verdict, score, reasons, milliseconds: performance.now() - started };
}

async function main(): Promise<number> {
  const options = {
    write: { type: "boolean" },
    "code-only": { type: "boolean" },
    family: { type: "string" },
  } as const;
  const { values } = parseArgs({ options });
  const corpus = process.env["POSTERN_CORPUS"] ?? "";
  const labels = corpus === "" ? null : findLabels(corpus);
  if (labels === null) {
    console.error(
      "Nothing measured: set POSTERN_CORPUS to a folder that holds C_webfiles, and POSTERN_LABELS to its labels.csv.",
    );
    return 2;
  }
  const detection = loadDetection();
  const all = await detection.files();
  const context = values["code-only"] === true ? { ...all, scanner: null } : all;
  const rows = readLabels(labels).filter(
    (label) => values.family === undefined || label.family === values.family,
  );
  const files = rows.map((label) => judge(label, corpus, { context, detection }));
  await detection.close();
  const families = groupBy(files, (one) => one.label.family);
  const measured = [renderTable(families), renderGuard(families), renderTime(files)].join("\n\n");
  console.log(`${measured}\n\n${renderFaults(files)}`);
  if (values.write === true) write(measured);
  return 0;
}

function write(measured: string): void {
  const text = readFileSync(DOCUMENT, "utf8");
  const start = text.indexOf(START) + START.length;
  const end = text.indexOf(END);
  writeFileSync(DOCUMENT, `${text.slice(0, start)}\n\n${measured}\n\n${text.slice(end)}`);
}

process.exitCode = await main();
