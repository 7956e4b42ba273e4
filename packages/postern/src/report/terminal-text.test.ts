import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldText, terminalBlock, terminalLine, textWidth, wrapText } from "./terminal-text.ts";
import { HOSTILE_TEXTS } from "./testing/index.ts";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constantFrom(...HOSTILE_TEXTS));

describe("text from evidence on a terminal", () => {
  it("holds no control character, escape sequence or direction override", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const line of [terminalLine(text), ...terminalBlock(text, 500)])
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  it("shows what an escape sequence would have done instead of doing it", () => {
    expect(terminalLine("\u001b[2Jgone\u009b31m")).toBe("\\u001B[2Jgone\\u009B31m");
  });

  it("fits the width, and loses nothing by wrapping", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 100 }), (text, columns) => {
        const line = terminalLine(text, 2000);
        for (const part of [...wrapText(line, columns), ...foldText(line, columns)])
          expect(textWidth(part)).toBeLessThanOrEqual(columns);
        expect(wrapText(line, columns).join("").replaceAll(" ", "")).toBe(line.replaceAll(" ", ""));
        expect(foldText(line, columns).join("")).toBe(line);
      }),
    );
  });

  it("counts two columns for a Chinese character and none for an accent", () => {
    expect(textWidth("漢字")).toBe(4);
    expect(textWidth("e\u0301")).toBe(1);
  });

  it("wraps at blanks and splits only what is longer than a line", () => {
    expect(wrapText("the logs of abcdefghijkl", 8)).toEqual(["the logs", "of", "abcdefgh", "ijkl"]);
    expect(wrapText("not wrapped at all", Infinity)).toEqual(["not wrapped at all"]);
  });
});
