// Joins what the command line and its workers load into a few files, and writes packs and pipelines as they are read: `npm run bundle`, and after
// every install. Postern is some hundred small modules; loading them one by one takes six times as long as loading these. Nothing
// depends on the bundle: without it the same code runs from dist/.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "packages", "postern");
const dist = join(folder, "dist");
const outdir = join(dist, "bundle");

/** What others wrote stays in their packages; ours may be joined. */
function others() {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  return Object.keys({ ...dependencies, ...optionalDependencies }).filter(
    (name) => !name.startsWith("@postern/"),
  );
}

/**
 * Seventy files of YAML reading, which a run needs only where rules or lists were written by somebody else: the bundle loads them when the
 * first of these is called. A name that is missing here makes the build fail.
 */
const YAML_FUNCTIONS = [
  ...["parse", "parseDocument", "parseAllDocuments", "stringify"],
  ...["isAlias", "isMap", "isScalar", "isSeq"],
];
const LAZY_YAML = `
import { createRequire } from "node:module";
const load = createRequire(import.meta.url);
let yaml;
const get = () => (yaml ??= load("yaml"));
${YAML_FUNCTIONS.map((name) => `export const ${name} = (...given) => get().${name}(...given);`).join("\n")}
export function LineCounter() { return new (get().LineCounter)(); }
`;

const lazyYaml = {
  name: "lazy-yaml",
  setup(run) {
    run.onResolve({ filter: /^yaml$/ }, () => ({ path: "yaml", namespace: "lazy-yaml" }));
    run.onLoad({ filter: /.*/, namespace: "lazy-yaml" }, () => ({ contents: LAZY_YAML, loader: "js" }));
  },
};

async function bundle() {
  await build({
    entryPoints: { main: join(dist, "cli", "main.js"), "scan-worker": join(dist, "case", "scan-worker.js") },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: others().filter((name) => name !== "yaml"),
    plugins: [lazyYaml],
    // Chunks lie side by side, as deep as the folders of dist/, so that paths to data beside the code stay right.
    chunkNames: "[name]-[hash]",
    sourcemap: false,
    logLevel: "error",
  });
}

/** Packs and pipelines are YAML: reading them takes longer than all else that happens before the first log is opened. */
async function writeRules() {
  const { findDataFolder } = await import(pathToFileURL(join(dist, "knowledge", "index.js")).href);
  const { keepPipelines, loadPacks } = await import(pathToFileURL(join(dist, "detect", "index.js")).href);
  const loaded = loadPacks(findDataFolder("packs"));
  if (loaded.problems.length === 0) writeFileSync(join(outdir, "packs.json"), JSON.stringify(loaded));
  const pipelines = keepPipelines(join(findDataFolder("knowledge"), "pipelines"));
  writeFileSync(join(outdir, "pipelines.json"), JSON.stringify(pipelines));
}

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
await writeRules();
await bundle();
