import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { collectTree, DEFAULT_LIMITS, findDrives } from "../collect/index.ts";
import { readAll } from "../core/index.ts";
import { writeScenario } from "../demo/index.ts";
import { openEvidence } from "../evidence/index.ts";
import { loadCollection } from "../knowledge/index.ts";
import type { Assessment } from "../model/index.ts";
import { runCase } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-collection-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

async function collect(tree: string, out: string, server: string): Promise<string> {
  const { drives } = await findDrives(tree);
  await collectTree({
    collection: loadCollection(),
    drives,
    server,
    out,
    times: "copy",
    limits: { ...DEFAULT_LIMITS, keepFreeMb: 0 },
    now: () => Date.parse("2021-03-13T08:00:00Z"),
  });
  return out;
}

/** Lines that only a collection's manifest gives. */
const COLLECTED = /^(?:Not collected|Collected in part): /u;

/** The answer without where evidence was found and without what the collector says of itself. */
function answer({ evidence, damage, servers, answers, ...rest }: Assessment, server: string): unknown {
  const told = {
    ...rest,
    answers: answers.map((one) => `${one.question} ${one.answer}`),
    servers: servers.map((one) => ({
      ...one,
      coverage: {
        ...one.coverage,
        notSeen: one.coverage.notSeen.filter((line) => !COLLECTED.test(line)),
        // The collector lists more files than it takes.
        sources: one.coverage.sources.filter(({ source }) => source !== "file-history"),
      },
    })),
    damage: damage.kinds.map(({ code, count, lost, path }) => ({ code, count, lost, path })),
    evidence: evidence
      .filter((entry) => !["postern-collection", "file-listing"].includes(entry.artifact))
      .map(({ origin, ...entry }) => ({ ...entry, server: entry.server ?? origin.length > 0 }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  return JSON.parse(JSON.stringify(told).replaceAll(server.toLowerCase(), server));
}

describe("a tree that Postern's collector took", () => {
  it.each([
    ["proxylogon-mail-theft", "LUSD-EX01"],
    ["localised", "LUSD-EX03"],
  ] as const)(
    "of the server in %s gives the same assessment as the tree itself",
    async (id, server) => {
      const tree = join(folder, id);
      await writeScenario(id, tree, { trafficScale: 0.05 });
      const zip = await collect(tree, join(folder, `${id}.zip`), server);
      // Exports that somebody made lie beside the server's disk: no collector looks for them there.
      const beside = ["Auswertung", "C/exported-events"]
        .map((name) => join(tree, server, name))
        .filter((path) => existsSync(path));
      const servers = beside.map((path) => ({ name: server, path }));
      const collected = await runCase({ evidence: [zip, ...beside], intake: { servers } });
      const direct = await runCase({
        evidence: [tree],
        intake: { servers: [{ name: server, path: join(tree, server) }] },
      });
      expect(answer(collected, server)).toEqual(answer(direct, server));
      expect(collected.damage.kinds.filter((kind) => kind.code.startsWith("COLLECTION_"))).toEqual([]);
    },
    60_000,
  );

  it("is compared with its manifest: what was changed, taken away or put in is named", async () => {
    const tree = join(folder, "small");
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(join(tree, name)), { recursive: true });
      writeFileSync(join(tree, name), text);
    };
    write("C/inetpub/wwwroot/aspnet_client/a.aspx", "<p>a</p>");
    write("C/inetpub/wwwroot/aspnet_client/b.aspx", "<p>b</p>");
    write("C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", "#Fields: date time\r\n");
    const zip = await collect(tree, join(folder, "small.zip"), "EX01");
    const unpacked = await unpack(zip, join(folder, "unpacked"));
    expect(codes(await runCase({ evidence: [unpacked] }))).toEqual([]);

    writeFileSync(join(unpacked, "C/inetpub/wwwroot/aspnet_client/a.aspx"), "<p>other</p>");
    rmSync(join(unpacked, "C/inetpub/wwwroot/aspnet_client/b.aspx"));
    writeFileSync(join(unpacked, "C/inetpub/wwwroot/aspnet_client/c.aspx"), "<p>c</p>");
    const assessed = await runCase({ evidence: [unpacked] });
    expect(codes(assessed)).toEqual([
      "COLLECTION_FILE_CHANGED C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx",
      "COLLECTION_FILE_MISSING C:\\inetpub\\wwwroot\\aspnet_client\\b.aspx",
      "COLLECTION_FILE_UNLISTED C:\\inetpub\\wwwroot\\aspnet_client\\c.aspx",
    ]);
  });

  it.skipIf(process.platform === "win32")(
    "whose manifest was cut says that nobody knows what is missing",
    async () => {
      const unpacked = join(folder, "unpacked");
      const manifest = join(unpacked, "postern-collection.jsonl");
      const text = readFileSync(manifest, "utf8");
      writeFileSync(manifest, text.slice(0, text.lastIndexOf('{"kind":"end"')));
      expect(codes(await runCase({ evidence: [unpacked] }))).toContain(`COLLECTION_CUT ${manifest}`);
      writeFileSync(manifest, "not a manifest\n");
      expect(codes(await runCase({ evidence: [unpacked] }))).toEqual([]);
    },
  );
});

describe("what a collector could not take", () => {
  it("is said with the question that stays open", async () => {
    const [server] = (await runCase({ evidence: [join(folder, "localised.zip")] })).servers;
    const lines = server?.coverage.notSeen.filter((line) => COLLECTED.test(line)) ?? [];
    expect(lines).toEqual([
      expect.stringMatching(
        /^Not collected: List of all files .* Without it nobody can say when a file came/u,
      ),
      expect.stringMatching(/^Not collected: State of the server \(this collector cannot take it\)/u),
      expect.stringMatching(/^Not collected: State of Exchange/u),
    ]);
  }, 60_000);
});

function codes({ damage }: Assessment): readonly string[] {
  return damage.kinds
    .filter((kind) => kind.code.startsWith("COLLECTION_"))
    .map(
      (kind) =>
        `${kind.code} ${kind.code === "COLLECTION_FILE_MISSING" ? (kind.note.split(": ").at(-1) ?? "") : kind.path}`,
    )
    .sort();
}

/** Writes what a zip holds into a folder. */
async function unpack(zip: string, target: string): Promise<string> {
  for await (const entry of openEvidence([zip], {})) {
    if (entry.kind !== "item") continue;
    const source = await entry.item.open();
    const { bytes } = await readAll(source, 1 << 24);
    await source.close();
    const path = join(target, entry.item.origin.slice(zip.length + 1));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return target;
}
