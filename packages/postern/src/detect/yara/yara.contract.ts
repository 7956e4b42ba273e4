/* eslint-disable max-lines-per-function -- the suite is one function, so that each engine's test can run it */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { YARA_SCAN_LIMIT_BYTES, YARA_STRINGS_LIMIT, type YaraEngine } from "./engine.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const source = (text: string, file = "a.yar") => ({ file, text });

/** What every YARA engine must do; run by each implementation's test. */
export function describeYaraEngine(create: () => YaraEngine): void {
  const compile = async (...texts: string[]) =>
    create().compile(texts.map((text, index) => source(text, `${String.fromCharCode(97 + index)}.yar`)));

  describe("a YARA engine", () => {
    it("says which rule holds, with its meta and the place of each string", async () => {
      const { scanner, problems } = await compile(
        `rule first { meta: id = "pack/first" weight = 3 strings: $a = "needle" condition: $a }`,
      );
      expect(problems).toEqual([]);
      expect(scanner.rules).toEqual(["first"]);
      const [match] = scanner.scan(bytes("hay needle hay needle"));
      expect(match).toMatchObject({ rule: "first", file: "a.yar" });
      expect({ ...match?.meta }).toEqual({ id: "pack/first", weight: "3" });
      expect(match?.strings).toEqual([
        { id: "$a", offsetBytes: 4, lengthBytes: 6 },
        { id: "$a", offsetBytes: 15, lengthBytes: 6 },
      ]);
      expect(scanner.scan(bytes("hay"))).toEqual([]);
    });

    it("counts offsets in bytes when the text before holds other alphabets and bytes that are no text", async () => {
      const { scanner } = await compile(`rule r { strings: $a = { 00 FF 80 } condition: $a }`);
      const [match] = scanner.scan(Uint8Array.from([0xc3, 0xa9, 0xff, 0x00, 0xff, 0x80]));
      expect(match?.strings).toEqual([{ id: "$a", offsetBytes: 3, lengthBytes: 3 }]);
    });

    it("leaves a broken file out, says where it is broken, and uses the others", async () => {
      const { scanner, problems } = await compile(
        `rule good { strings: $a = "x1y2z3" condition: $a }`,
        `rule bad {\n  condition:\n    nothing\n}`,
        `rule cut { condition: true`,
      );
      expect(scanner.rules).toEqual(["good"]);
      expect(problems.map((problem) => [problem.severity, problem.at.file, problem.at.line])).toEqual([
        ["error", "b.yar", 3],
        ["error", "c.yar", 1],
      ]);
      expect(scanner.scan(bytes("x1y2z3"))).toHaveLength(1);
    });

    it("refuses a second rule of the same name and files that pull in others", async () => {
      const { scanner, problems } = await compile(
        `rule same { condition: true }`,
        `\nrule same { condition: false }`,
        `include "/etc/passwd"`,
      );
      expect(scanner.rules).toEqual(["same"]);
      expect(problems.map((problem) => [problem.at.file, problem.at.line])).toEqual([
        ["b.yar", 2],
        ["c.yar", 1],
      ]);
    });

    it("knows the name and path of the file as external variables", async () => {
      const { scanner, problems } = await compile(
        `rule named { meta: filetype = "kept" condition: filename matches /\\.aspx$/i and filepath contains "auth" and extension == ".aspx" // filename\n }`,
      );
      expect(problems).toEqual([]);
      const externals = {
        filename: "A.aspx",
        filepath: "C:\\owa\\auth",
        extension: ".aspx",
        filetype: "",
        owner: "",
      };
      expect(scanner.scan(bytes(""), externals).map((match) => ({ ...match.meta }))).toEqual([
        { filetype: "kept" },
      ]);
      expect(scanner.scan(bytes(""), { ...externals, filename: "a.txt" })).toEqual([]);
    });

    it("cannot be talked into another rule by a file name", async () => {
      const { scanner } = await compile(`rule named { condition: filename == "x" }`);
      const externals = { filename: `" or true or "`, filepath: "", extension: "", filetype: "", owner: "" };
      expect(scanner.scan(bytes(""), externals)).toEqual([]);
    });

    it("tells a bounded number of strings", async () => {
      const { scanner } = await compile(`rule many { strings: $a = "abcd" condition: $a }`);
      expect(scanner.scan(bytes("abcd".repeat(500)))[0]?.strings).toHaveLength(YARA_STRINGS_LIMIT);
    });

    it("refuses more bytes than it promises to take", async () => {
      const { scanner } = await compile(`rule r { condition: true }`);
      expect(() => scanner.scan(new Uint8Array(YARA_SCAN_LIMIT_BYTES + 1))).toThrow("Too many bytes");
    });

    it("finds in the two hundred and fiftieth file what it finds in the first, without growing", async () => {
      const { scanner } = await compile(`rule r { strings: $a = "needle" condition: $a }`);
      scanner.scan(new Uint8Array(1 << 20));
      const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
      for (let round = 0; round < 250; round++) expect(scanner.scan(bytes("a needle"))).toHaveLength(1);
      const after = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
      expect(after - before).toBeLessThan(64 * 1024 * 1024);
    });

    it("answers the same for any bytes, twice", async () => {
      const { scanner } = await compile(`rule r { strings: $a = /[a-f]{2}[0-9]/ condition: $a }`);
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
          expect(scanner.scan(any)).toEqual(scanner.scan(any));
        }),
        { numRuns: 50 },
      );
    });
  });
}
