import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockKernel, compileLiterals } from "./index.ts";

const KERNEL = BlockKernel.load();

/** What a filter finds; the compiled kernels must find the same. */
function hits(literals: readonly string[], text: string, sample = ""): Set<string> {
  const filter = compileLiterals(literals, Buffer.from(sample, "latin1"));
  const order = [...new Set(literals.map((l) => l.toLowerCase()))].sort();
  const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
  const found = new Set<string>();
  filter.scan(bytes, bytes.length, (at, literal) => found.add(`${String(at)}:${order[literal] ?? "?"}`));
  const compiled = new Set<string>();
  if (KERNEL === null) throw new Error("the kernels are not compiled: npm run kernels");
  KERNEL.text.set(bytes);
  filter.scan(
    KERNEL.text,
    bytes.length,
    (at, literal) => compiled.add(`${String(at)}:${order[literal] ?? "?"}`),
    KERNEL,
  );
  expect(compiled).toEqual(found);
  return found;
}

function plain(literals: readonly string[], text: string): Set<string> {
  const found = new Set<string>();
  const lower = text.toLowerCase();
  for (const literal of new Set(literals.map((l) => l.toLowerCase()))) {
    for (let at = lower.indexOf(literal); at >= 0; at = lower.indexOf(literal, at + 1))
      found.add(`${String(at)}:${literal}`);
  }
  return found;
}

test("finds a literal at any alignment and in any case", () => {
  for (let pad = 0; pad < 9; pad++) {
    const text = `${"-".repeat(pad)}SERVERINFO~a]@host`;
    expect(hits(["ServerInfo~"], text)).toEqual(new Set([`${String(pad)}:serverinfo~`]));
  }
});

test("finds nothing in an empty buffer and refuses a literal that is too short", () => {
  expect(hits(["abcd"], "")).toEqual(new Set());
  expect(() => compileLiterals(["abc"])).toThrow(/too short/u);
});

test("agrees with a plain search on any text and any literals, with or without a sample", () => {
  const alphabet = fc.constantFrom(...Array.from("aAbB./@~-0 "));
  const text = fc.array(alphabet, { maxLength: 200 }).map((c) => c.join(""));
  const literal = fc.array(alphabet, { minLength: 4, maxLength: 9 }).map((c) => c.join(""));
  fc.assert(
    fc.property(
      text,
      fc.array(literal, { minLength: 1, maxLength: 6 }),
      text,
      (haystack, literals, sample) => {
        const hay = haystack + (literals[0] ?? "");
        expect(hits(literals, hay, sample)).toEqual(plain(literals, hay));
      },
    ),
  );
});

test("agrees with a plain search for few literals and many, short ones and long ones", () => {
  const alphabet = fc.constantFrom(...Array.from("abZ./@~0\u00e9"));
  const literal = (least: number, most: number): fc.Arbitrary<string> =>
    fc.array(alphabet, { minLength: least, maxLength: most }).map((c) => c.join(""));
  const lengths = fc.constantFrom<readonly [number, number]>([4, 24], [4, 6], [7, 10], [11, 24], [4, 10]);
  const literals = lengths.chain(([least, most]) =>
    fc.array(literal(least, most), { minLength: 1, maxLength: 40 }),
  );
  fc.assert(
    fc.property(literals, fc.array(alphabet, { maxLength: 60 }), fc.nat(40), (texts, between, pad) => {
      const filler = between.join("");
      const hay = "-".repeat(pad) + texts.map((text) => text.toUpperCase() + filler).join("");
      const latin = Buffer.from(hay, "latin1").toString("latin1");
      expect(hits(texts, latin)).toEqual(plainAscii(texts, latin));
    }),
  );
});

/** As {@link plain}, but only A to Z have two forms. */
function plainAscii(literals: readonly string[], text: string): Set<string> {
  const lower = text.replace(/[A-Z]/gu, (letter) => letter.toLowerCase());
  const found = new Set<string>();
  for (const literal of new Set(literals.map((l) => l.toLowerCase())))
    for (let at = lower.indexOf(literal); at >= 0; at = lower.indexOf(literal, at + 1))
      found.add(`${String(at)}:${literal}`);
  return found;
}

test("finds all of them where they are more than the kernels hold, and more literals than fit", () => {
  const nested = Array.from({ length: 40 }, (_, index) => "a".repeat(11 + index));
  const text = "a".repeat(3_000);
  expect(hits(nested, text).size).toBe(nested.reduce((sum, { length }) => sum + 3_001 - length, 0));
  const many = Array.from({ length: 9_000 }, (_, index) => `/page-${String(index)}.aspx`);
  expect(hits(many, "GET /page-8123.aspx HTTP")).toEqual(new Set(["4:/page-8123.aspx"]));
});

test("finds literals in a large text, over all borders of what is looked through at once", () => {
  const literals = ["/ecp/y.js", "abcde", "wxyz"];
  const places = [0, 65_529, 65_534, 65_536, 131_067, 131_071, 262_139];
  const text = Array.from({ length: 262_160 }, () => "-");
  for (const [index, place] of places.entries())
    for (const [step, character] of Array.from(literals[index % 3] ?? "").entries())
      if (text[place + step] === "-") text[place + step] = character;
  expect(hits(literals, text.join(""))).toEqual(plain(literals, text.join("")));
});
