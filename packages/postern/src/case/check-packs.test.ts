import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { PACK_PROBLEM_CODES } from "../detect/index.ts";
import { loadCleanUp } from "../knowledge/index.ts";
import { checkPacks, type PackCheck } from "./index.ts";

const EXAMPLE = join(import.meta.dirname, "../../../../fixtures/packs/example");
const scratch = mkdtempSync(join(tmpdir(), "postern-packs-"));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Checks a copy of the example pack with one file changed; null removes the file. */
async function checkChanged(file: string, change: (text: string) => string | null): Promise<PackCheck> {
  const folder = join(mkdtempSync(join(scratch, "p-")), "example");
  cpSync(EXAMPLE, folder, { recursive: true });
  const text = change(readFileSync(join(folder, file), "utf8"));
  if (text === null) rmSync(join(folder, file));
  else writeFileSync(join(folder, file), text);
  return await checkPacks(folder, { cases: true });
}

const replace = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);

test("the packs that come with Postern, and the example of the handbook, have nothing to correct", async () => {
  const shipped = await checkPacks(null, { cases: true });
  expect(shipped.problems).toEqual([]);
  expect(shipped.packs.map(({ id }) => id)).toContain("proxylogon");
  const example = await checkPacks(EXAMPLE, { cases: true });
  expect(example.problems).toEqual([]);
  expect([example.rules, example.fileRules, example.passed]).toEqual([2, 1, 7]);
  expect((await checkPacks(join(EXAMPLE, ".."), { cases: false })).packs.map(({ id }) => id)).toEqual([
    "example",
  ]);
});

test("every clean-up step that a kind of the shipped packs asks for exists", async () => {
  const { packs } = await checkPacks(null, { cases: false });
  const { steps, names } = loadCleanUp();
  const known = new Set([...steps.map(({ id }) => id), ...names.keys()]);
  const asked = packs.flatMap((pack) => Object.values(pack.kinds).flatMap(({ cleanup = [] }) => cleanup));
  expect(asked.length).toBeGreaterThan(20);
  expect([...new Set(asked)].filter((id) => !known.has(id))).toEqual([]);
});

test("one pack is looked at alone, whatever lies beside it", async () => {
  const folder = mkdtempSync(join(scratch, "beside-"));
  cpSync(EXAMPLE, join(folder, "example"), { recursive: true });
  cpSync(EXAMPLE, join(folder, "broken"), { recursive: true });
  expect((await checkPacks(join(folder, "example"), { cases: false })).problems).toEqual([]);
  expect((await checkPacks(folder, { cases: false })).problems.length).toBeGreaterThan(0);
});

const MISTAKES: readonly (readonly [
  code: string,
  place: string,
  file: string,
  change: (text: string) => string | null,
])[] = [
  ["PACK_YAML", "example/pack.yml:3:1", "pack.yml", replace("title: An", "title: {\nAn")],
  ["PACK_VALUE", "example/pack.yml:3:7", "pack.yml", replace("asOf: 2026-11-24", "asOf: spring 2026")],
  ["PACK_RULE", "example/rules/plugin-run.yml:1:1", "rules/plugin-run.yml", replace("rung: L3", "rung: L9")],
  [
    "PACK_LOGSOURCE",
    "example/rules/plugin-run.yml:1:1",
    "rules/plugin-run.yml",
    replace("category: webserver", "category: toaster"),
  ],
  [
    "PACK_NO_LITERAL",
    "example/rules/plugin-run.yml:1:1",
    "rules/plugin-run.yml",
    replace("handler and outsider and success", "outsider"),
  ],
  ["PACK_CASES", "example/cases/plugin-run.yml:1:1", "cases/plugin-run.yml", () => null],
  ["PACK_CASES", "example/files/cases.json:1:1", "files/cases.json", replace('"match": false', '"match": 0')],
  ["PACK_CASES", "example/files/cases.json:1:1", "files/cases.json", () => null],
  [
    "PACK_CASE_MATCHED",
    "example/cases/plugin-run.yml:15:7",
    "cases/plugin-run.yml",
    replace("WILLOW\\admin.ito", "-"),
  ],
  ["PACK_CASE_MISSED", "example/cases/plugin-run.yml:2:7", "cases/plugin-run.yml", replace("'200'", "'404'")],
  [
    "PACK_CASE_MATCHED",
    "example/files/cases.json:1:1",
    "files/cases.json",
    replace(
      /"content": "[^"]*" \}\n/u,
      `"content": "${Buffer.from("INVENTED-CAMPAIGN-STATE").toString("base64")}" }\n`,
    ),
  ],
  [
    "PACK_CASE_MISSED",
    "example/files/cases.json:1:1",
    "files/cases.json",
    replace(/"content": "[^"]*"/u, '"content": ""'),
  ],
  [
    "YARA_RULE",
    "example/files/state-page.yar:15:1",
    "files/state-page.yar",
    replace("and $mark", "and $nothing"),
  ],
  ["INDICATORS", "example/indicators.json:1:1", "indicators.json", replace('"value"', '"walue"')],
  [
    "SIGMA_CONDITION_UNKNOWN_NAME",
    "example/rules/plugin-run.yml",
    "rules/plugin-run.yml",
    replace("and success", "and sucess"),
  ],
];

test.each(MISTAKES)("a mistake in a pack is told as %s at %s", async (code, place, file, change) => {
  const { problems } = await checkChanged(file, change);
  const told = problems.map(
    (problem) => `${problem.code} ${problem.at.file}:${String(problem.at.line)}:${String(problem.at.column)}`,
  );
  expect(told.find((text) => text.startsWith(`${code} ${place}`))).toBeDefined();
});

test("rules that are encoded badly are told, and where Base64 should be plain text is", async () => {
  const folder = join(mkdtempSync(join(scratch, "p-")), "example");
  cpSync(EXAMPLE, folder, { recursive: true });
  writeFileSync(join(folder, "files/other.yar.b64"), "rule plain { condition: true }");
  const { problems } = await checkPacks(folder, { cases: false });
  expect(problems.map((problem) => [problem.code, problem.at.file])).toEqual([
    ["YARA_ENCODING", "example/files/other.yar.b64"],
  ]);
});

test("every code of the catalogue is used, and no code stands outside of it", () => {
  const tested = new Set(MISTAKES.map(([code]) => code));
  // A built text that no raw record holds needs a rule on a made field; YARA_ENCODING has its own test.
  const elsewhere = ["PACK_CASE_LITERAL", "YARA_ENCODING"];
  const codes: readonly string[] = PACK_PROBLEM_CODES;
  expect(codes.filter((code) => !tested.has(code) && !elsewhere.includes(code))).toEqual([]);
  expect([...tested].filter((code) => !code.startsWith("SIGMA_") && !codes.includes(code))).toEqual([]);
});
