import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_EXTERNALS } from "./engine.ts";
import { createLibyaraWasm } from "./index.ts";

/** Rules of every shape that the filter reads. */
const RULES = String.raw`
import "pe"
rule text { strings: $a = "abab" condition: $a }
rule any_case { strings: $a = "cdCD" nocase condition: $a }
rule wide_text { strings: $a = "abc" wide condition: $a }
rule both { strings: $a = "bcd" wide ascii nocase condition: $a }
rule keyed { strings: $a = "abcab" xor condition: $a }
rule coded { strings: $a = "abcabc" base64 base64wide condition: $a }
rule bytes { strings: $a = { 61 ?? 63 [0-2] ( 64 | 65 66 ) 61 } condition: $a }
rule regex { strings: $a = /a[bB]c+d?(ab|cd){1,2}/ condition: $a }
rule regex_either { strings: $a = /abc|x?dcb|[ab]{2}cc/i condition: $a }
rule regex_wide { strings: $a = /ab(c|d)/ wide condition: $a }
rule short { strings: $a = "d" $b = "aa" condition: #a > 3 or $b at 0 }
rule some { strings: $a1 = "ab" $a2 = "bc" $b = "cd" condition: 2 of ($a*, $b) and not $b at 0 }
rule counted { strings: $a = "ab" $b = "cd" condition: (#a + #b) > 3 and #a > #b }
rule sized { condition: filesize < 3 or filesize >= 30 }
rule numbers { condition: uint16(0) == 0x6261 or uint16be(1) == 0x6364 }
rule computed { condition: uint16(0) != 0x6261 and uint8(uint8(0) & 3) ^ uint8(1) == 0 | 3 and int8(0) << 1 > 190 - 2 }
rule distance { strings: $a = "ab" $b = "cd" condition: (@b - @a) < 3 }
rule matched_name { strings: $a = "a" condition: $a and filename matches /\.(as[cp]x|TXT)$/i }
rule of_program { condition: pe.exports("x") or for any i in (0..pe.number_of_sections) : (pe.sections[i].name == "x") }
rule no_program { condition: pe.is_pe == 0 and not pe.is_dll() }
rule named_file { condition: filename == "a.aspx" and extension iequals ".ASPX" and filepath contains "b" }
rule by_rule { condition: text or (regex and not sized) }
rule by_place { strings: $a = "abc" condition: uint8(@a + 3) == 0x64 }
rule loops { strings: $a = "ab" $b = "cd" condition: for all of them : ( @ < 20 ) and for any i in (1..#a) : ( @a[i] > 2 ) }
private rule hidden { strings: $a = "dd" condition: $a }
rule shown { condition: hidden and any of (wide_*) or none of (by_rule) }
`;

describe("the filter before the YARA engine", () => {
  it("changes no answer: every file gets the matches that all rules give", async () => {
    const sources = [{ file: "a.yar", text: RULES.replace(" or none of (by_rule)", "") }];
    const fast = await createLibyaraWasm().compile(sources);
    const plain = await createLibyaraWasm({ everyRule: true }).compile(sources);
    expect(fast.problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const piece = fc.constantFrom(
      "a",
      "b",
      "c",
      "d",
      "ab",
      "cd",
      "abc",
      "\0",
      "a\0b\0c\0",
      "YWJj",
      "B",
      "CD",
      "`cb",
      "MZ",
    );
    const names = fc.constantFrom("a.aspx", "b.txt");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), names, (pieces, filename) => {
        const bytes = Buffer.from(pieces.join(""), "latin1");
        const externals = {
          ...NO_EXTERNALS,
          filename,
          filepath: `b/${filename}`,
          extension: filename.slice(1),
        };
        expect(fast.scanner.scan(bytes, externals)).toEqual(plain.scanner.scan(bytes, externals));
      }),
      { numRuns: 150 },
    );
  });

  it("lets a rule of every file see every file, and a global rule decide about the others", async () => {
    const text = `global rule g { condition: filesize < 10 } rule r { strings: $a = "abcd" condition: $a }`;
    const { scanner } = await createLibyaraWasm().compile([{ file: "a.yar", text }]);
    expect(scanner.scan(Buffer.from("abcd")).map(({ rule }) => rule)).toEqual(["g", "r"]);
    expect(scanner.scan(Buffer.from("abcd and much more"))).toEqual([]);
  });
});
