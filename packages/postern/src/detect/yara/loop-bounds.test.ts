import { expect, it } from "vitest";
import { createLibyaraWasm } from "./index.ts";

const compile = (...conditions: readonly string[]) =>
  createLibyaraWasm().compile(
    conditions.map((condition, index) => ({
      file: `${String(index)}.yar`,
      text: `rule r${String(index)} {\n  strings: $a = "needle"\n  condition:\n    (${condition}) or #a > 100\n}`,
    })),
  );

it.each([
  "for any i in (0..filesize) : (for any j in (0..filesize) : (uint8(i) == uint8(j) + 300))",
  "$a and for all i in (1..#a) : (for all j in (1..#a) : (@a[i] > @a[j] + 9))",
  "for any i in (0..2000) : (for any j in (0..2000) : (for any k in (0..2000) : (i + j == k + 9999)))",
])("a rule that could run for hours is refused with its place: %s", async (condition) => {
  const { scanner, problems } = await compile(condition, "$a");
  expect(scanner.rules).toEqual(["r1"]);
  expect(problems).toMatchObject([{ code: "YARA_RULE", severity: "error", at: { file: "0.yar", line: 4 } }]);
});

it.each([
  "for any i in (0..filesize) : (uint8(i) == 300)",
  "for all i in (1..#a) : (@a[i] > 3) and for any i in (0..filesize) : (uint8(i) == 7)",
  "for any i in (0..100) : (for any j in (0..100) : (i == j))",
  "for any of them : ($ at 0) and for any i in (1, 2, 3) : (uint8(i) == 0)",
])("a rule that ends in time is run: %s", async (condition) => {
  const { problems } = await compile(condition);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
});
