import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockKernel } from "../../core/index.ts";
import { WHOLE_RECORD } from "../../model/index.ts";
import { LineGlimpse } from "./line-glimpse.ts";

const kernel = BlockKernel.load();
if (kernel === null) throw new Error("the compiled kernels are missing: npm run kernels");

/** The line as a glimpse sees it, in the kernel's memory where one is given. */
function look(glimpse: LineGlimpse, line: string, by: BlockKernel | null, at = 0): LineGlimpse {
  const bytes = by?.text ?? Buffer.alloc(at + line.length * 3);
  const length = bytes.write(line, at, "utf8");
  glimpse.look(bytes, { start: at, end: at + length }, by);
  return glimpse;
}

describe.each([
  ["by plain JavaScript", null],
  ["by the kernel", kernel],
])("what is told %s of a line before it is parsed", (_name, by) => {
  const columns = ["cs-method", "cs-uri-stem", "sc-status"];

  it("is its columns as they are and the whole of it in lower case, of the line that was looked at last", () => {
    const glimpse = new LineGlimpse(columns, " ");
    look(glimpse, "GET /OWA/ 200", by);
    expect(["cs-uri-stem", "sc-status", "c-ip"].map((name) => glimpse.get(name))).toEqual([
      ...["/OWA/", "200", null],
    ]);
    expect(glimpse.get(WHOLE_RECORD)).toBe("get /owa/ 200");
    look(glimpse, "POST /ecp/ 302", by, 14);
    expect(glimpse.get("cs-method")).toBe("POST");
    expect(glimpse.get(WHOLE_RECORD)).toBe("post /ecp/ 302");
  });

  it("is cut at commas where the log is", () => {
    const glimpse = new LineGlimpse(["DateTime", "UserAgent", "ErrorCode", "Method"], ",");
    look(glimpse, "2021-03-03,a b\tc,,x", by);
    expect(["UserAgent", "ErrorCode", "Method"].map((name) => glimpse.get(name))).toEqual([
      "a b\tc",
      "",
      "x",
    ]);
  });

  it("is the whole alone where the log is not cut at blanks", () => {
    const glimpse = look(new LineGlimpse([], ","), "GET /OWA/ 200", by);
    expect([glimpse.get("cs-method"), glimpse.get(WHOLE_RECORD)]).toEqual([null, "get /owa/ 200"]);
    expect(glimpse.numberOf(columns)).toBeNull();
  });

  it("is nothing of values beyond ASCII, and of lines cut at blanks with a tab", () => {
    const glimpse = new LineGlimpse(columns, " ");
    expect(look(glimpse, "GET /a\u00e9 200", by).get("cs-uri-stem")).toBeNull();
    expect(look(glimpse, "GET /a\tb 200", by).get("cs-method")).toBeNull();
    expect(glimpse.numberOf(columns)).toBeNull();
  });
});

describe("the number of values", () => {
  const names = ["date", "cs-method", "cs-uri-stem", "sc-status", "time-taken"];
  const columns = ["cs-method", "cs-uri-stem"];
  const number = (line: string, of = columns, named = names): number | null =>
    look(new LineGlimpse(named, " "), line, kernel).numberOf(of);

  it("is the same for the same values of the same columns, and for no others", () => {
    const value = fc.stringMatching(/^[a-c/]{0,40}$/u);
    const seen = new Map<number | null, string>();
    fc.assert(
      fc.property(value, value, value, (method, stem, other) => {
        const found = number(`2021 ${method} ${stem} 200 ${other}`);
        expect(found).not.toBeNull();
        expect(number(`${other} ${method} ${stem} 302 1`)).toBe(found);
        const values = `${method} ${stem}`;
        expect(seen.get(found) ?? values).toBe(values);
        seen.set(found, values);
      }),
    );
  });

  it("differs where other columns are asked for, or the header names others", () => {
    const line = "2021 GET /owa 200 1";
    const others = ["cs-uri-stem", "sc-status"];
    const numbers = [number(line), number(line, others), number(line, columns, ["x", ...names.slice(1)])];
    expect(new Set(numbers).size).toBe(3);
  });

  it("is never given twice, however many values there are", () => {
    const first = number("2021 GET /first 200 1");
    const numbers = new Set(Array.from({ length: 40_000 }, (_, i) => number(`2021 GET /${String(i)} 200 1`)));
    expect(numbers.size).toBe(40_000);
    expect(numbers.has(first)).toBe(false);
  });

  it("is not given for values that are very long together", () => {
    expect(number(`2021 GET /${"a".repeat(5000)} 200 1`)).toBeNull();
  });
});

describe("whether one of a few texts stands in a line", () => {
  const texts = [
    "whoami",
    "cmd.exe",
    "powershell",
    "net%20user",
    "a very long text of more than thirty-two characters",
  ];
  const holds = (line: string, at = 0): boolean | null =>
    look(new LineGlimpse(["a"], " "), line, kernel, at).holdsAny(texts);

  it("is said of the line and of nothing before or behind it, letters in any case", () => {
    const piece = fc.oneof(
      fc.constantFrom(...texts, "WhoAmI", "cmd", ".exe", "net%20", "user", "power", "shell", " "),
      fc.string({ maxLength: 20 }).map((text) => text.replace(/[^ -~]/gu, "")),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(100), (pieces, at) => {
        kernel.text.write("whoamiwhoamicmd.exe", Math.max(0, at - 19));
        const line = pieces.join("");
        expect(holds(line, at)).toBe(texts.some((text) => line.toLowerCase().includes(text.slice(0, 32))));
      }),
    );
  });

  it("is not said of more texts than the kernel looks for, nor without it", () => {
    const many = Array.from({ length: 17 }, (_, i) => `text${String(i)}`);
    expect(look(new LineGlimpse(["a"], " "), "text1", kernel).holdsAny(many)).toBeNull();
    expect(look(new LineGlimpse(["a"], " "), "whoami", null).holdsAny(texts)).toBeNull();
  });
});
