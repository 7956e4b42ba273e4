import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { NO_EXTERNALS } from "./engine.ts";
import { createLibyaraWasm } from "./index.ts";

// Optional: a public rule set, files, and what another engine found in them; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const table = process.env["POSTERN_YARA_EXPECTED"] ?? "";
const rules = join(corpus, "D_rules/signature-base/yara");
const broken = join(corpus, "D_rules/yara-rules");
const hasRules = corpus !== "" && existsSync(rules);
/** Every how many-th file is looked at; `scripts/compare-yara.ts` takes all. */
const STEP = 30;

function sourcesBelow(folder: string): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.yara?$/iu.test(name))
    .sort()
    .map((name) => ({ file: name, text: readFileSync(join(folder, name), "utf8") }));
}

describe.skipIf(!hasRules)("public YARA rules (POSTERN_CORPUS; skipped when it is not set)", () => {
  it.skipIf(!existsSync(table))(
    "match what another engine matches (POSTERN_YARA_EXPECTED, a table of rule and sha256; skipped without)",
    { timeout: 120_000 },
    async () => {
      const { scanner, problems } = await createLibyaraWasm().compile(sourcesBelow(rules));
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      const expected = readFileSync(table, "utf8")
        .split("\n")
        .map((row) => row.split(","));
      const folder = join(corpus, "C_webfiles");
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
        statSync(join(folder, name)).isFile(),
      );
      for (const name of files.sort().filter((_, index) => index % STEP === 0)) {
        const bytes = readFileSync(join(folder, name));
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        const externals = {
          ...NO_EXTERNALS,
          filename: basename(name),
          filepath: name,
          extension: extname(name),
        };
        const found = scanner.scan(bytes, externals).map(({ rule }) => rule);
        const theirs = expected.filter((row) => row[1] === sha256).map((row) => row[0]);
        expect([name, ...new Set(found.sort())]).toEqual([name, ...new Set(theirs.sort())]);
      }
    },
  );

  it.skipIf(!existsSync(broken))(
    "that do not compile are told with file and line",
    { timeout: 120_000 },
    async () => {
      const sources = sourcesBelow(broken);
      const { scanner, problems } = await createLibyaraWasm().compile(sources);
      const errors = problems.filter(({ severity }) => severity === "error");
      expect(new Set(errors.map(({ at }) => at.file)).size).toBeGreaterThan(20);
      expect(scanner.rules.length).toBeGreaterThan(1000);
      for (const { at, message } of errors) {
        const lines = sources.find(({ file }) => file === at.file)?.text.split("\n").length ?? 0;
        expect(at.line).toBeGreaterThan(0);
        expect(at.line).toBeLessThanOrEqual(lines);
        expect(message).not.toBe("");
      }
    },
  );
});
