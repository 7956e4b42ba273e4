import type { Assessment, Citation, Finding } from "../model/index.ts";
import { csvTable } from "./csv-cell.ts";
import { jsonText } from "./json-text.ts";
import type { Exported, ExportOptions } from "./export-target.ts";

/** One row of a timeline. */
interface Row {
  readonly time: string;
  readonly message: string;
  readonly what: string;
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/** OpenSearch cannot sort or count fields that are longer; in UTF-8 bytes. https://timesketch.org/guides/user/import-from-json-csv/ */
const MAX_FIELD_BYTES = 32_766;
/** A file with fewer lines was refused (google/timesketch issue 2467). */
const MIN_LINES = 3;

/** Columns behind the mandatory ones, in the order of the CSV form. */
const FIELDS = [
  ...["data_type", "server", "finding", "kind", "rung", "severity", "confidence", "rule", "cve", "attack"],
  ...[
    "source_ip",
    "user",
    "url",
    "user_agent",
    "file",
    "path",
    "offset",
    "record",
    "sha256",
    "excerpt",
    "why",
  ],
] as const;

/** Timesketch's JSON lines: https://timesketch.org/guides/user/import-from-json-csv/ */
export function toTimesketchJsonl(assessment: Assessment): Exported {
  const rows = timeline(assessment);
  const lines = rows.map((row) => {
    const { message, datetime, timestamp, timestamp_desc } = columnsOf(row);
    return jsonText({ message, datetime, timestamp, timestamp_desc, tag: row.tags, ...row.fields });
  });
  return { text: lines.map((line) => `${line}\n`).join(""), notes: notesOn(rows) };
}

/** The same as CSV. Cells that would start a formula in a spreadsheet get an apostrophe. */
export function toTimesketchCsv(assessment: Assessment, { bom }: ExportOptions): Exported {
  const rows = timeline(assessment);
  const columns = ["message", "datetime", "timestamp", "timestamp_desc", "tag", ...FIELDS];
  const cells = rows.map((row) => {
    const { message, datetime, timestamp, timestamp_desc } = columnsOf(row);
    const fields = FIELDS.map((name) => row.fields[name] ?? "");
    return [message, datetime, timestamp, timestamp_desc, JSON.stringify(row.tags), ...fields];
  });
  return { text: csvTable(columns, cells, bom), notes: notesOn(rows) };
}

function notesOn(rows: readonly Row[]): readonly string[] {
  if (rows.length >= MIN_LINES) return [];
  return [
    `The timeline has ${String(rows.length)} lines, because little of this case has a time; Timesketch refuses files with fewer than ${String(MIN_LINES)}.`,
  ];
}

function columnsOf(row: Row): {
  readonly message: string;
  readonly datetime: string;
  readonly timestamp: number;
  readonly timestamp_desc: string;
} {
  return {
    message: row.message,
    datetime: row.time.replace(/Z$/u, "+00:00"),
    // Microseconds since 1970.
    timestamp: Date.parse(row.time) * 1000,
    timestamp_desc: row.what,
  };
}

function timeline(assessment: Assessment): readonly Row[] {
  const rows = [
    ...assessment.findings.flatMap((finding) => findingRows(finding, assessment)),
    ...assessment.servers.flatMap(serverRows),
    ...assessment.mailboxes.flatMap((line) =>
      ([line.firstSeen, line.lastSeen] as const).flatMap((time, index) =>
        time === null || (index === 1 && time === line.firstSeen)
          ? []
          : [
              row(time, {
                message: `Mailbox ${line.mailbox}: ${line.how} (${line.confidence})`,
                what: index === 0 ? "Start Time" : "End Time",
                tags: ["mailbox", line.confidence],
                fields: { data_type: "postern:mailbox", user: line.actedAs },
              }),
            ],
      ),
    ),
    ...verdictRow(assessment),
  ];
  return rows.sort((a, b) =>
    a.time === b.time ? (a.message < b.message ? -1 : 1) : a.time < b.time ? -1 : 1,
  );
}

function row(time: string, of: Omit<Row, "time">): Row {
  const fields = Object.fromEntries(
    Object.entries(of.fields).flatMap(([name, value]) => (value === "" ? [] : [[name, cutBytes(value)]])),
  );
  return { time, ...of, message: cutBytes(of.message), fields };
}

/** Cuts at a character, so that the text has at most as many bytes as a field may have. */
function cutBytes(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= MAX_FIELD_BYTES) return text;
  const cut = bytes.subarray(0, MAX_FIELD_BYTES - 3).toString("utf8");
  return `${cut.replace(/\ufffd+$/u, "")}...`;
}

