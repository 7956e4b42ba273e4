import type { DamageSummary, EvidenceEntry } from "../../model/index.ts";
import { code, evidenceText, html, label } from "../html-template.ts";
import type { Html } from "../html-template.ts";
import { counted, groupedNumber, readableBytes } from "../numbers.ts";
import { serverName } from "../view.ts";
import type { ReportView } from "../view.ts";
import { atMost, span } from "./parts.ts";
import { table } from "./table.ts";

/** A case may hold tens of thousands of items; the whole list is in `evidence.jsonl`. */
const ROWS_SHOWN = 250;

const STATE_WORDS: Readonly<Record<EvidenceEntry["state"], string>> = {
  read: "read",
  recognised: "recognised, not read",
  "not-understood": "not understood",
  duplicate: "duplicate",
  unreadable: "unreadable",
};

function damageTable(kinds: readonly DamageSummary[]): Html {
  const { shown, left } = atMost(kinds, ROWS_SHOWN);
  const body = table({
    caption: "Places that could not be read",
    columns: ["Kind", "How often", "What it cost", "Where", "What that means"],
    rows: shown.map((kind) => [
      code(kind.code, 60),
      groupedNumber(kind.count),
      evidenceText(kind.lost, 60),
      code(kind.path, 400),
      evidenceText(kind.note),
    ]),
  });
  return html`${body}${more(left)}`;
}

function more(left: number): Html | null {
  return left === 0 ? null : html`<p class="note">And ${groupedNumber(left)} more, in the case folder.</p>`;
}

function itemRow(view: ReportView, item: EvidenceEntry): readonly Html[] {
  const damaged = item.damaged === 0 ? null : html`, <strong>${groupedNumber(item.damaged)} damaged</strong>`;
  const origin =
    item.origin === item.path || item.origin === ""
      ? null
      : html`<p class="note">from ${code(item.origin, 400)}</p>`;
  const server =
    item.server === null ? null : html`<p class="note nowrap">${label(serverName(view, item.server))}</p>`;
  return [
    html`${code(item.path, 400)}${origin}
      <p class="note">SHA-256 ${code(item.sha256, 64)}</p>`,
    html`${STATE_WORDS[item.state]}${item.note === "" ? null : html`<p class="note">${evidenceText(item.note, 400)}</p>`}`,
    html`<span class="nowrap">${label(item.artifact)}</span>${server}`,
    html`${counted(item.records, "record")}${damaged}
      <p class="note">
        ${readableBytes(item.sizeBytes)}${item.first === null ? null : html`, ${span(item.first, item.last)}`}
      </p>`,
  ];
}

function itemTable(view: ReportView, caption: string, items: readonly EvidenceEntry[]): Html | null {
  if (items.length === 0) return null;
  const { shown, left } = atMost(items, ROWS_SHOWN);
  const body = table({
    caption: `${caption}: ${counted(items.length, "item")}`,
    columns: ["Path", "State", "Kind", "Content"],
    rows: shown.map((item) => itemRow(view, item)),
  });
  return html`${body}${more(left)}`;
}

/** Thousands of logs that were read without trouble are told by their kinds; the list is one click away. */
function wholeItems(view: ReportView, items: readonly EvidenceEntry[]): Html | null {
  if (items.length === 0) return null;
  const kinds = new Map<string, number>();
  for (const item of items) kinds.set(item.artifact, (kinds.get(item.artifact) ?? 0) + 1);
  const rows = [...kinds.entries()].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return html`${table({
      caption: "Read whole, by kind",
      columns: ["Kind", "Items"],
      rows: rows.map(([kind, count]) => [label(kind), groupedNumber(count)]),
    })}
    <details>
      <summary>Every item that was read whole</summary>
      ${itemTable(view, "Read whole", items)}
    </details>`;
}

/** Every item that was given, what became of it, and what in it could not be read. */
export function evidenceSection(view: ReportView): Html {
  const { evidence, damage } = view.assessment;
  const whole = (item: EvidenceEntry): boolean => item.state === "read" && item.damaged === 0;
  const items =
    evidence.length === 0
      ? html`<p>No evidence was read.</p>`
      : html`${itemTable(
          view,
          "Not read, or not whole",
          evidence.filter((item) => !whole(item)),
        )}
        ${wholeItems(view, evidence.filter(whole))}`;
  return html`<section aria-labelledby="evidence">
    <h2 id="evidence">Evidence and damage</h2>
    <h3 id="damage">Damage</h3>
    ${
      damage.total === 0
        ? html`<p>No damage was met.</p>`
        : html`<p>${counted(damage.total, "place")} could not be read.</p>
            ${damageTable(damage.kinds)}`
    }
    <h3>Evidence</h3>
    ${items}
  </section>`;
}
