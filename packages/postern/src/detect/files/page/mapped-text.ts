/** Text of a page that can say where in the file each character came from. */
export interface PageText {
  readonly text: string;
  /** How the characters were written in the file: `utf-8`, `utf-16le`, `utf-7`, `ebcdic-37` ... */
  readonly encoding: string;
  /** Offset in the decoded window of the character at `index`. */
  offsetBytesOf(index: number): number;
}

/** A stretch of rewritten text. */
export interface Piece {
  readonly text: string;
  /** Index in the text before the rewriting. */
  readonly from: number;
  /** True when each character stands for one of before; else all stand for the first. */
  readonly exact: boolean;
}

/** Joins rewritten stretches; places lead back through the text before. */
export function joinPieces(pieces: readonly Piece[], before: PageText, encoding: string): PageText {
  const starts: number[] = [];
  const texts: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    starts.push(length);
    texts.push(piece.text);
    length += piece.text.length;
  }
  const offsetBytesOf = (index: number): number => {
    const at = lastNotAfter(starts, index);
    const piece = pieces[at];
    if (piece === undefined) return before.offsetBytesOf(0);
    const within = piece.exact ? index - (starts[at] ?? 0) : 0;
    return before.offsetBytesOf(piece.from + within);
  };
  return { text: texts.join(""), encoding, offsetBytesOf };
}

/** Place of the last number that is not greater than `value`; the numbers ascend. */
function lastNotAfter(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
