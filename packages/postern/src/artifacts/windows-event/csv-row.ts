import type { JsonObject } from "./json-value.ts";

/** Splits a row of separated values; doubled quotes inside quotes are one quote. */
export function splitRow(row: string, delimiter: string): readonly string[] {
  const values: string[] = [];
  let at = 0;
  for (;;) {
    if (row[at] === '"') {
      const { value, next } = quotedValue(row, at + 1);
      const end = row.indexOf(delimiter, next);
      values.push(value + (end === -1 ? row.slice(next) : row.slice(next, end)).trimEnd());
      if (end === -1) return values;
      at = end + 1;
    } else {
      const end = row.indexOf(delimiter, at);
      values.push(end === -1 ? row.slice(at).replace(/\r$/, "") : row.slice(at, end));
      if (end === -1) return values;
      at = end + 1;
    }
  }
}

function quotedValue(row: string, from: number): { readonly value: string; readonly next: number } {
  let value = "";
  let at = from;
  for (;;) {
    const quote = row.indexOf('"', at);
    if (quote === -1) return { value: value + row.slice(at), next: row.length };
    value += row.slice(at, quote);
    if (row[quote + 1] !== '"') return { value, next: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

/** The event viewer's own "save as CSV" in some languages: its header names, in the order that it always has. */
const VIEWER_HEADERS: readonly (readonly string[])[] = [
  ["Level", "Date and Time", "Source", "Event ID", "Task Category"],
  ["Ebene", "Datum und Uhrzeit", "Quelle", "Ereignis-ID", "Aufgabenkategorie"],
  ["Niveau", "Date et heure", "Source", "ID de l’événement", "Catégorie de la tâche"],
  ["Nivel", "Fecha y hora", "Origen", "Id. del evento", "Categoría de la tarea"],
];

/** The separator of a header line: the one of comma, semicolon and tab that occurs most. */
export function findDelimiter(header: string): string {
  let best = ",";
  let most = 0;
  for (const delimiter of [",", ";", "\t"]) {
    const count = header.split(delimiter).length - 1;
    if (count > most) [best, most] = [delimiter, count];
  }
  return best;
}

/** The column names of a header row, the event viewer's in English, or null when it is no header of exported events. */
export function readHeader(row: string, delimiter: string): readonly string[] | null {
  const names = splitRow(row, delimiter).map((name) => name.trim());
  const viewer = VIEWER_HEADERS.find((known) => known.slice(0, 4).every((name, i) => names[i] === name));
  if (viewer !== undefined) return [...(VIEWER_HEADERS[0] ?? []), "Message"];
  const has = (...any: readonly string[]): boolean => any.some((name) => names.includes(name));
  const id = has("EventId", "EventID", "Event ID", "EventCode", "event_id", "event.code", "winlog.event_id");
  const where = has(
    "Channel",
    "Provider",
    "ProviderName",
    "LogName",
    "SourceName",
    "Source",
    "winlog.channel",
    "log_name",
  );
  if (id && where) return names;
  const shown = has("TimeCreated") && has("Message");
  return has("Id") && (shown || has("ProviderName", "LogName")) ? names : null;
}

/** A row as an object, so that it is read like JSON. Columns without a value are left out; Export-Csv's type names are no value. */
export function rowObject(names: readonly string[], values: readonly string[]): JsonObject {
  const entries = names.map((name, index) => [name, values[index] ?? ""] as const);
  return Object.fromEntries(
    entries.filter(([name, value]) => name !== "" && value !== "" && !value.startsWith("System.Col")),
  );
}
