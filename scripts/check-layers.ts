/** `npm run layers`: import order, index-only imports, cycles; and the proof that the checker really read the sources. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import { orderViolations, PLANTED_VIOLATIONS, SOUND_FILES } from "./layers-fixture.ts";

interface LayersConfig extends IFlattenedRuleSet {
  readonly order: readonly string[];
  readonly options: ICruiseOptions;
}

const root = resolve(import.meta.dirname, "..");
// eslint-disable-next-line postern/no-type-assertion -- require() has no type; the file stands beside this one in review
const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as LayersConfig;

async function cruiseSources(baseDir: string): Promise<ICruiseResult> {
  const { forbidden = [], options } = config;
  const result = await cruise(
    ["packages"],
    { ...options, baseDir, validate: true, ruleSet: { forbidden } },
    options.enhancedResolveOptions,
  );
  if (typeof result.output === "string")
    throw new TypeError("dependency-cruiser gave text where a result was asked for");
  return result.output;
}

function isSource(path: string): boolean {
  return /^packages\/[^/]+\/src\/.*\.ts$/u.test(path);
}

async function sourcesOnDisk(): Promise<readonly string[]> {
  const entries = await readdir(join(root, "packages"), { recursive: true });
  return entries
    .map((entry) => `packages/${entry.replaceAll("\\", "/")}`)
    .filter((path) => isSource(path) && !path.includes("/node_modules/"))
    .sort();
}

async function checkSources(): Promise<readonly string[]> {
  const faults: string[] = [];
  const result = await cruiseSources(root);
  for (const violation of result.summary.violations) {
    faults.push(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
  }
  const seen = new Set(result.modules.map((module) => module.source).filter(isSource));
  const onDisk = await sourcesOnDisk();
  if (seen.size === 0) faults.push("dependency-cruiser read no TypeScript module at all");
  for (const path of onDisk) if (!seen.has(path)) faults.push(`not read by dependency-cruiser: ${path}`);
  const folders = new Set(
    onDisk.map((path) => /^packages\/postern\/src\/([^/]+)\//u.exec(path)?.[1] ?? "core"),
  );
  for (const folder of folders) {
    if (!config.order.includes(folder))
      faults.push(`packages/postern/src/${folder}/ has no place in the import order`);
  }
  console.log(`${String(seen.size)} TypeScript modules read, ${String(onDisk.length)} on disk`);
  return faults;
}

/** Every rule must find the violation planted for it, in a throw-away workspace. */
async function checkChecker(): Promise<readonly string[]> {
  const planted = [...PLANTED_VIOLATIONS, ...config.order.slice(0, -1).flatMap(orderViolations)];
  const directory = await mkdtemp(join(tmpdir(), "postern-layers-"));
  try {
    for (const { file, text } of [...SOUND_FILES, ...planted]) {
      await mkdir(dirname(join(directory, file)), { recursive: true });
      await writeFile(join(directory, file), text);
    }
    const { violations } = (await cruiseSources(directory)).summary;
    const found = new Set(violations.map((violation) => `${violation.rule.name} ${violation.from}`));
    const rules = (config.forbidden ?? []).map((rule) => rule.name ?? "");
    return [
      ...planted
        .filter(({ rule, file }) => !found.has(`${rule} ${file}`))
        .map(({ rule, file }) => `the planted violation of ${rule} in ${file} was not found`),
      ...rules
        .filter((rule) => !planted.some((one) => one.rule === rule))
        .map((rule) => `no violation planted for ${rule}`),
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

const faults = [...(await checkSources()), ...(await checkChecker())];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
