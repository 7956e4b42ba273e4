import { readLineBlocks, type BlockKernel, type ByteSource, type LineBlock } from "../../core/index.ts";
import type { ArtifactId, ArtifactRecord, Damage, Glimpse, Place } from "../../model/index.ts";
import { splitCsv } from "./csv-line.ts";
import { applyDirective, applyTableHeader, isHeaderLine, NO_HEADER, type Header } from "./header.ts";
import { Candidates } from "./candidates.ts";
import { ClientCollector, type ClientColumn } from "./client-collector.ts";
import { LineGlimpse, NO_GLIMPSE } from "./line-glimpse.ts";
import { countDelimiters, readStamp, stampToMs, type Stamp } from "./line-shape.ts";
import { LineTally } from "./line-tally.ts";
import { isOwnAddress, namesToldEarly, recordReader, rulesUnder, type LineRules } from "./line-rules.ts";
import { readOpening, readsAlike } from "./opening.ts";
import type { TextBatch, TextLogOptions } from "./text-batch.ts";
import { parseDataLine } from "./data-line.ts";
import { decodeLine } from "./text-decoding.ts";

/** After each header the first lines are parsed in full: they tell server, build, port and protocol of the file. */
const LINES_READ_IN_FULL = 8;
/**
 * A web server's log says whose it is only by the address that it was asked at. Health probes ask at the loopback, often for a long time: the first line that names
 * another address is parsed, if it is among this many.
 */
const LINES_FOR_OWN_ADDRESS = 20_000;

/**
 * Reads a log of the `#Fields` family, a table with a header of its own, or rows without a header.
 * Never throws for what the text holds; see {@link TextBatch}.
 */
export async function* parseTextLog(
  source: ByteSource,
  head: Uint8Array,
  item: number,
  options: TextLogOptions,
): AsyncGenerator<TextBatch, void, undefined> {
  // Nobody asks how a log opens who reads all of it.
  const opening = options.range === undefined ? null : readOpening(head);
  const reader = new TextLogReader(item, opening, options);
  for await (const block of readLineBlocks(source, head, options)) yield reader.read(block);
  const rest = reader.end();
  if (rest !== null) yield rest;
}

interface Line {
  readonly text: string;
  readonly index: number;
  readonly block: LineBlock;
  readonly codePage: "utf-8" | "windows-1252";
}

const HASH = 0x23;

/** A CSV value that runs over several lines: at most this many lines and characters are joined. */
const MAX_JOINED_LINES = 200;
const MAX_JOINED_CHARACTERS = 1 << 16;

interface Joined {
  readonly text: string;
  readonly lines: number;
  readonly place: Damage["at"];
}

class TextLogReader {
  readonly #item: number;
  readonly #readsAll: boolean;
  readonly #kernel: BlockKernel | null;
  readonly #parseAll: ReadonlySet<ArtifactId>;
  readonly #onlyCandidates: boolean;
  readonly #mayMatter: TextLogOptions["mayMatter"];
  readonly #onSure: TextLogOptions["onSure"];
  #glimpse: LineGlimpse | null = null;
  readonly #clients: ClientCollector | null;
  /** What the kernel says of the lines of this block under this header. */
  #stamps: Float64Array | null = null;
  #header: Header = NO_HEADER;
  #rules: LineRules;
  #recordOf = recordReader(NO_HEADER);
  #readInFull = LINES_READ_IN_FULL;
  #seeksOwnAddress = 0;
  #tally = new LineTally();
  #records: ArtifactRecord[] = [];
  #damage: Damage[] = [];
  #joined: Joined | null = null;
  readonly #candidates: Candidates;
  /** The file's opening; null where all is read, and where it has none below which lines further down could be read by themselves. */
  readonly #opening: Header | null;
  #lines = 0;
  /** True from a header line to the first line below it. */
  #isHeaderNew = false;
  #asOpened: boolean;

