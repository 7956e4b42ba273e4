import { isIP } from "node:net";

import type { Network } from "../rule/search.ts";

/** Reads `10.0.0.0/8` or `fe80::/10`, also a bare address; null when it is neither. */
export function parseNetwork(text: string): Network | null {
  const [address = "", prefix, ...rest] = text.trim().split("/");
  const bytes = parseAddress(address);
  if (bytes === null || rest.length > 0) return null;
  const prefixBits = prefix === undefined ? bytes.length * 8 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (prefixBits < 0 || prefixBits > bytes.length * 8) return null;
  return Object.freeze({ bytes: Object.freeze(bytes), prefixBits });
}

/** The 4 or 16 bytes of an address (a zone such as %3 is left out), or null. IPv4 inside IPv6 (::ffff:a.b.c.d) gives 4. */
export function parseAddress(text: string): number[] | null {
  const bare = text.replace(/%.*$/, "").replace(/^\[(.*)\]$/, "$1");
  const kind = isIP(bare);
  if (kind === 4) return bare.split(".").map(Number);
  if (kind !== 6) return null;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1].split(".").map(Number);
  return bytesOfIpv6(bare);
}

function bytesOfIpv6(text: string): number[] {
  const dotted = text.replace(/\d+\.\d+\.\d+\.\d+$/, (quad) => {
    const [a = 0, b = 0, c = 0, d = 0] = quad.split(".").map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = "", tail] = dotted.split("::");
  const words = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
  const front = words(head);
  const back = tail === undefined ? [] : words(tail);
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const all = [...front, ...Array.from({ length: zeros }, () => 0), ...back];
  return all.flatMap((word) => [word >> 8, word & 0xff]);
}
