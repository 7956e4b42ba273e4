import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockKernel } from "../../core/index.ts";
import { countDelimiters, readStamp, stampToMs } from "./line-shape.ts";

const KERNEL = BlockKernel.load();

test("the time at the start of a line is read as a number, and only a real one", () => {
  const stampOf = (text: string): number => readStamp(Buffer.from(text), 0, text.length);
  expect(stampOf("2021-03-03 09:12:13 10.0.0.5")).toBe(20_210_303_091_213);
  expect(stampOf("2021-03-03T09:12:13.001Z")).toBe(20_210_303_091_213);
  for (const text of ["", "2021-03-03", "2021-03-03X09:12:13", "2021/03/03 09:12:13", "2021-03-0a 09:12:13"])
    expect(stampOf(text)).toBe(-1);
  expect(stampToMs(20_210_303_091_213)).toBe(Date.UTC(2021, 2, 3, 9, 12, 13));
  expect(stampToMs(20_211_303_091_213)).toBeNull();
});

test("the compiled kernel says of any line what plain JavaScript says", () => {
  if (KERNEL === null) throw new Error("the kernels are not compiled: npm run kernels");
  const kernel = KERNEL;
  const start = fc.constantFrom("2021-03-03 09:12:13", "2021-13-03T09:12:13.5Z", "2021-03-03 09:1x:13", "");
  const character = fc.constantFrom(...' ,"\0ab-0123456789'.split(""));
  const rest = fc.oneof(fc.string({ unit: character, maxLength: 60 }), fc.constant(" a".repeat(5000)));
  const long = fc.array(fc.tuple(start, rest), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      long,
      fc.constantFrom(" ", ","),
      fc.integer({ min: 0, max: 12 }),
      (parts, delimiter, wanted) => {
        const lines = parts.map((part) => part.join(""));
        const text = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        kernel.text.fill(0x20).set(text);
        let at = 0;
        const plain = lines.map((line, index) => {
          const [from, to] = [at, at + Buffer.byteLength(line)];
          kernel.starts[index] = from;
          kernel.ends[index] = to;
          at = to + 1;
          const count = countDelimiters(text, { start: from, end: to }, delimiter.charCodeAt(0), true);
          return count === wanted ? readStamp(text, from, to) : -1;
        });
        const shapes = kernel.readShapes(lines.length, delimiter.charCodeAt(0), wanted);
        expect([...shapes.subarray(0, lines.length)]).toEqual(plain);
      },
    ),
  );
});
