import { expect, test } from "vitest";
import type { ItemResult, MatchGroup } from "../../scan/index.ts";
import type { Finding } from "../../model/index.ts";
import { resolveServers } from "../servers/resolve-servers.ts";
import { aFile, aGroup, anEvent, anItem, aTally, ms } from "../testing/index.ts";
import { createAddressJoin } from "./address-join.ts";
import { draftFromMatches } from "./event-drafts.ts";
import { draftFromFiles } from "./file-drafts.ts";
import { finishFindings } from "./finish-findings.ts";

const SPAN = { from: "2021-03-03T00:00", to: "2021-03-03T23:00" };
const LOG = anItem(0, { tallies: [aTally("name:ex01", "httpproxy/Ecp", SPAN)] });
const CVE = "CVE-2021-27065";

function finish(groups: readonly MatchGroup[], files: readonly ItemResult[] = []): readonly Finding[] {
  const items = [LOG, ...files];
  const servers = resolveServers(items);
  const join = createAddressJoin(groups, new Set());
  const drafts = [...draftFromMatches(groups, servers, join), ...draftFromFiles(items, servers)];
  return finishFindings(drafts, { packs: [], items });
}

const from = (address: string, at = "2021-03-03T10:15"): ReturnType<typeof anEvent> =>
  anEvent({ timeMs: ms(at), ecs: { "source.ip": address } });

test("findings are numbered by how far they went, then by time", () => {
  const found = finish([
    aGroup({ kind: "tried", rung: "L0" }, [from("203.0.113.1", "2021-03-01T00:00")]),
    aGroup({ kind: "lead", rung: null }, [from("203.0.113.1", "2021-02-01T00:00")]),
    aGroup({ kind: "late", rung: "L3" }, [from("203.0.113.1", "2021-03-05T00:00")]),
    aGroup({ kind: "early", rung: "L3" }, [from("203.0.113.1", "2021-03-04T00:00")]),
  ]);
  expect(found.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
    "F1 early",
    "F2 late",
    "F3 tried",
    "F4 lead",
  ]);
});

test("what worked makes one finding for each intruder, what was only tried one for all of them", () => {
  const addresses = ["203.0.113.1", "203.0.113.2", "203.0.113.3"];
  const worked = finish(addresses.map((address) => aGroup({ rung: "L1" }, [from(address)])));
  expect(worked.map((finding) => finding.entities.addresses)).toEqual(addresses.map((address) => [address]));
  const tried = finish(addresses.map((address) => aGroup({ rung: "L0" }, [from(address)])));
  expect(tried).toMatchObject([{ count: 3, entities: { addresses } }]);
});

test("two kinds of logs that say the same make a finding surer; two rows of one log do not", () => {
  const other = anEvent({ artifact: "exchange-httpproxy", ecs: { "source.ip": "203.0.113.1" } });
  expect(finish([aGroup({}, [from("203.0.113.1"), other])])[0]?.confidence).toBe("high");
  expect(finish([aGroup({}, [from("203.0.113.1"), from("203.0.113.1")])])[0]?.confidence).toBe("medium");
});

test("a back door without a trace in the logs names the likely way in and proves no flaw; with a trace it proves it", () => {
  const door = anItem(1, { file: aFile("owa-auth", { cves: [CVE] }) });
  const alone = finish([], [door]);
  expect(alone).toMatchObject([{ kind: "web-shell-file", rung: "L2", cves: [] }]);
  expect(alone[0]?.why).toContain(`Likely way in (medium confidence`);
  expect(alone[0]?.why).toContain(CVE);
  expect(alone[0]?.doubt).toContain("times of a copied file say nothing");
  const traced = finish(
    [aGroup({ kind: "vdir-reset", rung: "L2", cves: [CVE] }, [from("203.0.113.1")])],
    [door],
  );
  const file = traced.find((finding) => finding.kind === "web-shell-file");
  expect(file?.cves).toEqual([CVE]);
  expect(file?.why).not.toContain("Likely way in");
});

test("a file's time counts only when the collector wrote it down on the server", () => {
  const modified = "2021-03-03T10:15:00.000Z";
  const [collected] = finish(
    [],
    [anItem(1, { file: aFile("owa-auth"), modified, timeSource: "collection" })],
  );
  const [copied] = finish([], [anItem(1, { file: aFile("owa-auth"), modified, timeSource: "filesystem" })]);
  expect([collected?.firstSeen, copied?.firstSeen]).toEqual([modified, null]);
});

test("a file in a quarantine says that it tells what was there, not what is", () => {
  const history = anItem(1, { file: aFile("owa-auth", { rung: null }), standing: "history" });
  const [finding] = finish([], [history]);
  expect(finding?.rung).toBeNull();
  expect(finding?.doubt).toContain("not what is there now");
});

test("how a record had to be mended is a doubt where it bears on its meaning", () => {
  const zoneless = anEvent({ repairs: ["time without a zone, read as UTC", "two blanks between values"] });
  const [finding] = finish([aGroup({}, [zoneless])]);
  expect(finding?.doubt).toContain("How the record was read: time without a zone, read as UTC.");
  expect(finding?.doubt).not.toContain("two blanks");
});
