import { expect, it } from "vitest";
import { loadCollection } from "../../knowledge/index.ts";
import type { CollectionFacts } from "../../scan/index.ts";
import { resolveServers } from "../servers/resolve-servers.ts";
import { anItem } from "../testing/index.ts";
import { collectionLines } from "./collection-lines.ts";

const collection = loadCollection();

function linesOf(...collected: readonly (CollectionFacts | null)[]): readonly string[] {
  const items = collected.map((facts, index) => anItem(index, { collected: facts, serverHint: "ex01" }));
  const map = resolveServers(items.map((item) => ({ ...item, settings: null, tallies: [] })));
  const server = map.servers[0] ?? { id: "S0", name: null, addresses: [] };
  return collectionLines(items, collection, { map, server });
}

const missing = (
  reason: "locked" | "absent" | "age" | "impossible" | "link",
  count = 1,
): CollectionFacts["definitions"][number]["missing"][number] => ({
  reason,
  count,
  example: "C:\\x",
});

it("nothing is said of what does not exist on the server, nor of links", () => {
  expect(linesOf(null)).toEqual([]);
  const facts = {
    definitions: [{ id: "imap-pop", files: 0, missing: [missing("absent", 2), missing("link")] }],
  };
  expect(linesOf(facts)).toEqual([]);
});

it("what could not be taken at all leaves its question open, what was taken in part may", () => {
  const facts = {
    definitions: [
      { id: "event-logs", files: 3, missing: [missing("locked", 2)] },
      { id: "httpproxy", files: 0, missing: [missing("locked", 4), missing("age", 7)] },
    ],
  };
  expect(linesOf(facts)).toEqual([
    "Not collected: Front-end proxy logs (HttpProxy) (4 in use or not to be opened; 7 older than the age limit). Without it nobody can say whether requests were passed on to the back end under a foreign name, and whose mailbox they were for.",
    expect.stringMatching(
      /^Collected in part: Windows event logs \(2 in use or not to be opened\)\. It may not fully answer which processes/u,
    ),
  ]);
});

it("what one collection lacks another may hold", () => {
  const lacking = { definitions: [{ id: "exchange-state", files: 0, missing: [missing("impossible")] }] };
  const having = { definitions: [{ id: "exchange-state", files: 40, missing: [] }] };
  expect(linesOf(lacking)).toEqual([expect.stringMatching(/^Not collected: State of Exchange/u)]);
  expect(linesOf(lacking, having)).toEqual([]);
});
