import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKnowledge } from "../../knowledge/index.ts";
import { createIndicators } from "../iocs/index.ts";
import { type FileContext, type FileJudgement, createGenuineFiles, judgeFile, windowOf } from "./index.ts";

interface Sample {
  readonly name: string;
  readonly extension: string;
  readonly verdict: string;
  readonly content: string;
}

function isSample(value: unknown): value is Sample {
  if (typeof value !== "object" || value === null) return false;
  return ["name", "extension", "verdict", "content"].every((key) => key in value);
}

/** Invented pages, stored as Base64; nothing in them is ever run. */
function readSamples(file: string): readonly Sample[] {
  const stored: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "samples", file), "utf8"));
  const listed = typeof stored === "object" && stored !== null && "pages" in stored ? stored.pages : [];
  return (Array.isArray(listed) ? listed : []).filter(isSample);
}
const samples = [...readSamples("pages.json"), ...readSamples("classes.json")];

const context: FileContext = {
  scanner: null,
  indicators: createIndicators([]),
  genuine: createGenuineFiles(loadKnowledge().webFiles),
  build: null,
};

function judge(content: Uint8Array, extension: string): FileJudgement {
  const name = extension.includes(".") ? extension : `page.${extension}`;
  const kind = extension === "cs" || extension === "xslt" ? null : "page";
  const facts = { name, path: name, kind, folder: null, inFolder: null, placeKnown: false, compiled: null };
  return judgeFile({ facts, window: windowOf(content), sha256: "ab".repeat(32), standing: "live" }, context);
}

const bytesOf = (sample: Sample): Uint8Array => Buffer.from(sample.content, "base64");
const byVerdict = (verdict: string): readonly Sample[] => samples.filter((one) => one.verdict === verdict);

describe("pages are judged by what their code does and where its data comes from", () => {
  it("with enough samples of each kind", () => {
    expect(byVerdict("webshell").length).toBeGreaterThan(40);
    expect(byVerdict("clean").length).toBeGreaterThan(15);
  });

  it.each(byVerdict("webshell"))("$name: a back door", (sample) => {
    const found = judge(bytesOf(sample), sample.extension);
    expect(found.verdict).toBe("webshell");
    expect(found.reasons[0]?.excerpt).not.toBe("");
  });

  it.each(byVerdict("suspicious"))("$name: worth a look at least", (sample) => {
    expect(judge(bytesOf(sample), sample.extension).verdict).not.toBe("clean");
  });

  it.each(byVerdict("no back door"))("$name: never called a back door", (sample) => {
    expect(judge(bytesOf(sample), sample.extension).verdict).not.toBe("webshell");
  });

  it.each(byVerdict("clean"))("$name: nothing found", (sample) => {
    expect(judge(bytesOf(sample), sample.extension).verdict).toBe("clean");
  });
});

describe("hostile pages", () => {
  const EXTENSIONS = ["aspx", "asp", "ashx", "cshtml", "vbhtml", "config", "cs", "xslt"] as const;

  it("of any bytes give a judgement, never an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...EXTENSIONS), (bytes, extension) => {
        const found = judge(bytes, extension);
        expect(found.score).toBeGreaterThanOrEqual(0);
        expect(found.score).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it("made of pieces of code give a judgement, and the same one twice", () => {
    const pieces = [
      "<%",
      "%>",
      "<%@ page language='c#'",
      "(",
      ")",
      "{",
      "}",
      "[",
      '"',
      "'",
      "eval",
      "request",
      "=",
      "&",
      "+",
      "\n",
      "function f",
      "=>",
      "new ",
      "if ",
      "then ",
      "end sub",
      "#@~^",
      "+ADw-",
      "@",
      "\\u0065",
      ".",
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 80 }),
        fc.constantFrom(...EXTENSIONS),
        (parts, extension) => {
          const bytes = Buffer.from(parts.join(""), "utf8");
          expect(judge(bytes, extension)).toEqual(judge(bytes, extension));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("cut at any place give a judgement", () => {
    for (const sample of samples.slice(0, 12)) {
      const bytes = bytesOf(sample);
      for (let end = 0; end < bytes.length; end += 7) judge(bytes.subarray(0, end), sample.extension);
    }
    expect(samples.length).toBeGreaterThan(12);
  });

  it.each([
    ["brackets", "("],
    ["braces and functions", "function f(){"],
    ["casts", "(a)(b)"],
    ["lambdas", "x=>"],
    ["members", "a.b(c)[d]"],
    ["joined texts", 'a="x"+a+'],
    ["unclosed directives", "<%@ "],
    ["unclosed texts", '"'],
    ["nested interpolation", '$"{'],
    ["conditions", "if a then "],
  ])("deep or endless in %s end all the same", (_name, piece) => {
    const body = piece.repeat(Math.ceil(20_000 / piece.length));
    for (const head of ['<%@ Page Language="C#" %><% ', '<%@ Page Language="JScript" %><% ', "<% "]) {
      expect(judge(Buffer.from(head + body), head === "<% " ? "asp" : "aspx").score).toBeLessThanOrEqual(1);
    }
  });

  it("with more code than anybody reads are not called clean", () => {
    const found = judge(Buffer.from(`<%${"a = b & c : ".repeat(40_000)}%>`), "asp");
    expect(found.verdict).toBe("suspicious");
  });

  it("of a hundred megabytes on one line are read at their beginning and their end", () => {
    const large = Buffer.alloc(100 * 1024 * 1024, 0x20);
    const first = byVerdict("webshell")[0];
    large.set(first === undefined ? [] : bytesOf(first), 0);
    const found = judge(large, "aspx");
    expect(found).toMatchObject({ verdict: "webshell", partly: true });
  });
});
