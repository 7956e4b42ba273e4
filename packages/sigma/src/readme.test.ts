import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map((hit) => hit[1] ?? "");

test("the first example of the README has five lines", () => {
  expect(examples[0]?.trimEnd().split("\n")).toHaveLength(5);
  expect(examples).toHaveLength(4);
});

test.each(examples.map((example, i) => [i + 1, example] as const))(
  "example %d of the README runs and prints what it says",
  (_number, example) => {
    const promised = [...example.matchAll(/\/\/ prints: (.*)$/gm)].map((hit) => hit[1]);
    expect(promised.length).toBeGreaterThan(0);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--conditions=@postern/source", "--input-type=module"],
      { input: example, cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8" },
    );
    expect([stderr, stdout.trimEnd().split("\n")]).toEqual(["", promised]);
  },
);
