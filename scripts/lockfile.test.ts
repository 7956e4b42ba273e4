import { describe, expect, it } from "vitest";
import { findLockfileFaults } from "./lockfile.ts";

const sound = { resolved: "https://registry.npmjs.org/tool/-/tool-1.0.0.tgz" };

function lock(packages: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { "": { name: "workspace" }, ...packages } });
}

describe("the lock file check", () => {
  it("accepts a lock in which every platform has its package", () => {
    const text = lock({
      "node_modules/tool": { ...sound, optionalDependencies: { "@tool/win32-x64": "1.0.0" } },
      "node_modules/tool/node_modules/@tool/win32-x64": { ...sound, optional: true },
      "node_modules/postern": { resolved: "packages/postern", link: true },
    });
    expect(findLockfileFaults(text)).toEqual([]);
  });

  it("names the platform package that npm left out", () => {
    const text = lock({
      "node_modules/tool": { ...sound, optionalDependencies: { "@tool/win32-x64": "1.0.0" } },
    });
    expect(findLockfileFaults(text)).toEqual([
      expect.stringContaining("node_modules/tool may need @tool/win32-x64"),
    ]);
  });

  it("names a package from another registry", () => {
    const text = lock({ "node_modules/tool": { resolved: "https://mirror.example/tool-1.0.0.tgz" } });
    expect(findLockfileFaults(text)).toEqual([expect.stringContaining("mirror.example")]);
  });

  it("does not pass a lock it cannot read", () => {
    expect(findLockfileFaults('{"lockfileVersion":1,"dependencies":{}}')).toHaveLength(1);
  });
});
