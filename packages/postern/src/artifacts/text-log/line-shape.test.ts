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
        const shapes = kernel.readShapes(lines.length, {
          delimiter: delimiter.charCodeAt(0),
          delimiters: wanted,
          client: null,
        });
        expect([...shapes.subarray(0, lines.length)]).toEqual(plain);
      },
    ),
  );
});

test.skipIf(KERNEL === null)(
  "lines are the same whether they are cut first and looked at then, or both in one pass",
  () => {
    if (KERNEL === null) return;
    const kernel = KERNEL;
    const sought = ["203.0.113.7", "10.1.2.3"];
    const value = fc.oneof(
      fc.constantFrom(
        "2021-03-03 09:12:13",
        "2021-03-03",
        "203.0.113.7",
        "10.1.2.3",
        "::1",
        "-",
        "",
        '"',
        "\0",
        "a".repeat(70),
      ),
      fc.ipV4(),
      fc.stringMatching(/^[a-z0-9./]{0,40}$/u),
    );
    const line = fc.array(value, { maxLength: 9 }).map((values) => values.join(" "));
    const lines = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 40 });
    const looked = (length: number, client: number | null, expected: boolean): unknown => {
      const shape = { delimiter: 0x20, delimiters: 4, client };
      kernel.expectLines(expected ? shape : null);
      const cut = kernel.findLines(0, length);
      if (cut === null) throw new Error("too many lines");
      const stamps = [...kernel.readShapes(cut.count, shape).subarray(0, cut.count)];
      const bounds = [...kernel.starts.subarray(0, cut.count), ...kernel.ends.subarray(0, cut.count)];
      const found: number[] = [];
      if (client !== null) kernel.findClients(cut.count, sought, (index) => found.push(index));
      kernel.startAddresses();
      if (client !== null) kernel.collectAddresses({ from: 0, to: cut.count });
      return { cut, stamps, bounds, found, addresses: kernel.addresses() };
    };
    fc.assert(
      fc.property(
        lines,
        fc.string({ maxLength: 30 }),
        fc.constantFrom(null, 0, 2, 3, 4),
        (parts, rest, client) => {
          const text = `${parts.map((part) => part.join("")).join("")}${rest.replaceAll("\n", "")}`;
          kernel.text.fill(0x0a);
          const length = kernel.text.write(text, "utf8");
          expect(looked(length, client, true)).toEqual(looked(length, client, false));
        },
      ),
      { numRuns: 500 },
    );
    kernel.expectLines(null);
  },
);
