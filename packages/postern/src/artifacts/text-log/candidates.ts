import type { BlockKernel, LineBlock, LiteralFilter, SettlingColumns } from "../../core/index.ts";
import type { ArtifactId } from "../../model/index.ts";
import type { LineRules } from "./line-rules.ts";
import { Combinations, MarkedLines } from "./marked-lines.ts";
import type { TextLogOptions } from "./text-batch.ts";

/** What is looked for in the lines of a block. */
interface Sought {
  readonly artifact: ArtifactId | null;
  readonly filter: LiteralFilter;
  /** True when clients are found by their column. */
  readonly apart: boolean;
  /** Of the filter's texts, and behind them the clients that are found by their column. */
  readonly combinations: Combinations;
}

/** What was looked for before with a filter, in all logs, with clients apart and without. */
const COMBINATIONS = new WeakMap<LiteralFilter, Map<readonly string[], Combinations>>();

const NO_CLIENTS: readonly string[] = [];

/** The lines of a block in which a literal stands, or whose client is looked for. */
export class Candidates {
  readonly #select: TextLogOptions["select"];
  readonly #clients: readonly string[];
  readonly #marked = new MarkedLines();
  #sought: Sought | null = null;

  constructor({ select, soughtClients = NO_CLIENTS, onlyCandidates = false }: TextLogOptions) {
    this.#select = select;
    this.#clients = onlyCandidates ? NO_CLIENTS : soughtClients;
  }

  has(line: number): boolean {
    return this.#marked.has(line);
  }

  /** The literals that stand in a line, see {@link MarkedLines.textsIn}; one of the clients for whichever it is. */
  textsIn(line: number): readonly string[] {
    return this.#marked.textsIn(line);
  }

  /** Looks for the literals of a kind of log in a whole block. */
  mark(block: LineBlock, rules: LineRules): void {
    if (this.#select === "all") return;
    const apart = this.#findsClients(block, rules);
    const filter = this.#select(rules.artifact, block.bytes, apart);
    if (this.#sought?.filter !== filter || this.#sought.apart !== apart) {
      const combinations = combinationsOf(filter, apart ? this.#clients : NO_CLIENTS);
      this.#sought = { artifact: rules.artifact, filter, apart, combinations };
    }
    this.#marked.start(block.count, this.#sought.combinations, block.kernel?.marks ?? null);
    // Hits come nearly in the order of the text: the next one is in the same line or a little further down.
    let near = 0;
    const add = (offset: number, literal: number): void => {
      near = lineNear(block, near, offset);
      if (offset < (block.ends[near] ?? 0) && offset >= (block.starts[near] ?? 0))
        this.#marked.add(near, literal);
    };
    filter.scan(block.bytes, block.length, add, block.kernel);
  }

  /** Looks again where lines further down have another header, under which something else is looked for. */
  markAgain(block: LineBlock, rules: LineRules): void {
    const { artifact = null, apart = false } = this.#sought ?? {};
    if (artifact !== rules.artifact || apart !== this.#findsClients(block, rules)) this.mark(block, rules);
  }

  /** Marks the lines whose client may be one of those looked for, as the kernel has read them. */
  markClients(block: LineBlock, kernel: BlockKernel): void {
    if (this.#sought?.apart !== true) return;
    // Whichever address it is: who asks looks at the column.
    const literal = this.#sought.filter.texts.length;
    kernel.findClients(block.count, this.#clients, (line) => this.#marked.add(line, literal));
  }

  /** A number for the literals that stand in a line, see {@link MarkedLines.setIn}. */
  setIn(line: number): number {
    return this.#marked.setIn(line);
  }

  /** Forgets those of the lines, as the kernel has read them, of which is settled that they don't matter: see {@link LineValues.dropSettled}. */
  dropSettled(
    kernel: BlockKernel,
    lines: { readonly from: number; readonly to: number },
    delimiter: number,
    columns: SettlingColumns,
  ): void {
    this.#marked.writeSets(lines.from, kernel.sets);
    kernel.values.dropSettled(lines, delimiter, columns);
  }

  /** True when the clients that are looked for are found by their column in all lines of a block that may be only counted. */
  #findsClients({ kernel }: LineBlock, { mayCount, client }: LineRules): boolean {
    return kernel !== null && this.#clients.length > 0 && mayCount && client !== "several";
  }
}

function combinationsOf(filter: LiteralFilter, clients: readonly string[]): Combinations {
  const known = COMBINATIONS.get(filter) ?? new Map<readonly string[], Combinations>();
  COMBINATIONS.set(filter, known);
  const combinations = known.get(clients) ?? new Combinations([...filter.texts, ...clients]);
  known.set(clients, combinations);
  return combinations;
}

/** Lines that are passed one by one before it is faster to halve. */
const STEPS = 8;

/** Index of the last line that starts at or before a byte offset (the first line where none does), sought from one that is near. */
function lineNear({ starts, count }: LineBlock, near: number, offset: number): number {
  if ((starts[near] ?? 0) <= offset) {
    for (let line = near; line < near + STEPS; line++)
      if (line + 1 >= count || (starts[line + 1] ?? 0) > offset) return line;
  }
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
