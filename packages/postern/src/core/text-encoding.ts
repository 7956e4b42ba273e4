/** How the text of an item is stored. `utf-8` also stands for every 8-bit text: bytes are not interpreted here. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be";

/** Finds a text's encoding by its byte order mark, or by NUL bytes at every second place; `bomBytes` is the mark's length. */
export function detectEncoding(head: Uint8Array): {
  readonly encoding: TextEncoding;
  readonly bomBytes: number;
} {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", bomBytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", bomBytes: 2 };
  const [a = 0, b = 0, c = 0, d = 0] = head;
  if (isAscii(a) && b === 0 && isAscii(c) && d === 0) return { encoding: "utf-16le", bomBytes: 0 };
  if (a === 0 && isAscii(b) && c === 0 && isAscii(d)) return { encoding: "utf-16be", bomBytes: 0 };
  const looked = Math.min(head.length & ~1, 512);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < looked; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  const most = looked / 2;
  if (looked >= 8 && odd > most * 0.7 && even < most * 0.1) return { encoding: "utf-16le", bomBytes: 0 };
  if (looked >= 8 && even > most * 0.7 && odd < most * 0.1) return { encoding: "utf-16be", bomBytes: 0 };
  return { encoding: "utf-8", bomBytes: 0 };
}

function isAscii(byte: number): boolean {
  return byte > 0 && byte < 0x80;
}
