import { fileWriter, ParquetWriter, schemaFromColumnData, type ColumnSource } from "hyparquet-writer";

import type { Assessment } from "../../model/index.ts";
import { spooledEvents, type SpooledEvent } from "../../scan/index.ts";
import { EVENT_COLUMNS, type EventContext } from "./event-columns.ts";

/** Events of a group: large enough for columns to pack well, small enough for memory (a record may hold some kilobytes). */
const ROWS_OF_GROUP = 5_000;

/** What of an item is needed to write its events. */
export interface EventItem {
  readonly index: number;
  readonly path: string;
  readonly sha256: string;
  readonly state: string;
  /** Server as `--server` or a manifest says. */
  readonly server: string | null;
}

/**
 * Writes what was put aside while the evidence was read as one Parquet file, in the order of the evidence, in bounded memory. An item that is a copy of
 * another is left out. The same evidence gives the same bytes, whoever read it.
 * @returns the number of events
 */
export async function writeEventsFile(
  file: string,
  of: {
    readonly spool: string;
    readonly items: readonly EventItem[];
    readonly servers: Assessment["servers"];
  },
): Promise<number> {
  const empty = EVENT_COLUMNS.map(({ name, type }): ColumnSource => ({ name, type, data: [] }));
  const writer = new ParquetWriter({
    writer: fileWriter(file),
    schema: schemaFromColumnData({ columnData: empty }),
    createdBy: "postern",
  });
  const names = new ServerNames(of.servers);
  const group = new RowGroup();
  let count = 0;
  for (const item of of.items) {
    if (item.state === "duplicate") continue;
    for (const event of spooledEvents(of.spool, item.index)) {
      group.add(event, { server: names.of(event.serverKey, item.server), evidence: item });
      count++;
      if (group.size >= ROWS_OF_GROUP) await group.write(writer);
    }
  }
  await group.write(writer);
  await writer.finish();
  return count;
}

/** Events turned into columns until there are enough of them. */
class RowGroup {
  size = 0;
  #columns: unknown[][] = EVENT_COLUMNS.map(() => []);

  add(event: SpooledEvent, context: EventContext): void {
    EVENT_COLUMNS.forEach((column, index) => this.#columns[index]?.push(column.value(event, context)));
    this.size++;
  }

  async write(writer: ParquetWriter): Promise<void> {
    if (this.size === 0) return;
    const columnData = EVENT_COLUMNS.map(({ name, type }, index): ColumnSource => ({
      name,
      type,
      data: this.#columns[index] ?? [],
    }));
    const rowGroupSize = this.size;
    this.#columns = EVENT_COLUMNS.map(() => []);
    this.size = 0;
    await writer.write({ columnData, rowGroupSize });
  }
}

/** Names of servers as the assessment gives them. */
class ServerNames {
  readonly #byKey = new Map<string, string>();

  constructor(servers: Assessment["servers"]) {
    for (const { name, addresses } of servers) {
      this.#byKey.set(`name:${name.toLowerCase()}`, name);
      for (const address of addresses) this.#byKey.set(`ip:${address}`, name);
    }
  }

  /** What a record says of its server wins, then its item. */
  of(key: string, hint: string | null): string | null {
    const named = this.#byKey.get(key) ?? (hint === null ? undefined : this.#byKey.get(`name:${hint}`));
    return named ?? (key.startsWith("name:") ? key.slice("name:".length).toUpperCase() : null);
  }
}
