import { expect, test } from "vitest";
import { aFile, anItem, aTally } from "../testing/index.ts";
import { resolveServers } from "./resolve-servers.ts";

const DAY = { from: "2021-03-03T00:00", to: "2021-03-03T05:00" };

test("records name their server themselves; a web server log in the same collection belongs to it", () => {
  const map = resolveServers([
    anItem(0, { tallies: [aTally("name:ex01", "httpproxy/Ecp", DAY)] }),
    anItem(1, { tallies: [aTally("ip:10.0.0.5", "iis-front-end", DAY)] }),
    anItem(2, { file: aFile("owa-auth") }),
  ]);
  expect(map.servers.map(({ id, name, addresses }) => [id, name, addresses])).toEqual([
    ["S1", "ex01", ["10.0.0.5"]],
  ]);
  expect([map.of("ip:10.0.0.5", 1).id, map.ofItem(2, null).id]).toEqual(["S1", "S1"]);
});

test("a log without a name that came apart is given to the server whose address it names", () => {
  const map = resolveServers([
    anItem(0, { collection: "a", tallies: [aTally("name:ex01", "httpproxy/Ecp", DAY)] }),
    anItem(1, { collection: "a", tallies: [aTally("ip:10.0.0.5", "iis-front-end", DAY)] }),
    anItem(2, {
      collection: "b",
      tallies: [aTally("ip:10.0.0.5", "iis-back-end", DAY), aTally("ip:::1", "iis-back-end", DAY)],
    }),
    anItem(3, { collection: "c", tallies: [aTally("ip:10.9.9.9", "iis-front-end", DAY)] }),
  ]);
  expect(map.of("ip:10.0.0.5", 2).name).toBe("ex01");
  // Loopback rows are the same server's as the rest of their log.
  expect(map.of("ip:::1", 2).name).toBe("ex01");
  expect(map.of("ip:10.9.9.9", 3).name).toBeNull();
});

test("an address that two servers' collections hold belongs to none of them", () => {
  const map = resolveServers([
    anItem(0, {
      collection: "a",
      tallies: [aTally("name:ex01", "ews", DAY), aTally("ip:10.0.0.9", "iis-front-end", DAY)],
    }),
    anItem(1, {
      collection: "b",
      tallies: [aTally("name:ex02", "ews", DAY), aTally("ip:10.0.0.9", "iis-front-end", DAY)],
    }),
    anItem(2, { collection: "c", tallies: [aTally("ip:10.0.0.9", "iis-front-end", DAY)] }),
  ]);
  expect(map.of("ip:10.0.0.9", 2).name).toBeNull();
  expect(map.servers.map((server) => server.name)).toEqual(["ex01", "ex02", null]);
});

test("a few forwarded records of another server do not give it the whole collection; --server does", () => {
  const forwarded = resolveServers([
    anItem(0, {
      tallies: [aTally("name:ex01", "ews", { ...DAY, perHour: 100 }), aTally("name:ex02", "ews", DAY)],
    }),
    anItem(1, { file: aFile("owa-auth") }),
  ]);
  expect(forwarded.ofItem(1, null).name).toBe("ex01");
  const mixed = resolveServers([
    anItem(0, { tallies: [aTally("name:ex01", "ews", DAY), aTally("name:ex02", "ews", DAY)] }),
    anItem(1, { file: aFile("owa-auth") }),
    anItem(2, { file: aFile("owa-auth"), serverHint: "ex02", collection: "told" }),
  ]);
  expect(mixed.ofItem(1, null).name).toBeNull();
  expect(mixed.ofItem(2, null).name).toBe("ex02");
});
