/**
 * EBCDIC as .NET and Windows know it. All code pages of the Latin script share letters and digits; they differ in
 * brackets and signs, which the second table gives. Source: IBM's code page tables as the GNU C library carries them.
 */
const CODE_PAGE_37 = Buffer.from(
  "AAECA5wJhn+XjY4LDA0ODxAREhOdhQiHGBmSjxwdHh+AgYKDhAoXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGiCg4uTg4ePl5/GiLjwoK3wm6err6O3u7+zf" +
    "ISQqKTusLS/CxMDBw8XH0aYsJV8+P/jJysvIzc7PzGA6I0AnPSLYYWJjZGVmZ2hpq7vw/f6xsGprbG1ub3Bxcqq65rjGpLV+c3R1dnd4eXqhv9Dd3q5eo6W3" +
    "qae2vL2+W12vqLTXe0FCQ0RFRkdISa309vLz9X1KS0xNTk9QUVK5+/z5+v9c91NUVVZXWFlastTW0tPVMDEyMzQ1Njc4ObPb3Nnanw==",
  "base64",
).toString("latin1");

/** Code page to pairs of byte (hex) and sign, where it differs from code page 37. */
const SIGNS: Readonly<Record<number, string>> = {
  37: "",
  273: "43{4f!59~5f^63[b5@bb|dc}ec\\fc]",
  277: "47}4a#4f!5f^67$80@9c{9e[9f]bb|dc~",
  278: "43{47}4f!51`5f^63#67$9f]b5[bb|dc~ec@",
  280: "44{48\\4f!51]54}58~5f^90[b1#b5@bb|dd`",
  284: "4a[5a]69#ba^bb!bd~",
  285: "4a$b1[ba^bc~",
  297: "44@48\\4f!51{54}5f^90[a0`b1#b5]bb|bd~",
  500: "4a[4f!5a]5f^bb|",
  870: "4a[4f!5a]5f^6a|",
  871: "4f!8c`8e{9c}9e]ac@ae[bb|be\\cc~ec^",
  1026: '48{4f!5f^68[8c}8d`ac]ad$ae@bb|cc~dc\\ec#fc"',
  1047: "5f^ad[bd]",
};

/** .NET's own numbers for the same tables: 1140 to 1149 carry the euro, 20xxx the older ones. */
const SAME_AS: Readonly<Record<number, number>> = {
  1140: 37,
  1141: 273,
  1142: 277,
  1143: 278,
  1144: 280,
  1145: 284,
  1146: 285,
  1147: 297,
  1148: 500,
  1149: 871,
  20273: 273,
  20277: 277,
  20278: 278,
  20280: 280,
  20284: 284,
  20285: 285,
  20297: 297,
  20871: 871,
  20924: 1047,
  875: 500,
  20880: 500,
  21025: 500,
  20905: 1026,
};

/** Code page of a table that decodes this number; null for numbers that are no EBCDIC. */
export function ebcdicOf(codePage: number): number | null {
  const same = SAME_AS[codePage] ?? codePage;
  return SIGNS[same] === undefined ? null : same;
}

/** Decodes EBCDIC byte by byte: a character keeps the place of its byte. Unknown code pages are read as 37. */
export function decodeEbcdic(bytes: Uint8Array, codePage: number): string {
  const table = Array.from(CODE_PAGE_37);
  for (const pair of (SIGNS[codePage] ?? "").matchAll(/([0-9a-f]{2})(.)/gu)) {
    table[Number.parseInt(pair[1] ?? "0", 16)] = pair[2] ?? "";
  }
  const parts: string[] = [];
  for (const byte of bytes) parts.push(table[byte] ?? " ");
  // Next line (0x15) and line feed (0x25) both end lines there.
  return parts.join("").replaceAll("\u0085", "\n");
}

/** Bytes looked at to find out whether a file is EBCDIC. */
const PROBE = 8192;

/**
 * Tells EBCDIC by its blanks and by `<%`, and the code page by the signs that code needs.
 * @returns null when the bytes are something else.
 */
export function findEbcdic(bytes: Uint8Array): number | null {
  const head = bytes.subarray(0, PROBE);
  if (Buffer.from(head).indexOf(Buffer.from([0x4c, 0x6c])) < 0) return null;
  let blanks = 0;
  let letters = 0;
  for (const byte of head) {
    if (byte === 0x40) blanks++;
    else if ((byte >= 0x81 && byte <= 0xa9) || (byte >= 0xc1 && byte <= 0xe9)) letters++;
  }
  if (blanks + letters < head.length * 0.5) return null;
  let best = 37;
  let most = -1;
  for (const codePage of Object.keys(SIGNS).map(Number)) {
    const text = decodeEbcdic(head, codePage);
    const signs = text.match(/[[\]{}"@\\]/gu)?.length ?? 0;
    const strange = text.match(/[\u0080-\u00ff]/gu)?.length ?? 0;
    if (signs - strange * 2 > most || most < 0) {
      most = Math.max(signs - strange * 2, 0);
      best = codePage;
    }
  }
  return best;
}
