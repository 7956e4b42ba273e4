// Joins what the command line and its workers load into one file, and writes packs and pipelines as they are read: `npm run bundle`, and after
// every install. Postern is some hundred small modules; loading them one by one takes six times as long as loading this. Nothing
// depends on the bundle: without it the same code runs from dist/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "packages", "postern");
const dist = join(folder, "dist");
const outdir = join(dist, "bundle");

/** What is more than JavaScript stays in its package, and what brings no text of its licence. */
const APART = ["@duckdb/node-api", "libyara-wasm", "saxes"];

/** Packages that most runs need not, by what is used of them: loaded when the first of it is asked for. A name that is missing here makes the build fail. */
const LAZY = {
  saxes: ["SaxesParser"],
  yaml: [
    ...["parse", "parseDocument", "parseAllDocuments", "stringify"],
    ...["isAlias", "isMap", "isScalar", "isSeq", "LineCounter"],
  ],
};

const lazyPackages = {
  name: "lazy-packages",
  setup(run) {
    run.onResolve({ filter: /^(?:saxes|yaml)$/ }, ({ path, namespace }) =>
      namespace === "lazy" ? null : { path, namespace: "lazy" },
    );
    run.onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => ({
      contents: `let held;
        const get = () => (held ??= require("${path}"));
        module.exports = { ${LAZY[path].map((name) => `get ${name}() { return get().${name}; }`).join(", ")} };`,
      loader: "js",
      resolveDir: folder,
    }));
  },
};

/** Throws where the bundle uses something of a lazy package that it does not have by name: it would be undefined when it is called. */
function checkLazy(text) {
  for (const [name, known] of Object.entries(LAZY)) {
    const used = text.matchAll(new RegExp(`\\bimport_${name}\\d*\\.(\\w+)`, "gu"));
    const missing = [...used].map(([, one]) => one).filter((one) => !known.includes(one));
    if (missing.length > 0) throw new Error(`LAZY lacks what is used of ${name}: ${missing.join(", ")}`);
  }
}

/** Paths to data beside the code stay right: the bundle lies as deep as the folders of dist/. */
async function bundle() {
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: `
        export { main } from "./cli/main.js";
        export const serveScan = async () => (await import("./case/serve-scan.js")).serveScan();`,
      resolveDir: dist,
    },
    outfile: join(outdir, "postern.cjs"),
    write: false,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    charset: "ascii",
    // What is loaded with kept code may not import: what stays apart is CommonJS.
    supported: { "dynamic-import": false },
    external: APART,
    plugins: [lazyPackages],
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    metafile: true,
    logLevel: "error",
  });
  for (const { path, contents, text } of outputFiles) {
    checkLazy(text);
    writeFileSync(path, contents);
  }
  writeFileSync(join(outdir, "scan-worker.js"), WORKER);
  writeFileSync(join(outdir, "LICENSES.txt"), licencesOf(Object.keys(metafile.inputs)));
}

const WORKER = `import { join } from "node:path";
import { loadBundle } from "../../bin/load-bundle.js";

await loadBundle(join(import.meta.dirname, "postern.cjs")).serveScan();
`;

/** The licences of the packages of others that were joined. */
function licencesOf(inputs) {
  const names = inputs.map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1]);
  const texts = [...new Set(names)]
    .filter((name) => name !== undefined)
    .sort()
    .map(licenceOf);
  return `postern.cjs also holds code of these packages.\n\n${texts.join("\n")}`;
}

function licenceOf(name) {
  const packageFolder = join(folder, "..", "..", "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  const file = readdirSync(packageFolder).find((one) => /^licen[cs]e/iu.test(one));
  if (file === undefined) throw new Error(`${name} has no file with its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(packageFolder, file), "utf8")}`;
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
