/** One package as `npm pack --json` tells it. */
export interface PackedPackage {
  readonly name: string;
  readonly files: readonly { readonly path: string }[];
}

/** Files that each package must carry, by the package's name. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  postern: [
    "bin/postern.js",
    "bin/load-bundle.js",
    "dist/cli/main.js",
    "knowledge/builds.json",
    "knowledge/collection.yml",
    "knowledge/collector.ps1",
    "knowledge/exchange-files.bin",
    "knowledge/queries/timeline.sql",
    "packs/proxylogon/pack.yml",
    "wasm/text-block.wasm",
    "LICENSE",
    "README.md",
  ],
  "@postern/evtx": ["dist/index.js", "dist/index.d.ts", "README.md", "LICENSE"],
  "@postern/sigma": ["dist/index.js", "dist/index.d.ts", "README.md", "LICENSE"],
};

/** Only for the checkout: tests, TypeScript sources, what tests need, and what one version of V8 compiled. */
const UNWANTED = /\.test\.|^src\/|\.tsbuildinfo$|\.code$|^dist\/.*\/(?:samples|testing)\//u;

/** What is wrong with packages that are about to be published, a line each. */
export function findPackageFaults(packages: readonly PackedPackage[]): readonly string[] {
  const missing = Object.keys(NEEDED).filter((name) => !packages.some((one) => one.name === name));
  return [
    ...missing.map((name) => `${name}: is not packed at all`),
    ...packages.flatMap((one) => faultsOf(one)),
  ];
}

function faultsOf({ name, files }: PackedPackage): readonly string[] {
  const paths = new Set(files.map((file) => file.path));
  const lacking = (NEEDED[name] ?? []).filter((path) => !paths.has(path));
  return [
    ...lacking.map((path) => `${name}: ${path} is missing from the package`),
    ...[...paths]
      .filter((path) => UNWANTED.test(path))
      .map((path) => `${name}: ${path} does not belong into the package`),
  ];
}
