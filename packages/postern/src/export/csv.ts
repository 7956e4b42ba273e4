import type { Assessment, Citation, Entities } from "../model/index.ts";
import type { CsvTable, Exported, ExportOptions } from "./export-target.ts";
import { csvTable, type CellValue } from "./csv-cell.ts";
import { sharedIndicators } from "./shared-indicators.ts";
import { findVictimData } from "./victim-data.ts";
import { withheldNotes } from "./withheld.ts";

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
  readonly withheld?: number;
}

/** One table as CSV, safe for spreadsheets. */
export function toCsv(assessment: Assessment, options: ExportOptions): Exported {
  const { columns, rows, withheld = 0 } = TABLES[options.table](assessment, options);
  return { text: csvTable(columns, rows, options.bom), notes: withheldNotes(withheld) };
}

const TABLES: Readonly<Record<CsvTable, (assessment: Assessment, options: ExportOptions) => Table>> = {
  findings: findingsTable,
  story: storyTable,
  mailboxes: mailboxesTable,
  evidence: evidenceTable,
  coverage: coverageTable,
  indicators: indicatorsTable,
};

/** Several values in one cell. */
function joined(values: readonly string[] | undefined): string {
  return (values ?? []).join("; ");
}

const ENTITIES: readonly (keyof Entities)[] = [
  ...(["addresses", "users", "mailboxes", "files", "urls", "userAgents", "hashes"] as const),
  ...(["processes", "cmdlets", "sessions"] as const),
];

function findingsTable(assessment: Assessment): Table {
  const names = serverNames(assessment);
  return {
    columns: [
      ...[
        "id",
        "server",
        "kind",
        "title",
        "severity",
        "confidence",
        "rung",
        "first_seen",
        "last_seen",
        "count",
      ],
      ...["attack", "cves", "rules", ...ENTITIES, "why", "doubt", "next"],
      ...["evidence_sha256", "evidence_path", "evidence_offset", "evidence_record", "excerpt"],
    ],
    rows: assessment.findings.map((finding) => [
      ...[finding.id, names(finding.server), finding.kind, finding.title, finding.severity],
      ...[finding.confidence, finding.rung, finding.firstSeen, finding.lastSeen, finding.count],
      ...[joined(finding.attack), joined(finding.cves), joined(finding.rules)],
      ...ENTITIES.map((name) => joined(finding.entities[name])),
      ...[finding.why, finding.doubt, finding.next, ...placeCells(finding.citations[0])],
    ]),
  };
}

function placeCells(citation: Citation | undefined): readonly CellValue[] {
  if (citation === undefined) return [null, null, null, null, null];
  return [citation.evidence, citation.path, citation.offset, citation.record, citation.excerpt];
}

function serverNames(assessment: Assessment): (id: string) => string {
  const names = new Map(assessment.servers.map((server) => [server.id, server.name] as const));
  return (id) => names.get(id) ?? id;
}

function storyTable(assessment: Assessment): Table {
  const names = serverNames(assessment);
  return {
    columns: ["time", "server", "rung", "text", "finding", "actor"],
    rows: assessment.story.map((entry) => [
      ...[entry.time, names(entry.server), entry.rung, entry.text, entry.finding, entry.actor],
    ]),
  };
}

function mailboxesTable(assessment: Assessment): Table {
  return {
    columns: [
      ...["mailbox", "acted_as", "how", "first_seen", "last_seen", "protocol", "requests", "bytes_up_to"],
      ...["confidence", "missing", "evidence_sha256", "evidence_path", "evidence_offset", "evidence_record"],
      "excerpt",
    ],
    rows: assessment.mailboxes.map((line) => [
      ...[line.mailbox, line.actedAs, line.how, line.firstSeen, line.lastSeen, line.protocol],
      ...[line.requests, line.bytesUpTo, line.confidence, line.missing, ...placeCells(line.citations[0])],
    ]),
  };
}

function evidenceTable(assessment: Assessment): Table {
  return {
    columns: [
      ...["sha256", "path", "origin", "size_bytes", "modified", "artifact", "server", "records", "damaged"],
      ...["first", "last", "state", "note"],
    ],
    rows: assessment.evidence.map((item) => [
      ...[item.sha256, item.path, item.origin, item.sizeBytes, item.modified, item.artifact, item.server],
      ...[item.records, item.damaged, item.first, item.last, item.state, item.note],
    ]),
  };
}

function coverageTable(assessment: Assessment): Table {
  return {
    columns: ["server", "source", "title", "day", "state", "records"],
    rows: assessment.servers.flatMap((server) =>
      server.coverage.sources.flatMap(({ source, title, days, records }) =>
        days.length === 0
          ? [[server.name, source, title, null, "no time", records]]
          : days.map((day) => [server.name, source, title, day.day, day.state, day.records]),
      ),
    ),
  };
}

function indicatorsTable(assessment: Assessment, options: ExportOptions): Table {
  const { indicators, withheld } = sharedIndicators(assessment, findVictimData(assessment), options);
  return {
    columns: [
      "type",
      "value",
      "folder",
      "confidence",
      "first_seen",
      "last_seen",
      "count",
      "attack",
      "comment",
    ],
    rows: indicators.map((one) => [
      ...[CSV_TYPES[one.kind], one.value, one.folder, one.confidence, one.firstSeen, one.lastSeen, one.count],
      ...[joined(one.attack), one.note],
    ]),
    withheld,
  };
}

/** Words for the kind of an indicator that others' tools use as well. */
const CSV_TYPES = {
  address: "ip",
  "user-agent": "user-agent",
  page: "uri",
  file: "filename",
  hash: "sha256",
} as const;
