import { describe, expect, it } from "vitest";
import { findPackageFaults } from "./package-content.ts";

const whole = [
  {
    name: "postern",
    files: [
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
  },
  { name: "@postern/evtx", files: ["dist/index.js", "dist/index.d.ts", "README.md", "LICENSE"] },
  { name: "@postern/sigma", files: ["dist/index.js", "dist/index.d.ts", "README.md", "LICENSE"] },
].map(({ name, files }) => ({ name, files: files.map((path) => ({ path })) }));

describe("what would be published", () => {
  it("is right when it carries code, rules, knowledge and licence", () => {
    expect(findPackageFaults(whole)).toEqual([]);
  });

  it("is wrong without a needed file, with a test in it, or when a package is not packed", () => {
    const [postern, evtx] = whole;
    const faulty = [
      { name: "postern", files: (postern?.files ?? []).slice(1) },
      { name: "@postern/evtx", files: [...(evtx?.files ?? []), { path: "dist/file.test.js" }] },
    ];
    expect(findPackageFaults(faulty)).toEqual([
      "@postern/sigma: is not packed at all",
      "postern: bin/postern.js is missing from the package",
      "@postern/evtx: dist/file.test.js does not belong into the package",
    ]);
  });
});
