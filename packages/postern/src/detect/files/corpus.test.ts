import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadKnowledge } from "../../knowledge/index.ts";
import { createIndicators } from "../iocs/index.ts";
import { createLibyaraWasm, readRuleFile } from "../yara/index.ts";
import { type FileContext, createGenuineFiles, judgeFile, windowOf } from "./index.ts";

// Optional: real web shells and real pages, labelled by folder; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const folder = join(corpus, "C_webfiles");
const present = corpus !== "" && existsSync(folder);
const ASPNET = /\.(?:aspx|ascx|ashx|asmx|asax|svc|soap|master|cshtml)$/iu;

async function createContext(): Promise<FileContext> {
  const rulesFolder = join(import.meta.dirname, "../../../../../packs/proxylogon/files");
  const sources = readdirSync(rulesFolder)
    .filter((name) => name.endsWith(".yar.b64"))
    .flatMap((name) => readRuleFile(name, readFileSync(join(rulesFolder, name), "utf8")).source ?? []);
  const { scanner } = await createLibyaraWasm().compile(sources);
  const genuine = createGenuineFiles(loadKnowledge().webFiles);
  return { scanner, indicators: createIndicators([]), genuine, build: null };
}

/** Share of the ASP.NET files below a folder that are called web shells. */
async function judgeAll(
  label: string,
  verdicts: readonly string[] = ["webshell"],
): Promise<{ readonly found: string[]; readonly files: number }> {
  const context = await createContext();
  const names = readdirSync(join(folder, label), { recursive: true, encoding: "utf8" }).filter((name) =>
    ASPNET.test(name),
  );
  const found = names.filter((name) => {
    const bytes = readFileSync(join(folder, label, name));
    const facts = {
      name: basename(name),
      path: name,
      kind: "page",
      folder: null,
      inFolder: null,
      placeKnown: false,
      compiled: null,
    };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const input = { facts, window: windowOf(bytes), sha256, standing: "live" } as const;
    return verdicts.includes(judgeFile(input, context).verdict);
  });
  return { found, files: names.length };
}

describe.skipIf(!present)("real ASP.NET files (POSTERN_CORPUS; skipped when it is not set)", () => {
  it("of honest projects are never called web shells", { timeout: 300_000 }, async () => {
    const { found, files } = await judgeAll("benign");
    expect(files).toBeGreaterThan(1000);
    expect(found).toEqual([]);
  });

  it(
    "that are web shells are found in 97 of 100 cases by their code alone",
    { timeout: 300_000 },
    async () => {
      const { found, files } = await judgeAll("webshell", ["webshell", "suspicious"]);
      expect(files).toBeGreaterThan(100);
      expect(found.length / files).toBeGreaterThan(0.97);
    },
  );
});
