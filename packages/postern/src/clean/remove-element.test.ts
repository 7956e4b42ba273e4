import { describe, expect, it } from "vitest";
import type { RemoveElementAction } from "../model/index.ts";
import { removeElement } from "./remove-element.ts";

const FOREIGN = '<add name="StaticCacheModule" image="C:\\Windows\\Temp\\s.dll" />';
const CONFIG = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<!-- <add name="StaticCacheModule" image="C:\\Windows\\Temp\\s.dll" /> not this one: Ü -->',
  "<configuration>",
  "  <system.webServer>",
  "    <globalModules>",
  '      <add name="UriCacheModule" image="%windir%\\cachuri.dll" />',
  `      ${FOREIGN}`,
  "    </globalModules>",
  '    <modules><add name="UriCacheModule" /><add name="StaticCacheModule" /></modules>',
  "  </system.webServer>",
  "</configuration>",
  "",
];

function actionFor(tag: string, offsetBytes: number, alsoModule: string | null = null): RemoveElementAction {
  return {
    do: "remove-element",
    path: "C:\\x.config",
    sha256: "",
    sizeBytes: 0,
    tag,
    offsetBytes,
    alsoModule,
  };
}

function encoded(text: string, encoding: "utf8" | "utf8-bom" | "utf16le" | "utf16be"): Buffer {
  if (encoding === "utf8") return Buffer.from(text, "utf8");
  if (encoding === "utf8-bom") return Buffer.from(`\uFEFF${text}`, "utf8");
  const little = Buffer.from(`\uFEFF${text}`, "utf16le");
  return encoding === "utf16le" ? little : little.swap16();
}

describe("taking a foreign entry out of a configuration file", () => {
  for (const encoding of ["utf8", "utf8-bom", "utf16le", "utf16be"] as const)
    for (const end of ["\r\n", "\n"])
      it(`changes nothing else in ${encoding} with ${end === "\n" ? "LF" : "CRLF"}`, () => {
        const bytes = encoded(CONFIG.join(end), encoding);
        const offset = bytes.lastIndexOf(
          encoded(FOREIGN, encoding).subarray(encoding === "utf8" ? 0 : encoding === "utf8-bom" ? 3 : 2),
        );
        const edit = removeElement(bytes, actionFor(FOREIGN, offset, "StaticCacheModule"), true);
        const expected = CONFIG.filter((line) => line.trim() !== FOREIGN)
          .join(end)
          .replace('<add name="StaticCacheModule" /></modules>', "</modules>");
        expect(edit).toMatchObject({ removed: ["add", "add"] });
        expect("bytes" in edit && Buffer.from(edit.bytes).equals(encoded(expected, encoding))).toBe(true);
      });

  it("leaves the file alone when the entry is not there any more", () => {
    const bytes = Buffer.from(CONFIG.filter((line) => line.trim() !== FOREIGN).join("\n"));
    expect(removeElement(bytes, actionFor(FOREIGN, 0), false)).toHaveProperty("refused");
  });

  it("leaves the file alone when the same entry stands twice and the place is not known", () => {
    const twice = `<a><modules>${FOREIGN}${FOREIGN}</modules></a>`;
    expect(removeElement(Buffer.from(twice), actionFor(FOREIGN, 12), false)).toHaveProperty("refused");
    const edit = removeElement(Buffer.from(twice), actionFor(FOREIGN, 12), true);
    expect("bytes" in edit && Buffer.from(edit.bytes).toString()).toBe(
      `<a><modules>${FOREIGN}</modules></a>`,
    );
  });

  it("takes an element with its content and end tag", () => {
    const tag = '<agent name="X" assemblyPath="C:\\Temp\\x.dll">';
    const text = `<agentList>\n  ${tag}<option a="1"/></agent>\n  <agent name="Y"/>\n</agentList>`;
    const edit = removeElement(Buffer.from(text), actionFor(tag, text.indexOf(tag)), true);
    expect("bytes" in edit && Buffer.from(edit.bytes).toString()).toBe(
      '<agentList>\n  <agent name="Y"/>\n</agentList>',
    );
  });

  it("takes an application together with the folder that is its root", () => {
    const tag = '<virtualDirectory path="/" physicalPath="C:\\ProgramData\\COM1" />';
    const text = `<site name="D">\n <application path="/owa/x">\n  ${tag}\n </application>\n</site>`;
    const edit = removeElement(Buffer.from(text), actionFor(tag, text.indexOf(tag)), true);
    expect("bytes" in edit && Buffer.from(edit.bytes).toString()).toBe('<site name="D">\n</site>');
  });

  it("does not take the root of the site away", () => {
    const tag = '<virtualDirectory path="/" physicalPath="C:\\ProgramData\\COM1" />';
    const text = `<site><application path="/">${tag}</application></site>`;
    expect(removeElement(Buffer.from(text), actionFor(tag, text.indexOf(tag)), true)).toHaveProperty(
      "refused",
    );
  });

  it("leaves what is no well-formed XML alone, wherever it is cut", () => {
    const whole = Buffer.from(CONFIG.join("\n"));
    for (let cut = 0; cut < whole.length - 2; cut += 7) {
      const edit = removeElement(whole.subarray(0, cut), actionFor(FOREIGN, 0), false);
      expect(edit).toHaveProperty("refused");
    }
  });
});
