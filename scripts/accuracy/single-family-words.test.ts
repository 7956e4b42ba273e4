import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findLabels, readLabels } from "./labels.ts";
import { wordsOfOneFamily, wordsOfSources } from "./single-family-words.ts";

const RULES = join(import.meta.dirname, "../../packages/postern/src/detect/files");
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const labels = corpus === "" ? null : findLabels(corpus);

/** Names of .NET, Windows and its scripts, and words of the languages, as their makers document them. */
const DOCUMENTED: ReadonlySet<string> = new Set(
  (
    "createcommand currentdomain delegate deserialize entrypoint executereader extends getmethod implements-prefix inputstring invokemember " +
    "latin1 operationcontract orelse parsecontrol readallbytes sealed shell32 shortpath userlanguages valueof winexec winhttprequest writeallbytes 0xffff"
  ).split(" "),
);

describe("rules for files know kinds of deeds, not samples", () => {
  it("the words of the rules are found in their sources", () => {
    const words = wordsOfSources(RULES);
    expect(words.size).toBeGreaterThan(500);
    expect(words).toContain("compileassemblyfromsource");
  });

  it.skipIf(labels === null)(
    "no word of theirs stands in a single family only, but for documented names (POSTERN_CORPUS; skipped when it is not set)",
    { timeout: 120_000 },
    () => {
      const found = wordsOfOneFamily(wordsOfSources(RULES), readLabels(labels ?? ""), corpus);
      expect(found.filter((word) => !DOCUMENTED.has(word))).toEqual([]);
    },
  );
});
