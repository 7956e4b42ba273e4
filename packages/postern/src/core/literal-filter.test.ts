import fc from "fast-check";
import { expect, test } from "vitest";
import { compileLiterals } from "./index.ts";

function hits(literals: readonly string[], text: string, sample = ""): Set<string> {
  const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
  const found = new Set<string>();
  const order = [...new Set(literals.map((l) => l.toLowerCase()))].sort();
  compileLiterals(literals, Buffer.from(sample, "latin1")).scan(bytes, bytes.length, (at, literal) => {
    found.add(`${String(at)}:${order[literal] ?? "?"}`);
  });
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
