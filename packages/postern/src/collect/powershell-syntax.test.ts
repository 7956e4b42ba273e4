import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { loadCollection, loadCollectorScript } from "../knowledge/index.ts";
import { renderPowershell } from "./powershell.ts";

/** As much of web-tree-sitter as is used here. */
interface Grammar {
  parse(text: string): { readonly rootNode: { readonly hasError: boolean } } | null;
}

const require = createRequire(import.meta.url);

function find(module: string): string | null {
  try {
    return require.resolve(module);
  } catch {
    return null;
  }
}

const parser = find("web-tree-sitter");
const grammar = find("tree-sitter-powershell/tree-sitter-powershell.wasm");

/** What of the module is used. */
interface TreeSitter {
  readonly Parser: { init(): Promise<void>; new (): Grammar & { setLanguage(language: unknown): void } };
  readonly Language: { load(bytes: Uint8Array): Promise<unknown> };
}

async function loadGrammar(): Promise<Grammar> {
  // eslint-disable-next-line postern/no-type-assertion -- loaded at run time, so that an older installation skips the test
  const { Parser, Language } = require(parser ?? "") as TreeSitter;
  await Parser.init();
  const made = new Parser();
  made.setLanguage(await Language.load(readFileSync(grammar ?? "")));
  return made;
}

describe.skipIf(parser === null || grammar === null)(
  "the PowerShell collector in the eyes of a grammar (skipped without tree-sitter-powershell)",
  () => {
    it("is PowerShell from its first to its last line", async () => {
      const powershell = await loadGrammar();
      const script = renderPowershell(loadCollection(), loadCollectorScript()).replaceAll("\r\n", "\n");
      expect(powershell.parse(script)?.rootNode.hasError).toBe(false);
      expect(powershell.parse("function x { if ($a { } }\n")?.rootNode.hasError).toBe(true);
    });

    it("has commands each of which is PowerShell by itself", async () => {
      const powershell = await loadGrammar();
      const commands = loadCollection().definitions.flatMap((one) =>
        one.commands.map((command) => command.run),
      );
      const wrong = commands.filter((run) => powershell.parse(`${run}\n`)?.rootNode.hasError !== false);
      expect(wrong).toEqual([]);
      expect(commands.length).toBeGreaterThan(40);
    });
  },
);
