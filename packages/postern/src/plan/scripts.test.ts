import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import { Language, Parser } from "web-tree-sitter";
import { loadCleanUp } from "../knowledge/index.ts";
import { encodedLiteral } from "./encoded-literal.ts";
import { scriptText } from "./script-text.ts";

const { resolve } = createRequire(import.meta.url);
const cleanUp = loadCleanUp();
const tools: { parser: Parser | null } = { parser: null };

beforeAll(async () => {
  await Parser.init();
  const language = await Language.load(resolve("tree-sitter-powershell/tree-sitter-powershell.wasm"));
  tools.parser = new Parser().setLanguage(language);
});

/** Lines of a script that PowerShell's grammar does not take. */
function syntaxFaults(text: string): readonly string[] {
  const tree = tools.parser?.parse(text) ?? null;
  if (tree === null) return ["not parsed"];
  const faults: string[] = [];
  const visit = (node: (typeof tree)["rootNode"]): void => {
    if (!node.hasError && !node.isMissing) return;
    if (node.isError || node.isMissing)
      faults.push(`line ${String(node.startPosition.row + 1)}: ${node.text.slice(0, 80)}`);
    for (const child of node.children) if (child !== null) visit(child);
  };
  visit(tree.rootNode);
  return faults;
}

const HOSTILE = [
  "C:\\a\r\nRemove-Item C:\\ -Recurse -Force\r\n.aspx",
  'it\'s "quoted" `back` ${x} $(calc.exe); & | > .aspx',
  "'; Stop-Computer; '",
  "\u2018\u2019\u201A\u201B'@\n@'",
  "\u202Egpj.xspa",
  "é".repeat(127),
  "#> <# \u0000 %windir% !x!",
  "\uD800",
];

const STEP = { id: "a-step-S1", about: "What it does" };

describe("generated PowerShell scripts", () => {
  it("are told from broken ones by the grammar that the tests use", () => {
    expect(syntaxFaults("if ($a) { 'b' }\n")).toEqual([]);
    expect(syntaxFaults("if ($a { 'b' }\n")).not.toEqual([]);
    expect(syntaxFaults("$a = 'b\n")).not.toEqual([]);
  });

  for (const template of cleanUp.scripts.values())
    it(`${template.id} and its undo are sound PowerShell, also with hostile names, which cannot act`, () => {
      const values = {
        server: HOSTILE[0] ?? "",
        path: HOSTILE[1] ?? "",
        sha256: HOSTILE[2] ?? "",
        ...Object.fromEntries(
          ["paths", "users", "mailboxes", "names", "tasks"].map((name) => [name, HOSTILE]),
        ),
      };
      const { text, undo } = scriptText(template, STEP, values);
      for (const script of [text, ...(undo === null ? [] : [undo])]) {
        expect(syntaxFaults(script)).toEqual([]);
        expect(script).toMatch(/^[\t\r\n\x20-\x7e]*$/u);
        for (const name of HOSTILE) expect(script).not.toContain(name);
        expect(script).not.toMatch(/calc\.exe|Stop-Computer|Remove-Item C:\\ /u);
      }
      const plain = scriptText(template, STEP, {});
      expect(syntaxFaults(plain.text)).toEqual([]);
    });

  it("change nothing unless they are told to, keep a transcript, and ask before each change", () => {
    for (const template of cleanUp.scripts.values()) {
      const { text, undo } = scriptText(template, STEP, {});
      for (const script of [text, ...(undo === null ? [] : [undo])]) {
        expect(script.indexOf("if (-not $Apply) { $WhatIfPreference = $true }")).toBeGreaterThan(0);
        expect(script).toContain("Start-Transcript");
        expect(script).toContain("finally");
      }
      const changes =
        /\b(?:Set|Remove|New|Disable|Enable|Uninstall|Install|Restart|Stop|Unregister|Register|Move|Add|Reset)-(?!Content)[A-Z]\w+/gu;
      const acting = [...template.change.matchAll(changes)]
        .map(([name]) => name)
        .filter((name) => !/^New-Object$/u.test(name));
      if (acting.length > 0) expect(template.change).toContain("$PSCmdlet.ShouldProcess");
    }
  });

  it("decode to the very name that was found", () => {
    for (const name of HOSTILE.slice(0, -1)) {
      const base64 = /FromBase64String\('([A-Za-z0-9+/=]*)'\)/u.exec(encodedLiteral(name))?.[1] ?? "";
      expect(Buffer.from(base64, "base64").toString("utf8")).toBe(name);
    }
  });
});

describe("commands in the steps", () => {
  it("are sound PowerShell", () => {
    for (const step of cleanUp.steps)
      for (const { shell, text } of step.commands)
        if (shell === "powershell") expect(syntaxFaults(`${text}\n`)).toEqual([]);
  });

  it("hold text from evidence only where it is put in encoded", () => {
    for (const step of cleanUp.steps)
      for (const { text } of step.commands)
        expect(text).not.toMatch(/(?<!\{)\{(?:file|server|finding)\}(?!\})/u);
  });
});
