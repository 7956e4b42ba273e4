import { closeSync, existsSync, openSync, readSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import { codeOf } from "../core/index.ts";
import type { RuleInfo } from "../detect/index.ts";
import type { ArtifactId, EcsFields, Event, Place, Rung } from "../model/index.ts";
import { higherRung } from "../model/index.ts";
import type { ScanStage, SpoolOptions } from "./scan-context.ts";
import type { ServerKey } from "./server-key.ts";

/** An event that was put aside. Plain data. */
export interface SpooledEvent {
  readonly timeMs: number | null;
  readonly artifact: ArtifactId;
  readonly serverKey: ServerKey;
  readonly ecs: EcsFields;
  readonly fields: Readonly<Record<string, string>>;
  readonly offsetBytes: number;
  readonly record: number | null;
  readonly raw: string | null;
  /** Ids of the rules that match it. */
  readonly rules: readonly string[];
  readonly rung: Rung | null;
  /** Records that it stands for: 1, or those of a storm that were not kept one by one. */
  readonly count: number;
  /** True for a row that stands for those that were not kept: its place and time are those of the last one. */
  readonly isTogether?: true;
}

/**
 * Attempts and leads alike (same rules, same address) that are kept one by one of an item: a scanner asks for the same pages a million times, and what came
 * of none of them is told by a few as well. What worked is kept whole.
 */
const MAX_ALIKE = 25;
/** Kinds of them at most that are told apart; attempts beyond share one row for each set of rules. */
const MAX_KINDS = 10_000;

interface Alike {
  kept: number;
  /** Of those that were not kept: the first one without its text, with the place and the time of the last one, and how many there were. */
  rest: (Omit<SpooledEvent, "timeMs" | "offsetBytes" | "record" | "count"> & Together) | null;
}

interface Together {
  timeMs: number | null;
  offsetBytes: number;
  record: number | null;
  count: number;
}

/** Counts further events of a kind that is no longer kept one by one. */
export interface SpoolRepeat {
  add(timeMs: number, at: Place): void;
}

/** Lines that are only counted come before those of the same block that are parsed: the last one is known by its place. */
function addRest(
  rest: Together,
  timeMs: number | null,
  at: Pick<Place, "offsetBytes" | "record">,
  count = 1,
): void {
  rest.count += count;
  if (at.offsetBytes < rest.offsetBytes) return;
  rest.timeMs = timeMs;
  rest.offsetBytes = at.offsetBytes;
  rest.record = at.record;
}

const MAX_TEXT = 4_000;
const BUFFER_CHARACTERS = 1 << 18;

/**
 * Writes the events of one item to a file of its own, so that memory does not grow with their number, and that it does not matter which worker
 * reads which item. What an earlier reading of the item left is removed first.
 */
export class EventSpool {
  readonly all: boolean;
  readonly #folder: string;
  readonly #name: string;
  readonly #path: string;
  #file: number | null = null;
  #buffer: string[] = [];
  #buffered = 0;
  readonly #alike = new Map<string, Alike>();

  constructor(options: SpoolOptions, stage: ScanStage, item: number) {
    this.all = options.all && stage === "reading";
    this.#folder = options.folder;
    this.#name = `${stage}-${String(item)}`;
    this.#path =
      options.piece === undefined
        ? spoolPath(options.folder, this.#name, options.part)
        : piecePath(options.folder, this.#name, options.piece);
    rmSync(this.#path, { force: true });
  }

  add(rules: readonly RuleInfo[], event: Event, serverKey: ServerKey): void {
    const ids = idsOf(rules);
    const rung = rungOf(rules);
    const alike = this.#alikeOf(ids, event, rung);
    if (alike !== null && alike.kept >= MAX_ALIKE) {
      alike.rest ??= {
        ...{ ...placeOf(event), serverKey, fields: {}, raw: null, rules: ids, rung, count: 0 },
        isTogether: true,
      };
      addRest(alike.rest, event.timeMs, event.at);
      return;
    }
    if (alike !== null) alike.kept++;
    this.#write({
      ...{ ...placeOf(event), serverKey, fields: trimmed(event.fields) },
      raw: event.raw === null ? null : event.raw.slice(0, MAX_TEXT),
      ...{ rules: ids, rung, count: 1 },
    });
  }

  /** How events like one that was added are counted from now on; null as long as they are kept one by one. */
  repeat(rules: readonly RuleInfo[], event: Event): SpoolRepeat | null {
    const rest = this.#alikeOf(idsOf(rules), event, rungOf(rules))?.rest ?? null;
    return rest === null ? null : { add: (timeMs, at) => addRest(rest, timeMs, at) };
  }

  /**
   * Takes what another spool put aside of the lines that follow, and removes it; their numbers are `lines` smaller than in the item.
   * @returns false when it is not known what of it would have been kept: there are too many kinds
   */
  addPiece(piece: number, lines: number): boolean {
    const path = piecePath(this.#folder, this.#name, piece);
    for (const row of readSpool(path)) this.#addRow(furtherDown(row, lines));
    rmSync(path, { force: true });
    return this.#alike.size < MAX_KINDS;
  }

  #addRow(row: SpooledEvent): void {
    const alike = this.#alikeOf(row.rules, row, row.rung);
    if (alike === null || (alike.kept < MAX_ALIKE && row.isTogether !== true)) {
      if (alike !== null) alike.kept++;
      this.#write(row);
      return;
    }
    alike.rest ??= { ...row, fields: {}, raw: null, count: 0, isTogether: true };
    addRest(alike.rest, row.timeMs, row, row.count);
  }

  /** Those that are kept in small number with this one; null for what is kept whole. */
  #alikeOf(rules: readonly string[], { ecs }: Pick<Event, "ecs">, rung: Rung | null): Alike | null {
    if (this.all || rules.length === 0 || !isAttempt(rung)) return null;
    const key = `${rules.join(" ")} ${this.#alike.size < MAX_KINDS ? (ecs["source.ip"] ?? "") : ""}`;
    let alike = this.#alike.get(key);
    if (alike === undefined) {
      alike = { kept: 0, rest: null };
      this.#alike.set(key, alike);
    }
    return alike;
  }

  #write(row: SpooledEvent): void {
    const line = `${JSON.stringify(row)}\n`;
    this.#buffer.push(line);
    this.#buffered += line.length;
    if (this.#buffered > BUFFER_CHARACTERS) this.#flush();
  }

  /** Writes the rows that stand for what was not kept, and ends. */
  close(): void {
    for (const { rest } of this.#alike.values()) if (rest !== null) this.#write(rest);
    this.#alike.clear();
    this.#flush();
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    this.#file ??= openSync(this.#path, "w");
    const bytes = Buffer.from(this.#buffer.join(""), "utf8");
    for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
    this.#buffer = [];
    this.#buffered = 0;
  }
}

/** The highest rung that the rules claim. */
function rungOf(rules: readonly RuleInfo[]): Rung | null {
  return rules.reduce<Rung | null>((best, rule) => higherRung(best, rule.rung), null);
}

function isAttempt(rung: Rung | null): boolean {
  return rung === null || rung === "L0";
}

function idsOf(rules: readonly RuleInfo[]): readonly string[] {
  return rules.map((rule) => rule.id);
}

function placeOf({
  timeMs,
  artifact,
  ecs,
  at,
}: Event): Pick<SpooledEvent, "timeMs" | "artifact" | "ecs" | "offsetBytes" | "record"> {
  return { timeMs, artifact, ecs, offsetBytes: at.offsetBytes, record: at.record };
}

/** Empty fields say nothing, and long ones are cut. */
function trimmed(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== "") kept[name] = value.slice(0, MAX_TEXT);
  return kept;
}

function spoolPath(folder: string, name: string, part?: number): string {
  return join(folder, part === undefined ? `${name}.jsonl` : `${name}.part-${String(part)}.jsonl`);
}

function piecePath(folder: string, name: string, piece: number): string {
  return join(folder, `${name}.piece-${String(piece)}.jsonl`);
}

function furtherDown(row: SpooledEvent, lines: number): SpooledEvent {
  return row.record === null ? row : { ...row, record: row.record + lines };
}

/** What was put aside of a whole item, then of its parts in their order. */
function* readSpools(
  folder: string,
  stage: ScanStage,
  item: number,
): Generator<SpooledEvent, void, undefined> {
  const name = `${stage}-${String(item)}`;
  yield* readSpool(spoolPath(folder, name));
  const parts = existsSync(folder)
    ? readdirSync(folder).flatMap((file) =>
        file.startsWith(`${name}.part-`) ? [Number.parseInt(file.slice(`${name}.part-`.length), 10)] : [],
      )
    : [];
  for (const part of parts.sort((a, b) => a - b)) yield* readSpool(spoolPath(folder, name, part));
}

/**
 * The events of an item in the order of their places: what both looks found of a record is one event with the rules of both. Rows that stand for many
 * come last.
 */
export function* spooledEvents(folder: string, item: number): Generator<SpooledEvent, void, undefined> {
  const followed = readSpools(folder, "following", item);
  let next = followed.next();
  const together: SpooledEvent[] = [];
  for (const event of readSpools(folder, "reading", item)) {
    if (event.isTogether === true) {
      together.push(event);
      continue;
    }
    while (next.done !== true && next.value.offsetBytes < event.offsetBytes) {
      yield next.value;
      next = followed.next();
    }
    if (next.done !== true && next.value.offsetBytes === event.offsetBytes) {
      yield joined(event, next.value);
      next = followed.next();
    } else yield event;
  }
  while (next.done !== true) {
    yield next.value;
    next = followed.next();
  }
  yield* together;
}

function joined(a: SpooledEvent, b: SpooledEvent): SpooledEvent {
  return { ...a, rules: [...new Set([...a.rules, ...b.rules])], rung: higherRung(a.rung, b.rung) };
}

const READ_BYTES = 1 << 20;

function* readSpool(path: string): Generator<SpooledEvent, void, undefined> {
  const file = openIfThere(path);
  if (file === null) return;
  try {
    const chunk = Buffer.alloc(READ_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
        // eslint-disable-next-line postern/no-type-assertion -- written by `add` above, in this run or the one that it resumes
        yield JSON.parse(bytes.toString("utf8", start, end)) as SpooledEvent;
        start = end + 1;
      }
      rest = Buffer.from(bytes.subarray(start));
    }
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return null;
    throw thrown;
  }
}
