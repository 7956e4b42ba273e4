import type { Network } from "../rule/search.ts";

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const QUAD = `${OCTET}(?:\\.${OCTET}){3}`;
const GROUP = "[0-9a-f]{1,4}";

/** Whether a text is an address inside of a network, without DuckDB's extension for addresses. Patterns hold no quotes. */
export function networkCondition(value: string, network: Network): string {
  // As in the evaluator: blanks around, a zone behind, brackets around an address are left out.
  const bare = `regexp_replace(regexp_replace(lower(trim(${value}, ${BLANKS})), '%.*$', ''), '^\\[(.*)\\]$', '\\1')`;
  return network.bytes.length === 4
    ? `regexp_matches(${bare}, '\\A(?:::ffff:)?${quadPattern(network)}\\z')`
    : `regexp_matches(${sixteenBytes(bare)}, '\\A${hexPattern(network)}')`;
}

const BLANKS =
  "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(5760) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) || chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) || chr(8239) || chr(8287) || chr(12288) || chr(65279)";

function quadPattern({ bytes, prefixBits }: Network): string {
  return bytes
    .map((byte, i) => {
      const bits = Math.min(8, Math.max(0, prefixBits - i * 8));
      if (bits === 0) return OCTET;
      const first = byte & (0xff << (8 - bits)) & 0xff;
      const count = 1 << (8 - bits);
      return `(?:${Array.from({ length: count }, (_, n) => first + n).join("|")})`;
    })
    .join("\\.");
}

function hexPattern({ bytes, prefixBits }: Network): string {
  const digits = bytes.flatMap((byte) => [byte >> 4, byte & 15]);
  return digits
    .slice(0, Math.ceil(prefixBits / 4))
    .map((digit, i) => {
      const bits = Math.min(4, prefixBits - i * 4);
      const first = digit & (0xf << (4 - bits)) & 0xf;
      const choices = Array.from({ length: 1 << (4 - bits) }, (_, n) => (first + n).toString(16));
      return choices.length === 1 ? (choices[0] ?? "") : `[${choices.join("")}]`;
    })
    .join("");
}

/** The 32 hexadecimal digits of an IPv6 address; null when the text is none, or only another form of an IPv4 address. */
function sixteenBytes(bare: string): string {
  const tail = (i: number): string => `CAST(regexp_extract(${bare}, '${QUAD_PARTS}', ${i}) AS INTEGER)`;
  const words = `regexp_replace(${bare}, ':${QUAD}$', printf(':%x:%x', ${tail(1)} * 256 + ${tail(2)}, ${tail(3)} * 256 + ${tail(4)}))`;
  const address = `CASE WHEN regexp_matches(${bare}, '\\A::ffff:${QUAD}\\z') THEN NULL WHEN regexp_matches(${bare}, ':${QUAD}\\z') THEN ${words} ELSE ${bare} END`;
  const head = `split_part(a, '::', 1)`;
  const rest = `split_part(a, '::', 2)`;
  const zeros = `repeat('0', greatest(0, 32 - length(${padded(head)}) - length(${padded(rest)})))`;
  return `(SELECT CASE WHEN regexp_matches(a, '${IPV6}') THEN ${padded(head)} || ${zeros} || ${padded(rest)} END FROM (SELECT ${address} AS a))`;
}

const QUAD_PARTS = `:(${OCTET})\\.(${OCTET})\\.(${OCTET})\\.(${OCTET})\\z`;

/** Eight groups, or fewer around one double colon. */
const IPV6 = `\\A(?:${[
  `(?:${GROUP}:){7}${GROUP}`,
  `::(?:${GROUP}(?::${GROUP}){0,6})?`,
  ...[1, 2, 3, 4, 5, 6].map((n) => `${GROUP}(?::${GROUP}){${n - 1}}::(?:${GROUP}(?::${GROUP}){0,${6 - n}})?`),
  `${GROUP}(?::${GROUP}){6}::`,
].join("|")})\\z`;

/** Each group of digits with leading zeros to four, colons taken out. */
function padded(groups: string): string {
  const long = `regexp_replace(':' || ${groups}, ':(${GROUP})\\b', ':000\\1', 'g')`;
  return `regexp_replace(regexp_replace(${long}, ':[0-9a-f]*?([0-9a-f]{4})\\b', '\\1', 'g'), ':', '', 'g')`;
}
