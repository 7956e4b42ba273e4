import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as published from "@postern/evtx";
import * as made from "./testing/index.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
mkdirSync(join(ROOT, "tmp"), { recursive: true });
const folder = mkdtempSync(join(ROOT, "tmp", "evtx-readme-"));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the README", () => {
  it("has an example that runs as it stands", { timeout: 60_000 }, () => {
    const example = /```js\n([\s\S]*?)```/u.exec(readme)?.[1] ?? "";
    const lines = example.split("\n").filter((line) => line !== "");
    expect(lines).toHaveLength(5);
    const filetime = 132_592_423_316_816_401n;
    const template = made.eventDataTemplate(["User"]);
    const data = { nested: { template, values: [made.wide("admin")] } };
    const body = made.eventBody({ eventId: 4624, recordId: 1n, timeCreated: filetime, data });
    writeFileSync(join(folder, "example.mjs"), example);
    writeFileSync(join(folder, "Security.evtx"), made.writeLog([{ id: 1n, filetime, body }]));
    const options = ["--import", "tsx", "--conditions=@postern/source"];
    const run = spawnSync(
      process.execPath,
      [...options, join(folder, "example.mjs"), join(folder, "Security.evtx")],
      {
        cwd: ROOT,
        encoding: "utf8",
      },
    );
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toMatchObject({
      Event: { System: { EventID: 4624 }, EventData: { User: "admin" } },
    });
  });

  it("explains every damage code", () => {
    const explained = [...readme.matchAll(/^\| `(EVTX_\w+)`/gmu)].map(([, code]) => code);
    expect(explained.toSorted()).toEqual([...published.EVTX_DAMAGE_CODES].sort());
  });

  it("names every function that is published", () => {
    const functions = Object.entries(published).flatMap(([name, value]) =>
      typeof value === "function" ? [name] : [],
    );
    expect(functions.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
  });
});