function findingRows(finding: Finding, assessment: Assessment): readonly Row[] {
  const server = assessment.servers.find((one) => one.id === finding.server)?.name ?? finding.server;
  const { entities } = finding;
  const one = (values: readonly string[] | undefined): string =>
    values?.length === 1 ? (values[0] ?? "") : "";
  const fields = {
    data_type: "postern:finding",
    ...{
      server,
      finding: finding.id,
      kind: finding.kind,
      rung: finding.rung ?? "",
      severity: finding.severity,
    },
    ...{ confidence: finding.confidence, rule: finding.rules.join(" "), cve: finding.cves.join(" ") },
    ...{ attack: finding.attack.join(" "), why: finding.why },
    // Only what holds for every record of the finding: with several values it is not known whose this row is.
    ...{ source_ip: one(entities.addresses), user: one(entities.users), url: one(entities.urls) },
    ...{ user_agent: one(entities.userAgents), file: one(entities.files) },
  };
  const tags = [finding.rung ?? "lead", finding.kind, finding.severity, ...finding.cves];
  const timed = finding.citations.filter((citation) => citation.time !== null);
  if (timed.length > 0) return timed.map((citation) => citationRow(citation, { finding, fields, tags }));
  if (finding.firstSeen === null) return [];
  const place = finding.citations[0] === undefined ? {} : placeFields(finding.citations[0]);
  return [
    row(finding.firstSeen, {
      message: `${finding.id} ${finding.title}`,
      what: "First Seen",
      tags,
      fields: { ...fields, ...place },
    }),
  ];
}

function citationRow(
  citation: Citation,
  of: {
    readonly finding: Finding;
    readonly fields: Readonly<Record<string, string>>;
    readonly tags: readonly string[];
  },
): Row {
  return row(citation.time ?? "", {
    message: `${of.finding.id} ${of.finding.title}: ${citation.excerpt}`,
    what: "Event Logged",
    tags: of.tags,
    fields: { ...of.fields, ...placeFields(citation) },
  });
}

function placeFields(citation: Citation): Readonly<Record<string, string>> {
  return {
    path: citation.path,
    offset: String(citation.offset),
    record: citation.record === null ? "" : String(citation.record),
    sha256: citation.evidence,
    excerpt: citation.excerpt,
  };
}

function serverRows(server: Assessment["servers"][number]): readonly Row[] {
  const { coverage, builds, name } = server;
  const about = (time: string | null, what: string, message: string): readonly Row[] =>
    time === null
      ? []
      : [
          row(time, {
            message,
            what,
            tags: ["coverage"],
            fields: { data_type: "postern:coverage", server: name },
          }),
        ];
  return [
    ...about(coverage.first, "Evidence Begins", `The evidence of ${name} begins`),
    ...about(coverage.last, "Evidence Ends", `The evidence of ${name} ends`),
    ...coverage.gaps.flatMap((gap) => [
      ...about(gap.from, "Gap Begins", `No records of ${gap.source} on ${name} from here: ${gap.note}`),
      ...about(gap.to, "Gap Ends", `Records of ${gap.source} on ${name} go on here`),
    ]),
    ...builds.flatMap((build) =>
      about(
        build.first,
        "Build Seen",
        `${name} has build ${build.build}${build.name === null ? "" : ` (${build.name})`}, says: ${build.source}`,
      ),
    ),
  ];
}

function verdictRow(assessment: Assessment): readonly Row[] {
  const { asOf } = assessment.scope;
  if (asOf === null) return [];
  return [
    row(asOf, {
      message: `Verdict: ${assessment.verdict}. ${assessment.summary}`,
      what: "Verdict As Of",
      tags: ["verdict", assessment.verdict],
      fields: { data_type: "postern:verdict" },
    }),
  ];
}
