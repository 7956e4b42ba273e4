import type { BlockKernel, LineBlock, LiteralFilter } from "../../core/index.ts";
import type { ArtifactId } from "../../model/index.ts";
import type { LineRules } from "./line-rules.ts";
import { MarkedLines } from "./marked-lines.ts";
import type { TextLogOptions } from "./text-batch.ts";

/** What is looked for in the lines of a block. */
interface Sought {
  readonly artifact: ArtifactId | null;
  readonly filter: LiteralFilter;
  /** True when clients are found by their column. */
  readonly apart: boolean;
  /** The filter's texts, and behind them the clients that are found by their column. */
  readonly texts: readonly string[];
}

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
      const texts = apart ? [...filter.texts, ...this.#clients] : filter.texts;
      this.#sought = { artifact: rules.artifact, filter, apart, texts };
    }
    this.#marked.start(block.count, this.#sought.texts, block.kernel?.marks ?? null);
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

  /** True when the clients that are looked for are found by their column in all lines of a block that may be only counted. */
  #findsClients({ kernel }: LineBlock, { mayCount, client }: LineRules): boolean {
    return kernel !== null && this.#clients.length > 0 && mayCount && client !== "several";
  }
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
