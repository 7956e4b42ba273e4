import { DAY, at } from "./clock.ts";
import { createBuild, installed, openStage } from "./build.ts";
import type { Build } from "./build.ts";
import { forge, writeChain } from "./chain.ts";
import { EX01 } from "./district.ts";
import type { PlantKind } from "./ledger.ts";
import { INTRUDER } from "./scenario-single.ts";
import { CU19 } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { writeTraffic } from "./traffic.ts";
import { GUESSED_SHELLS, guessShells } from "./web-shell.ts";

/** A line whose times and request id are overwritten in place. Offsets are bytes from its beginning. */
export interface LineTemplate {
  readonly bytes: Uint8Array;
  /** Where `2021-02-10T10:15:23.456Z` or, in IIS, `2021-02-10 10:15:23` stands for the end of the request. */
  readonly endOffsets: readonly number[];
  /** Where the beginning of the request stands, in the long form. */
  readonly beginOffsets: readonly number[];
  /** Where the request id stands, or -1. */
  readonly idOffset: number;
}

/** One request as IIS and, unless it is null, HttpProxy write it. */
export interface RequestTemplate {
  readonly iis: LineTemplate;
  readonly proxy: { readonly protocol: string; readonly line: LineTemplate } | null;
  readonly tookMs: number;
  readonly what: PlantKind | null;
}

/** Everything that the bulk writer repeats. */
export interface Templates {
  readonly stage: Stage;
  readonly protocols: readonly string[];
  readonly ordinary: readonly RequestTemplate[];
  /** Refused attempts of scanners: each holds what rules look for. */
  readonly probes: readonly RequestTemplate[];
  /** The steps of one chain, in order. */
  readonly planted: readonly RequestTemplate[];
}

const SCRATCH_DAY = at("2021-02-10T00:00:00Z");
const SCRATCH_SCALE = 14;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** What scanners ask for: back doors by their names, and back-end addresses of their choice, which the server refuses. */
function scanner(seed: number): { readonly build: Build } {
  const { build, stage } = scratch(seed);
  const place = { front: stage, back: stage, ledger: build.ledger };
  SCANNERS.forEach((attacker, index) => {
    const startMs = SCRATCH_DAY + index * 3_600_000;
    guessShells(place, { startMs, attacker, names: GUESSED_SHELLS });
    for (const status of [500, 404, 400]) {
      forge(place, {
        attacker,
        agent: "python-requests/2.25.1",
        stem: "/ecp/x.js",
        timeMs: startMs + status * 1000,
        anchor: `a]@${stage.server.name}:444/autodiscover/autodiscover.xml?#`,
        status,
        backEndStatus: null,
        what: "ssrf-refused",
      });
    }
  });
  return { build };
}

/** Addresses that RFC 5737 reserves for documentation. */
const SCANNERS: readonly string[] = Array.from(
  { length: 24 },
  (_, index) => `203.0.113.${String(100 + index)}`,
);

/** Writes one busy day in memory and takes its front-end lines apart. */
export function createTemplates(seed: number): Templates {
  const ordinary = scratch(seed);
  writeTraffic(ordinary.stage, SCRATCH_DAY, SCRATCH_DAY + DAY, SCRATCH_SCALE);
  const attack = scratch(seed);
  const startMs = SCRATCH_DAY + 36_000_000;
  const place = { front: attack.stage, back: attack.stage, ledger: attack.build.ledger };
  writeChain(place, { startMs, attacker: INTRUDER, mailbox: "a.whitcombe@larchmere.example" });
  const kinds = new Map(
    attack.build.ledger
      .planted()
      .filter((row) => row.path.includes("/HttpProxy/"))
      .map((row) => [row.needle, row.what] as const),
  );
  const pairs = requests(ordinary.build, new Map());
  return {
    stage: ordinary.stage,
    protocols: [
      ...new Set(pairs.flatMap((pair) => (pair.proxy === null ? [] : [pair.proxy.protocol]))),
    ].sort(),
    ordinary: pairs,
    probes: requests(scanner(seed).build, new Map()),
    planted: requests(attack.build, kinds),
  };
}

function scratch(seed: number): { readonly build: Build; readonly stage: Stage } {
  const build = createBuild(seed, 1);
  const plan = { server: EX01, builds: [installed(CU19, "2021-01-16T19:02:00Z")] };
  return { build, stage: openStage(build, plan).stage };
}

function requests(build: Build, kinds: ReadonlyMap<string, PlantKind>): readonly RequestTemplate[] {
  const proxies = new Map<string, { readonly protocol: string; readonly text: string }>();
  const fronts: string[] = [];
  for (const file of build.tree.build()) {
    const lines = Buffer.from(file.bytes).toString("utf8").split("\r\n");
    const protocol = /\/HttpProxy\/(\w+)\//.exec(file.path)?.[1];
    for (const text of lines) {
      if (!/^\d{4}-/.test(text)) continue;
      if (protocol !== undefined) proxies.set(text.slice(25, 61), { protocol, text });
      else if (file.path.includes("/W3SVC1/")) fronts.push(text);
    }
  }
  return fronts.map((text) => {
    const id = /cafeReqId=([0-9a-f-]{36})/.exec(text)?.[1] ?? "";
    const proxy = proxies.get(id);
    const tookMs = Number(text.slice(text.lastIndexOf(" ") + 1));
    return {
      iis: {
        bytes: Buffer.from(`${text}\r\n`),
        endOffsets: [0],
        beginOffsets: [],
        idOffset: text.indexOf(id),
      },
      proxy: proxy === undefined ? null : { protocol: proxy.protocol, line: proxyLine(proxy.text, id) },
      tookMs,
      what: kinds.get(id) ?? null,
    };
  });
}

function proxyLine(text: string, id: string): LineTemplate {
  const end = text.slice(0, 24);
  const times = [...text.matchAll(TIME)];
  return {
    bytes: Buffer.from(`${text}\r\n`),
    endOffsets: times.filter((time) => time[0] === end).map((time) => time.index),
    beginOffsets: times.filter((time) => time[0] !== end).map((time) => time.index),
    idOffset: text.indexOf(id),
  };
}
