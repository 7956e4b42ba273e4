// Who may import whom. `npm run layers` runs it, counts the modules it saw, and plants one violation of each rule.

/** Folders of packages/postern/src in import order: a folder imports itself and the folders before it. */
const ORDER = [
  "core",
  "model",
  "knowledge",
  "evidence",
  "artifacts",
  "events",
  "detect",
  "scan",
  "assess",
  "plan",
  "collect",
  "report",
  "export",
  "hunt",
  "case",
  "clean",
  "demo",
  "cli",
];

/** Between these and the bytes stand events: they must not know folders, archives or log formats. */
const KNOW_ONLY_EVENTS = ["detect", "assess", "plan", "report", "export"];

const SRC = "^packages/postern/src";
const TEST = "\\.test\\.ts$";
const TESTING = "/testing/";
const anyOf = (folders) => `${SRC}/(?:${folders.join("|")})/`;

const later = ORDER.slice(0, -1).map((folder, index) => ({
  name: `order-${folder}`,
  comment: `${folder}/ imports only itself and the folders before it.`,
  severity: "error",
  from: { path: `${SRC}/${folder}/`, pathNot: TEST },
  to: { path: anyOf(ORDER.slice(index + 1)) },
}));

// Demo evidence rests on core and model alone, so every test may be fed with it.
const laterInTests = ORDER.slice(0, -1).map((folder, index) => ({
  name: `order-of-tests-${folder}`,
  comment: `Tests of ${folder}/ keep the import order too, but may use the demo evidence.`,
  severity: "error",
  from: { path: `${SRC}/${folder}/.*${TEST}` },
  to: { path: anyOf(ORDER.slice(index + 1)), pathNot: anyOf(["demo"]) },
}));

module.exports = {
  order: ORDER,
  forbidden: [
    ...later,
    ...laterInTests,
    {
      name: "only-index",
      comment: "A folder is entered through its index.ts (tests also through its testing/index.ts).",
      severity: "error",
      from: { path: `${SRC}/([^/]+)/` },
      to: {
        path: `${SRC}/[^/]+/`,
        pathNot: [`${SRC}/$1/`, `${SRC}/[^/]+/index\\.ts$`, `${SRC}/[^/]+/testing/index\\.ts$`],
      },
    },
    {
      name: "nobody-imports-the-package-entry",
      comment: "src/index.ts is for users of the package; inside, import the folder that has it.",
      severity: "error",
      from: { path: `${SRC}/[^/]+/` },
      to: { path: `${SRC}/index\\.ts$` },
    },
    {
      name: "events-not-bytes",
      comment:
        "From detect to export nobody knows evidence or artifacts; scan, collect, hunt and case wire them.",
      severity: "error",
      from: { path: anyOf(KNOW_ONLY_EVENTS), pathNot: TEST },
      to: { path: anyOf(["evidence", "artifacts"]) },
    },
    {
      name: "demo-stands-alone",
      comment:
        "Demo evidence is written without the code that will read it: otherwise both could be wrong alike.",
      severity: "error",
      from: { path: `${SRC}/demo/`, pathNot: TEST },
      to: { path: `${SRC}/`, pathNot: anyOf(["core", "model", "demo"]) },
    },
    {
      name: "testing-only-for-tests",
      comment:
        "Folders called testing/ hold what tests share; the demo writes its event logs with the tests' writer.",
      severity: "error",
      from: { pathNot: [TEST, TESTING, "^packages/postern/src/demo/"] },
      to: { path: TESTING },
    },
    {
      name: "tests-are-not-imported",
      comment: "Nothing imports a test file.",
      severity: "error",
      from: {},
      to: { path: TEST },
    },
    {
      name: "libraries-stand-alone",
      comment: "@postern/evtx and @postern/sigma are useful to somebody who never heard of Postern.",
      severity: "error",
      from: { path: "^packages/(evtx|sigma)/" },
      to: { path: "^packages/", pathNot: "^packages/$1/" },
    },
    {
      name: "no-execution-no-network",
      comment:
        "Evidence is never executed and never sent anywhere. (Of node:net, lint allows only the address tests.)",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: [TEST, TESTING] },
      to: {
        path: "^(?:node:)?(?:child_process|cluster|dgram|http|http2|https|tls|vm)$",
        dependencyTypes: ["core"],
      },
    },
    {
      name: "no-cycles",
      comment: "No cycles, type-only imports included.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    exclude: { path: "(?:^|/)dist/" },
    doNotFollow: { path: "(?:^|/)node_modules/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@postern/source", "import", "node", "default"],
      extensions: [".ts", ".js"],
    },
  },
};
