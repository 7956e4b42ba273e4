import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");

it("docs/TOUR.md ends at the finding that holds the line it follows", async () => {
  const tour = await readFile(join(ROOT, "docs/TOUR.md"), "utf8");
  const golden = await readFile(join(ROOT, "fixtures/cases/proxylogon.expected.json"), "utf8");
  const id = /show demo-case\/proxylogon\/case (F\d+)/u.exec(tour)?.[1] ?? "none";
  const log = /`(HttpProxy_\d+-1\.LOG)`/u.exec(tour)?.[1] ?? "none";
  const finding = golden.split(/(?="id": "F)/u).find((part) => part.startsWith(`"id": "${id}"`)) ?? "";
  expect(finding).toContain('"proxylogon/ssrf-session-241"');
  expect(finding).toContain(log);
});
