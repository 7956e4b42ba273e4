import { createHash, type Hash } from "node:crypto";

/** How a file differs from one that Microsoft shipped, proven by the hash of the shipped one. */
export interface Change {
  readonly how: "line-ends" | "byte-order-mark" | "inserted";
  /** What was put in, for `inserted`; else 0 and 0. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** Bytes that may be hashed for one file: a tenth of a second's work. */
const BUDGET_BYTES = 24 * 1024 * 1024;
/** Hashing a short stretch costs as much as this many bytes. */
const COST_OF_HASH = 1_000;
/** Larger files are not tried: a page that people sign in on has 20 KiB. */
const MAX_BYTES = 256 * 1024;
/** With these a page or a script can end; code is often put behind the last one without a line end between. */
const ENDS: ReadonlySet<number> = new Set(Buffer.from("\n>};"));

/**
 * Finds what was put into a file, without having the file as it was: a shipped file whose hash is known is what is left when the
 * right stretch of lines is taken out. Nothing is found when lines were edited or taken away, in several places, or in a large file.
 * @param isShipped true for the SHA-256 (hex) of a file that ships at this place.
 */
export function explainChange(bytes: Uint8Array, isShipped: (sha256: string) => boolean): Change | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (data.length > MAX_BYTES) return null;
  return explainForm(data, isShipped) ?? explainAppended(data, isShipped) ?? explainInserted(data, isShipped);
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function explainForm(data: Buffer, isShipped: (sha256: string) => boolean): Change | null {
  const marked = data.subarray(0, 3).equals(MARK);
  const plain = marked ? data.subarray(3) : data;
  const text = plain.toString("latin1");
  const forms: readonly (readonly [Change["how"], Buffer])[] = [
    ["byte-order-mark", marked ? plain : Buffer.concat([MARK, plain])],
    ...[text.replaceAll("\r\n", "\n"), text.replace(/\r?\n/gu, "\r\n")].flatMap((form) => {
      const unix = Buffer.from(form, "latin1");
      return [["line-ends", unix] as const, ["line-ends", Buffer.concat([MARK, unix])] as const];
    }),
  ];
  const found = forms.find(([, form]) => isShipped(createHash("sha256").update(form).digest("hex")));
  return found === undefined ? null : { how: found[0], offsetBytes: 0, lengthBytes: 0 };
}

/** The longest beginning that ships: the rest was put behind it. */
function explainAppended(data: Buffer, isShipped: (sha256: string) => boolean): Change | null {
  const hash = createHash("sha256");
  let found: Change | null = null;
  let hashed = 0;
  for (let end = 1; end < data.length; end++) {
    if (!ENDS.has(data[end - 1] ?? 0)) continue;
    hash.update(data.subarray(hashed, end));
    hashed = end;
    if (isShipped(digestOf(hash)))
      found = { how: "inserted", offsetBytes: end, lengthBytes: data.length - end };
  }
  return found;
}

/** Whole lines put in at one place, short stretches first. */
function explainInserted(data: Buffer, isShipped: (sha256: string) => boolean): Change | null {
  const cuts = lineStarts(data);
  const heads: Hash[] = [];
  const running = createHash("sha256");
  for (const [index, cut] of cuts.entries()) {
    running.update(data.subarray(cuts[index - 1] ?? 0, cut));
    heads.push(running.copy());
  }
  let left = BUDGET_BYTES;
  for (let lines = 1; lines < cuts.length; lines++)
    for (let first = 0; first + lines < cuts.length; first++) {
      const [from = 0, to = 0] = [cuts[first], cuts[first + lines]];
      left -= data.length - to + COST_OF_HASH;
      const head = heads[first];
      if (left < 0 || head === undefined) return null;
      if (isShipped(head.copy().update(data.subarray(to)).digest("hex")))
        return { how: "inserted", offsetBytes: from, lengthBytes: to - from };
    }
  return null;
}

function digestOf(hash: Hash): string {
  return hash.copy().digest("hex");
}

/** Offsets at which lines begin, 0 and the end included. */
function lineStarts(data: Buffer): readonly number[] {
  const starts = [0];
  for (let at = data.indexOf(0x0a); at >= 0 && at + 1 < data.length; at = data.indexOf(0x0a, at + 1))
    starts.push(at + 1);
  return [...starts, data.length];
}
