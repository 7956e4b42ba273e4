import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { identifyTextLog, parseTextLog, type LineCounts } from "../artifacts/index.ts";
import { readAll, type ByteSource } from "../core/index.ts";
import { openEvidence } from "../evidence/index.ts";
import type { Assessment } from "../model/index.ts";
import { scan, type ItemResult, type ScanResult } from "../scan/index.ts";
import { loadDetection, runCase } from "./index.ts";
import { scanToolsOf } from "./scan-tools.ts";

/**
 * Real logs that others published; not in this repository. Their folders: real Exchange logs (`A_exchange`) and the logs of web servers that
 * have nothing to do with Exchange (`F_weblogs`).
 */
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const EXCHANGE = join(corpus, "A_exchange");
const WEB = join(corpus, "F_weblogs");
const present = corpus !== "" && existsSync(EXCHANGE) && existsSync(WEB);
const WHEN = "(POSTERN_CORPUS; skipped when it is not set)";

/** Every genuine log, what it is, and the builds of Exchange that the text itself states (null: none), commas between them. */
const GENUINE: readonly (readonly [
  path: string,
  artifact: string,
  records: number,
  builds: string | null,
])[] = [
  ["elastic-integrations/iis/test-iis10-access.log", "iis-w3c", 8, null],
  ["elastic-integrations/test-httpproxy.log", "exchange-httpproxy", 1, "15.1.2507.35"],
  [
    "elastic-integrations/test-messagetracking.log",
    "message-tracking",
    6,
    "15.1.2507.35,15.2.330.5,15.1.2507.39",
  ],
  ["ms-qa/anchor-mailbox-rows.csv", "exchange-httpproxy", 10, null],
  ["plaso/iis/iis10.log", "iis-w3c", 1, null],
  ["plaso/iis/iis10_cookies.log", "iis-w3c", 3, null],
  ["plaso/iis/iis10_edge_cases.log", "iis-w3c", 15, null],
  ["plaso/iis/iis6.log", "iis-w3c", 12, null],
  ["plaso/iis/iis7_owa.log", "iis-w3c", 3, null],
  ["plaso/iis/iis7_sqli.log", "iis-w3c", 2, null],
  ["plaso/iis/iis_without_date.log", "iis-w3c", 11, null],
  ["qazeer-artefacts-help/logs/AgentLog20220913-1.LOG", "exchange-agent-log", 2, null],
  [
    "qazeer-artefacts-help/logs/Autodiscover/HttpProxy_2023010919-1.LOG",
    "exchange-httpproxy",
    1,
    "15.1.2375.7",
  ],
  ["qazeer-artefacts-help/logs/ECPActivity_11500_20230111-1.LOG", "exchange-ecp-activity", 2, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/ECPServer20230111-1.LOG", "exchange-ecp-server", 1, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/Eas/HttpProxy_2023011116-1.LOG", "exchange-httpproxy", 1, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/Ecp/HttpProxy_2023010611-1.LOG", "exchange-httpproxy", 1, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/Ews/HttpProxy_2023010601-1.LOG", "exchange-httpproxy", 1, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/Ews_2023010616-1.LOG", "exchange-ews", 1, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/MSGTRKMS2022091915-1.LOG", "message-tracking", 2, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/Mapi/HttpProxy_2023010601-1.LOG", "exchange-httpproxy", 3, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/Owa/HttpProxy_2023010602-1.LOG", "exchange-httpproxy", 1, "15.1.2375.7"],
  [
    "qazeer-artefacts-help/logs/PowerShell/HttpProxy_2023011116-1.LOG",
    "exchange-httpproxy",
    2,
    "15.1.2375.7",
  ],
  ["qazeer-artefacts-help/logs/RECV2023011116-1.LOG", "smtp-protocol", 16, null],
  ["qazeer-artefacts-help/logs/RpcHttp/HttpProxy_2023010708-1.LOG", "exchange-httpproxy", 1, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/Rps_Cmdlet_2023011116-1.LOG", "exchange-cmdlet", 1, "15.1.2375.7"],
  ["qazeer-artefacts-help/logs/audit20230111-1.LOG", "exchange-audit", 1, "15.1.2375.7"],
  ["velociraptor/csv/exchange.log", "message-tracking", 2, "15.1.2176.9"],
  ["velociraptor/csv/iis.log", "iis-w3c", 4, null],
];

/** Lines that their own files break, read by eye: two rows that lack values, and one row with quotes where its neighbour has none. */
const EXPLAINED: Readonly<Record<string, string>> = {
  "brianary-scripts/test/data/ex031118.log": "1 of 4 values are missing",
  "matomo-log-analytics/tests/logs/iis_custom.log": "8 of 16 values are missing",
  "matomo-log-analytics/tests/logs/incapsula_w3c.log": "the line does not fit the columns of its header",
};

async function scanFolder(folder: string): Promise<ScanResult> {
  const detection = loadDetection();
  try {
    return await scan({
      evidence: [folder],
      intake: {},
      ...scanToolsOf(detection),
      findPivot: () => null,
    });
  } finally {
    await detection.close();
  }
}

/** Path of an item below the corpus folder, with slashes. */
function nameOf(item: { readonly origin: string } | undefined, folder: string): string {
  return relative(folder, item?.origin ?? "")
    .split(sep)
    .join("/");
}

async function countLines(source: ByteSource): Promise<{ readonly lines: number; readonly text: Buffer }> {
  const { bytes } = await readAll(source, 64 << 20);
  const text = Buffer.from(bytes);
  let lines = text.length > 0 && text.at(-1) !== 0x0a ? 1 : 0;
  for (const byte of text) if (byte === 0x0a) lines++;
  return { lines, text };
}

async function readCounts(source: ByteSource, head: Uint8Array): Promise<LineCounts | null> {
  let counts: LineCounts | null = null;
  for await (const batch of parseTextLog(source, head, 0, { select: "all" })) counts = batch.counts;
  return counts;
}

describe.skipIf(!present)(`real Exchange logs ${WHEN}`, () => {
  const items = new Map<string, ItemResult>();
  beforeAll(async () => {
    for (const item of (await scanFolder(EXCHANGE)).items) items.set(nameOf(item, EXCHANGE), item);
  }, 60_000);

  test.each(GENUINE)("%s is read as %s without any damage", (path, artifact, records, builds) => {
    const item = items.get(path);
    expect({ artifact: item?.artifact, records: item?.records, damaged: item?.damaged }).toEqual({
      artifact,
      records,
      damaged: 0,
    });
    expect(item?.builds.map((seen) => seen.build)).toEqual(builds?.split(",") ?? []);
  });

  test("every log file of the folder is in this list, or is not genuine", () => {
    const listed = new Set(GENUINE.map(([path]) => path));
    const logs = [...items.keys()].filter((name) => /\.(log|csv)$/iu.test(name) && !listed.has(name));
    expect(logs.every((name) => name.startsWith("third-party-synthetic-markernan/"))).toBe(true);
  });
});

describe.skipIf(!present)(`what real rows of an attack are called ${WHEN}`, () => {
  async function assessFolder(...path: readonly string[]): Promise<Assessment> {
    return await runCase({ evidence: [join(EXCHANGE, ...path)] });
  }

  test(
    "published attack rows give access through CVE-2021-26855 (L1) and a changed setting through CVE-2021-27065 (L2)",
    { timeout: 60_000 },
    async () => {
      const { verdict, servers, findings, damage } = await assessFolder("wazuh", "exchange.ini");
      expect(verdict).toBe("compromised");
      expect(servers.map((server) => server.name)).toEqual(["WIN-03FGEGKLSPR"]);
      expect(servers[0]?.build).toMatch(/^15\.0\.847\./u);
      expect(servers[0]?.cves["CVE-2021-26855"]).toMatchObject({ verdict: "compromised", rung: "L1" });
      expect(servers[0]?.cves["CVE-2021-27065"]).toMatchObject({ verdict: "compromised", rung: "L2" });
      const cited = findings
        .flatMap((finding) => finding.citations)
        .map((citation) => citation.record)
        .sort();
      expect(new Set(cited)).toEqual(new Set([10, 16]));
      // The other fifteen lines are the test file's own remarks and settings.
      expect(damage.kinds.map((kind) => [kind.code, kind.count])).toEqual([["TEXT_NO_HEADER", 15]]);
    },
  );

  test(
    "an autodiscover request of ProxyShell that was answered is a test of the hole, and no break-in",
    { timeout: 60_000 },
    async () => {
      const { verdict, servers, findings } = await assessFolder("velociraptor", "csv", "iis.log");
      expect(verdict).not.toBe("compromised");
      for (const server of servers) {
        for (const [cve, one] of Object.entries(server.cves))
          expect([cve, one.verdict]).not.toEqual([cve, "compromised"]);
      }
      expect(findings.map(({ kind, rung, cves }) => [kind, rung, cves])).toEqual([
        ["proxyshell-probed", "L0", ["CVE-2021-34473"]],
      ]);
    },
  );
});

describe.skipIf(!present)(
  `logs of Exchange and IIS on ordinary days, with the rules of all packs ${WHEN}`,
  () => {
    test.each(["qazeer-artefacts-help", "plaso", "elastic-integrations"])(
      "%s gives no finding at all",
      { timeout: 60_000 },
      async (folder) => {
        const { findings, servers, scope } = await runCase({ evidence: [join(EXCHANGE, folder)] });
        expect(scope.campaigns.length).toBeGreaterThan(10);
        expect(findings.map(({ kind, rung }) => [kind, rung])).toEqual([]);
        const verdicts = servers.flatMap((server) => Object.values(server.cves).map((one) => one.verdict));
        expect(verdicts.filter((verdict) => verdict === "compromised" || verdict === "attempted")).toEqual(
          [],
        );
      },
    );
  },
);

describe.skipIf(!present)(`logs of web servers that are not Exchange ${WHEN}`, () => {
  test(
    "give no finding about Exchange; only the recorded tunnel through a page is called one",
    { timeout: 60_000 },
    async () => {
      const { findings, servers } = await runCase({ evidence: [WEB] });
      expect(findings.flatMap((finding) => finding.cves)).toEqual([]);
      const graded = findings.filter((finding) => finding.rung !== null);
      expect(graded.map((finding) => finding.kind)).toEqual(["web-tunnel-used"]);
      const cited = findings.flatMap((finding) => finding.citations).map((citation) => citation.path);
      expect(cited.filter((path) => !path.endsWith("Tunna_rdp_tunnel_IIS.log"))).toEqual([]);
      for (const server of servers) {
        const verdicts = Object.values(server.cves).map((one) => one.verdict);
        expect(verdicts.filter((verdict) => verdict === "compromised" || verdict === "attempted")).toEqual(
          [],
        );
      }
    },
  );

  test(
    "account for every line: it is a record, a header or damage, on the fast road as on the plain one",
    { timeout: 60_000 },
    async () => {
      const { items, damage } = await scanFolder(WEB);
      let lines = 0;
      for await (const entry of openEvidence([WEB], {})) {
        if (entry.kind !== "item") continue;
        const name = nameOf(entry.item, WEB);
        const source = await entry.item.open();
        const counted = await countLines(source);
        const head = counted.text.subarray(0, 1 << 16);
        const read = items[entry.item.index];
        if (read?.records === 0) {
          expect([name, read.state, counted.text.includes("#Fields:")]).toEqual([
            name,
            "not-understood",
            false,
          ]);
          expect(identifyTextLog(head.toString("latin1"))).toBe(false);
        } else {
          const counts = await readCounts(source, head);
          const { records = 0, damaged = 0, headers = 0 } = counts ?? {};
          expect([name, records + damaged + headers]).toEqual([name, counted.lines]);
          expect([name, read?.records, read?.damaged]).toEqual([name, records, damaged]);
          lines += counted.lines;
        }
        await source.close();
      }
      expect(lines).toBeGreaterThan(100_000);
      const explained = damage.counts.map((one) => [nameOf(items[one.item], WEB), one.example.note]);
      expect(Object.fromEntries(explained)).toEqual(EXPLAINED);
    },
  );
});
