import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, escapeHtmlMarked } from "./escape-html.ts";
import { code, evidenceText, html, htmlText, label } from "./html-template.ts";
import { HOSTILE_TEXTS } from "./testing/index.ts";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constantFrom(...HOSTILE_TEXTS));
const ENTITY = /&(?:amp|lt|gt|quot|#39|#96);/g;

describe("text from evidence in HTML", () => {
  it("cannot open a tag, end an attribute or start an entity, whatever it holds", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeHtml(text).replace(ENTITY, "")).not.toMatch(/[<>"'`&]/);
      }),
    );
  });

  it("holds no character that cannot be seen, except tab and line feed", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeHtml(text)).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![\t\n])\p{Cc}/u);
      }),
    );
  });

  it("adds nothing but its own marks when hidden characters are marked", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bare = escapeHtmlMarked(text).replace(/<span class="(?:esc|cut)">([^<]*)<\/span>/g, "$1");
        expect(bare).toBe(escapeHtml(text));
      }),
    );
  });

  it("shows a direction override as its number", () => {
    expect(escapeHtml("invoice\u202Exspa.exe")).toBe("invoice\\u202Exspa.exe");
    expect(escapeHtmlMarked("a\u202Eb")).toBe('a<span class="esc">\\u202E</span>b');
    expect(escapeHtml("\u{E0041}\uD800\u0000")).toBe("\\u{E0041}\\uD800\\u0000");
  });

  it("keeps the letters of every language, and joins no more than three marks to one", () => {
    expect(escapeHtml("Müller, Éléonore, 漢字, عدوان")).toBe("Müller, Éléonore, 漢字, عدوان");
    expect(escapeHtml("a\u0301\u0301\u0301\u0301")).toBe("a\u0301\u0301\u0301\\u0301");
  });

  it("cuts a very long line and says how much is left, without halving a character", () => {
    expect(escapeHtml("x".repeat(100_000), 10)).toBe("xxxxxxxxxx … (99,990 more characters)");
    expect(escapeHtml("aaa😀bbb", 4)).toBe("aaa … (5 more characters)");
  });
});

describe("the HTML template", () => {
  it("escapes text, places HTML, joins lists and drops null", () => {
    const list = ["<b>", html`<i>${"&"}</i>`, 3, null];
    expect(htmlText(html`<p title="${'"x"'}">${list}</p>`)).toBe(
      '<p title="&quot;x&quot;">&lt;b&gt;<i>&amp;</i>3</p>',
    );
  });

  it("lets no input through in any of its roads", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const page = htmlText(html`${text}|${[text]}|${evidenceText(text)}|${code(text)}|${label(text)}`);
        const own = page.replace(/<\/?(?:bdi|span|code)(?: (?:class|dir)="[a-z]+")*>/g, "");
        expect(own.replace(ENTITY, "")).not.toMatch(/[<>"'`&]/);
      }),
    );
  });
});