  constructor(item: number, opening: Header | null, options: TextLogOptions) {
    this.#item = item;
    this.#readsAll = options.select === "all";
    this.#kernel = options.kernel ?? null;
    this.#kernel?.expectLines(null);
    this.#candidates = new Candidates(options);
    this.#parseAll = options.parseAll ?? new Set();
    this.#onlyCandidates = options.onlyCandidates ?? false;
    this.#mayMatter = options.mayMatter;
    this.#onSure = options.onSure;
    this.#clients = options.clients === true ? new ClientCollector() : null;
    this.#rules = rulesUnder(NO_HEADER, this.#parseAll);
    this.#opening = opening;
    this.#asOpened = opening !== null;
    if (opening === null || (options.range?.fromBytes ?? 0) === 0) return;
    this.#useHeader(opening);
    this.#readInFull = 0;
  }

  read(block: LineBlock): TextBatch {
    this.#records = [];
    this.#damage = [];
    this.#stamps = null;
    this.#tally.startBatch();
    this.#candidates.mark(block, this.#rules);
    for (let index = 0; index < block.count; index++) {
      index = this.#countRun(block, index);
      if (index === block.count) break;
      if (!this.#isPassedOver(block, index) && !this.#countRegular(block, index))
        this.#readLine(block, index);
    }
    this.#clients?.take(block, block.count, this.#countedClients());
    this.#clients?.nextBlock();
    this.#lines = block.firstLine + block.count - 1;
    return this.#batch();
  }

  /** Gives out what waited for a closing quote that never came. */
  end(): TextBatch | null {
    if (this.#joined === null) return null;
    this.#records = [];
    this.#damage = [];
    this.#tally.startBatch();
    this.#giveUpJoining();
    return this.#batch();
  }

  #batch(): TextBatch {
    const { counts, hours, firstMs, lastMs } = this.#tally.batch();
    return {
      records: this.#records,
      damage: this.#damage,
      counts,
      lines: this.#lines,
      hours,
      firstMs,
      lastMs,
      header: this.#header,
      clientsComplete: this.#clients?.complete ?? false,
      asOpened: this.#asOpened && this.#isSettled(),
    };
  }

  /** True when nothing of the lines so far but the header says how the next ones are read. */
  #isSettled(): boolean {
    const { mode } = this.#header;
    if (this.#joined !== null || mode === "table" || mode === "rows") return false;
    // Whether more lines than candidates are parsed is of no matter in a second look.
    if (this.#onlyCandidates) return this.#isAsOpening();
    return !this.#isHeaderNew && this.#readInFull === 0 && this.#seeksOwnAddress === 0;
  }

  #isAsOpening(): boolean {
    return this.#opening !== null && readsAlike(this.#header, this.#opening);
  }

  /** In a second look only lines with a literal matter, and header lines that say how to read them. */
  #isPassedOver(block: LineBlock, index: number): boolean {
    if (!this.#onlyCandidates || this.#header.mode === "rows" || this.#header.mode === "table") return false;
    return !this.#candidates.has(index) && block.bytes[block.starts[index] ?? 0] !== HASH;
  }

  /**
   * Counts lines from `from` on as long as {@link #countRegular} would without looking at anything but their times: nearly all lines are such.
   * @returns the first line that must be looked at by itself
   */
  #countRun(block: LineBlock, from: number): number {
    const { kernel } = block;
    if (kernel === null || this.#onlyCandidates || this.#seeksOwnAddress > 0 || !this.#countsLines())
      return from;
    const stamps = this.#stamps ?? this.#readShapes(block, kernel, from);
    const end = block.endsWithoutNewline ? block.count - 1 : block.count;
    return this.#tally.addRun(kernel, stamps, { from, to: end });
  }

  /** True under a header below which lines may be counted without being decoded. */
  #countsLines(): boolean {
    return !this.#readsAll && this.#readInFull === 0 && this.#rules.mayCount;
  }

