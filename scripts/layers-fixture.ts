/** A tiny workspace with one violation of each layer rule: a checker that sees nothing must not look like a passed one. */
export interface PlantedViolation {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const SRC = "packages/postern/src";

function importing(specifier: string): string {
  return `import { thing } from "${specifier}";\nexport const used: string = thing;\n`;
}

/** Files without fault that the planted ones import. */
export const SOUND_FILES: readonly { readonly file: string; readonly text: string }[] = [
  ...[
    `${SRC}/index.ts`,
    "packages/evtx/src/index.ts",
    "packages/sigma/src/index.ts",
    ...["core", "model", "evidence", "artifacts", "detect", "demo", "cli"].map(
      (folder) => `${SRC}/${folder}/index.ts`,
    ),
    `${SRC}/evidence/inner.ts`,
    `${SRC}/events/testing/index.ts`,
    `${SRC}/core/sound.test.ts`,
  ].map((file) => ({ file, text: 'export const thing: string = "";\n' })),
  // The other half of the planted cycle, which is reported once.
  {
    file: `${SRC}/model/p9b.ts`,
    text: 'import type { A } from "./p9.ts";\nexport interface B {\n  readonly a: A;\n}\n',
  },
];

/** Every rule that is not one of the `order-*` families, with a file that breaks it. */
export const PLANTED_VIOLATIONS: readonly PlantedViolation[] = [
  { rule: "only-index", file: `${SRC}/artifacts/p1.ts`, text: importing("../evidence/inner.ts") },
  { rule: "nobody-imports-the-package-entry", file: `${SRC}/cli/p2.ts`, text: importing("../index.ts") },
  { rule: "events-not-bytes", file: `${SRC}/detect/p3.ts`, text: importing("../artifacts/index.ts") },
  { rule: "demo-stands-alone", file: `${SRC}/demo/p4.ts`, text: importing("../detect/index.ts") },
  {
    rule: "testing-only-for-tests",
    file: `${SRC}/scan/p5.ts`,
    text: importing("../events/testing/index.ts"),
  },
  { rule: "tests-are-not-imported", file: `${SRC}/core/p6.ts`, text: importing("./sound.test.ts") },
  {
    rule: "libraries-stand-alone",
    file: "packages/sigma/src/p7.ts",
    text: importing("../../evtx/src/index.ts"),
  },
  {
    rule: "no-execution-no-network",
    file: `${SRC}/scan/p8.ts`,
    text: 'import { spawn } from "node:child_process";\nexport const used: typeof spawn = spawn;\n',
  },
  {
    rule: "no-cycles",
    file: `${SRC}/model/p9.ts`,
    text: 'import type { B } from "./p9b.ts";\nexport interface A {\n  readonly b: B;\n}\n',
  },
  { rule: "resolvable", file: `${SRC}/core/p10.ts`, text: importing("./nowhere.ts") },
];

/** For a folder of the import order, a file that imports the last folder: once from code, once from a test. */
export function orderViolations(folder: string): readonly PlantedViolation[] {
  const text = importing("../cli/index.ts");
  return [
    { rule: `order-${folder}`, file: `${SRC}/${folder}/late.ts`, text },
    { rule: `order-of-tests-${folder}`, file: `${SRC}/${folder}/late.test.ts`, text },
  ];
}
