/** One part of the benchmark's page: what was measured and the table of figures. */
export interface Section {
  readonly title: string;
  /** What was measured and how, in a sentence or two. */
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What could not be measured here, and why. */
  readonly skipped: readonly string[];
}

/** Markdown of a section, its table's columns aligned. */
export function renderSection(section: Section): string {
  const rows = [section.head, section.head.map(() => "---"), ...section.rows];
  const widths = section.head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const table = rows.map(
    (row) => `| ${widths.map((width, column) => pad(row[column] ?? "", width)).join(" | ")} |`,
  );
  const skipped = section.skipped.map((line) => `\nNot measured here: ${line}.\n`);
  return `## ${section.title}\n\n${section.note}\n\n${table.join("\n")}\n${skipped.join("")}`;
}

function pad(text: string, width: number): string {
  return /^-+$/u.test(text) ? "-".repeat(width) : text.padEnd(width);
}