  /** True under a header below which lines may be counted in blocks to come. */
  #countsLinesBelow(): boolean {
    return !this.#readsAll && !this.#onlyCandidates && this.#rules.mayCount;
  }

  /** Counts a well-formed line that nobody asks for, without decoding it; false when the line must be read in full. */
  #countRegular(block: LineBlock, index: number): boolean {
    if (!this.#countsLines()) return false;
    const stamp = this.#stampOf(block, index);
    const isMarked = this.#candidates.has(index);
    if (isMarked && this.#mayMatter === undefined) return false;
    if (stamp < 0 || (block.endsWithoutNewline && index === block.count - 1)) return false;
    if (this.#seeksOwnAddress > 0 && this.#namesOwnAddress(block, index)) return false;
    // Last, because a line that is noted by what it means must not be parsed too.
    if (isMarked && this.#isWanted(block, index, stamp)) return false;
    const isCounted = this.#tally.addStamp(stamp);
    if (isCounted && block.kernel === null) this.#clients?.miss();
    return isCounted;
  }

  /** Where the kernel has read the clients of this block; null when it has not. */
  #countedClients(): ClientColumn | null {
    return this.#stamps === null ? null : this.#rules.client;
  }

  /** Has the kernel look at the lines of a block under the header in force. */
  #readShapes(block: LineBlock, kernel: BlockKernel, from: number): Float64Array {
    const stamps = kernel.readShapes(block.count, this.#rules.shape);
    this.#stamps = stamps;
    if (typeof this.#rules.client === "number") this.#candidates.markClients(block, kernel);
    const settling = this.#glimpse?.settling ?? null;
    if (settling !== null)
      this.#candidates.dropSettled(kernel, { from, to: block.count }, this.#rules.shape.delimiter, settling);
    return stamps;
  }

  /** The time of a line that is regular under the header in force, or -1. */
  #stampOf(block: LineBlock, index: number): Stamp {
    const { delimiter, delimiters: wanted } = this.#rules.shape;
    if (block.kernel !== null) {
      const stamps = this.#stamps ?? this.#readShapes(block, block.kernel, index);
      return stamps[index] ?? -1;
    }
    const start = block.starts[index] ?? 0;
    const end = block.ends[index] ?? 0;
    const delimiters = countDelimiters(block.bytes, { start, end }, delimiter, true);
    return delimiters === wanted ? readStamp(block.bytes, start, end) : -1;
  }

  /** True when a line with a literal must be parsed: it may be what a rule asks for, as far as its columns tell, and nobody has noted it. */
  #isWanted(block: LineBlock, index: number, stamp: Stamp): boolean {
    const { artifact } = this.#rules;
    if (this.#mayMatter === undefined || artifact === null) return true;
    const found = this.#candidates.textsIn(index);
    const glimpse = this.#lookAt(block, index) ?? NO_GLIMPSE;
    const said = this.#mayMatter(artifact, glimpse, found);
    if (typeof said === "boolean") return said;
    if ("sameIn" in said) {
      this.#glimpse?.settle(said, this.#candidates.setIn(index));
      return false;
    }
    const timeMs = this.#onSure === undefined || this.#header.mode !== "w3c" ? null : stampToMs(stamp);
    if (timeMs === null) return true;
    const bytes = block.bytes.subarray(block.starts[index], block.ends[index]);
    const at = this.#placeOf(block, index);
    return this.#onSure?.(said, { glimpse, timeMs, at, bytes, recordOf: this.#recordOf }) !== true;
  }

  /** True for the line that says at which address the server was asked. */
  #namesOwnAddress(block: LineBlock, index: number): boolean {
    this.#seeksOwnAddress--;
    return isOwnAddress(this.#lookAt(block, index)?.get("s-ip"));
  }

  /** The columns of a line, without parsing it; null where nobody asks for them. */
  #lookAt({ bytes, starts, ends, kernel }: LineBlock, index: number): Glimpse | null {
    this.#glimpse?.look(bytes, { start: starts[index] ?? 0, end: ends[index] ?? 0 }, kernel);
    return this.#glimpse;
  }

  #readLine(block: LineBlock, index: number): void {
    const bytes = block.bytes.subarray(block.starts[index], block.ends[index]);
    const { text, codePage } = decodeLine(bytes);
    const line: Line = {
      text: index === 0 && block.firstLine === 1 ? text.replace(/^\uFEFF/u, "") : text,
      index,
      block,
      codePage,
    };
    if (this.#joined !== null) this.#continueJoining(line);
    else this.#readText(line);
  }

  #readText(line: Line): void {
    const { text } = line;
    const header = isHeaderLine(text) ? applyDirective(this.#header, text) : this.#findTableHeader(text);
    if (header !== null) this.#readHeader(header, line);
    else if (text.trim() === "" && !text.includes("\0")) this.#tally.addHeader();
    else this.#readData(line);
  }

  #findTableHeader(text: string): Header | null {
    return this.#mayBeTableHeader(text) ? applyTableHeader(this.#header, text) : null;
  }

  #mayBeTableHeader(text: string): boolean {
    return text.length < 20_000 && !/^\d{4}-\d\d-\d\d/u.test(text);
  }

  #readHeader(header: Header, { block, index }: Line): void {
    this.#clients?.take(block, index, this.#countedClients());
    if (header !== this.#header) {
      this.#readInFull = LINES_READ_IN_FULL;
      if (header.names.includes("s-ip")) this.#seeksOwnAddress = LINES_FOR_OWN_ADDRESS;
      this.#isHeaderNew = true;
    }
    this.#useHeader(header);
    this.#stamps = null;
    this.#candidates.markAgain(block, this.#rules);
    this.#tally.addHeader();
  }

  #useHeader(header: Header): void {
    this.#header = header;
    this.#rules = rulesUnder(header, this.#parseAll);
    this.#recordOf = recordReader(header);
    this.#kernel?.expectLines(this.#countsLinesBelow() ? this.#rules.shape : null);
    this.#glimpse =
      this.#mayMatter === undefined ? null : new LineGlimpse(namesToldEarly(header), header.delimiter);
  }

  #readData(line: Line): void {
    if (this.#isHeaderNew) {
      this.#isHeaderNew = false;
      this.#asOpened &&= this.#isAsOpening();
    }
    if (
      this.#header.mode === "table" &&
      line.text.includes('"') &&
      splitCsv(line.text, this.#header.delimiter).unclosedQuote
    ) {
      this.#joined = { text: line.text, lines: 1, place: this.#place(line) };
      return;
    }
    this.#emit(line.text, this.#place(line), {
      cut: line.block.endsWithoutNewline && line.index === line.block.count - 1,
      tooLong: line.block.isTooLong(line.index),
      codePage: line.codePage,
    });
  }

  #continueJoining(line: Line): void {
    const joined = this.#joined;
    if (joined === null) return;
    const text = `${joined.text}\n${line.text}`;
    const end = line.block.offsetOf(line.index) + line.block.lengthOf(line.index);
    const place = { ...joined.place, lengthBytes: end - joined.place.offsetBytes };
    this.#tally.addHeader(); // a line inside a value is not a record of its own
    if (!splitCsv(text, this.#header.delimiter).unclosedQuote) {
      this.#joined = null;
      this.#emit(text, place, { cut: false, tooLong: false, codePage: line.codePage });
      return;
    }
    this.#joined = { text, lines: joined.lines + 1, place };
    if (joined.lines >= MAX_JOINED_LINES || text.length > MAX_JOINED_CHARACTERS) this.#giveUpJoining();
  }

  /** The quote was a mistake: each of the lines is read by itself. */
  #giveUpJoining(): void {
    const joined = this.#joined;
    this.#joined = null;
    if (joined === null) return;
    let offsetBytes = joined.place.offsetBytes;
    for (const [index, text] of joined.text.split("\n").entries()) {
      const lengthBytes = Buffer.byteLength(text);
      const place = { ...joined.place, offsetBytes, lengthBytes, record: (joined.place.record ?? 0) + index };
      if (index > 0) this.#tally.removeHeader();
      this.#emit(text, place, { cut: false, tooLong: false, codePage: "utf-8" });
      offsetBytes += lengthBytes + 1;
    }
  }

  #emit(text: string, at: Damage["at"], state: Parameters<typeof parseDataLine>[3]): void {
    if (this.#readInFull > 0) this.#readInFull--;
    const { record, damage } = parseDataLine(this.#header, text, at, state);
    if (record !== null) this.#records.push(record);
    if (this.#seeksOwnAddress > 0 && isOwnAddress(record?.values[record.names.indexOf("s-ip")]))
      this.#seeksOwnAddress = 0;
    if (damage !== null) this.#damage.push(damage);
    this.#tally.addParsed(damage === null);
  }

  #place({ block, index }: Line): Place {
    return this.#placeOf(block, index);
  }

  #placeOf(block: LineBlock, index: number): Place {
    return {
      item: this.#item,
      offsetBytes: block.offsetOf(index),
      lengthBytes: block.lengthOf(index),
      record: block.firstLine + index,
    };
  }
}
