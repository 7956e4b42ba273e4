import { expect, test } from "vitest";
import { resolveServers } from "../servers/resolve-servers.ts";
import { anItem, aTally } from "../testing/index.ts";
import { coverExports, missingExports } from "./state-coverage.ts";

const exported = { counts: { "inbox-rule": 900 }, ruleOwners: 214, kept: [], left: 0 };
const log = anItem(0, {
  tallies: [aTally("name:ex01", "iis-front-end", { from: "2021-03-01T00:00", to: "2021-03-02T00:00" })],
});

function ruleCoverage(ruleNames: readonly string[]): string {
  const items = [log, anItem(1, { collection: "other", exported: { ...exported, ruleNames } })];
  const map = resolveServers(items);
  expect(map.servers.map((server) => server.name)).toEqual(["ex01"]);
  const [server] = map.servers;
  return server === undefined ? "" : (coverExports(items, map, server)[0]?.retention ?? "");
}

test("coverage says of how many mailboxes the rules are, and whether hidden ones are among them", () => {
  expect(ruleCoverage(["Junk E-mail Rule", "News"])).toContain(
    "Inbox rules of 214 mailboxes, hidden ones included.",
  );
  expect(ruleCoverage(["News"])).toContain("hidden ones not included");
});

test("an export that nothing assigns is shown with the server of the case, and alone makes one without a name", () => {
  const alone = resolveServers([anItem(0, { exported: { ...exported, ruleNames: [] } })]);
  expect(alone.servers.map((server) => server.name)).toEqual([null]);
  const at = { item: 0, offsetBytes: 0, lengthBytes: 0, record: null };
  const kept = [{ kind: "virtual-directory", values: { server: ["EX09"] }, at, excerpt: "" }] as const;
  const named = resolveServers([anItem(0, { exported: { ...exported, kept, ruleNames: [] } })]);
  expect(named.servers.map((server) => server.name)).toEqual(["ex09"]);
});

test("exports that would show what an intruder set are named when they are missing", () => {
  expect(missingExports(["exchange-state/mailbox"])).toMatch(
    /inbox rules \(Get-InboxRule -IncludeHidden\).*outlives the logs/u,
  );
  expect(missingExports(["exchange-state/mailbox"])).not.toContain("(Get-Mailbox)");
});
