import { HOUR, MINUTE, at, dayStart } from "./clock.ts";
import { writeDailyEvents, writePatchEvents } from "./daily-events.ts";
import type { PatchNames } from "./daily-events.ts";
import { createPeople } from "./district.ts";
import type { Server } from "./district.ts";
import { toGetWinEventJson, toWinlogbeat } from "./event-export.ts";
import { toEventLog } from "./event-log.ts";
import { WIDE_IIS_FIELDS, iisHeader, iisLog } from "./iis.ts";
import { createLedger } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { createRandom } from "./random.ts";
import type { Random } from "./random.ts";
import { writeSetupLogs } from "./setup-log.ts";
import type { SetupRun } from "./setup-log.ts";
import { productYear, shortBuild } from "./stage.ts";
import type { InstalledBuild, LogName, Stage } from "./stage.ts";
import { writeTraffic } from "./traffic.ts";
import { CP1252_E_ACUTE, createTree } from "./tree.ts";
import type { Tree } from "./tree.ts";
import { writeWebServerSettings } from "./web-server-settings.ts";
import { writeGenuinePages } from "./web-shell.ts";
import type { WindowsEvent } from "./windows-record.ts";

/** A scenario while it is being written. */
export interface Build {
  readonly tree: Tree;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly scale: number;
}

/** Begins an empty scenario. */
export function createBuild(seed: number, scale: number): Build {
  return { tree: createTree(), ledger: createLedger(), random: createRandom(seed), scale };
}

/** What distinguishes one server of a scenario. */
export interface ServerPlan {
  readonly server: Server;
  readonly builds: readonly InstalledBuild[];
  /** First moment of each log; null keeps none of it. Logs that are not named begin with the traffic. */
  readonly logsFrom?: Partial<Readonly<Record<LogName, number | null>>>;
  /** Logs that are not named in `logsFrom` are kept (default) or not. */
  readonly others?: boolean;
  readonly balancer?: string;
  readonly language?: "en" | "de";
  readonly wideIis?: { readonly fromMs: number; readonly untilMs: number };
}

/** A stage together with the events that it collected. */
export interface OpenStage {
  readonly stage: Stage;
  readonly events: readonly WindowsEvent[];
}

/** Sets up a server's stage. */
export function openStage(build: Build, plan: ServerPlan): OpenStage {
  const events: WindowsEvent[] = [];
  const random = build.random.fork(plan.server.name);
  const stage: Stage = {
    tree: build.tree,
    random,
    server: plan.server,
    people: createPeople(build.random.fork("people")),
    builds: plan.builds,
    drive: `${plan.server.name}/C`,
    keeps: (log, timeMs) => {
      const from = plan.logsFrom?.[log];
      if (from === undefined) return plan.others ?? true;
      return from !== null && timeMs >= from;
    },
    balancer: plan.balancer ?? null,
    wideIis: plan.wideIis ?? null,
    event: (event) => {
      events.push(event);
    },
    language: plan.language ?? "en",
  };
  return { stage, events };
}

/** Start and end (exclusive) of a server's traffic. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Ordinary life of a server: traffic, noise, events, web pages, updates. */
export function writeServerLife(build: Build, stage: Stage, span: Span): void {
  writeTraffic(stage, span.fromMs, span.untilMs, build.scale);
  writeDailyEvents(stage, span.fromMs, span.untilMs);
  writeGenuinePages(stage);
  writeWebServerSettings(stage);
  for (const update of stage.builds.slice(1)) {
    if (update.sinceMs < span.fromMs || update.sinceMs >= span.untilMs) continue;
    writePatchEvents(stage, update, patchNames(stage, update));
    restartIis(build, stage, update.sinceMs);
  }
}

/** Numbers of the updates that scenarios install, by the third part of the build. */
const UPDATES: Readonly<Record<number, { readonly kb: string; readonly cu: string }>> = {
  2176: { kb: "KB5000871", cu: "19" },
  2507: { kb: "KB5019758", cu: "23" },
  1118: { kb: "KB5019758", cu: "12" },
};

function patchNames(stage: Stage, update: InstalledBuild): PatchNames {
  const { kb, cu } = UPDATES[update.build] ?? { kb: "KB0000000", cu: "0" };
  const from = shortBuild(stage.builds[0] ?? update);
  return { kb, product: `${productYear(update)} Cumulative Update ${cu}`, from };
}

/** IIS repeats its header when it starts anew. */
function restartIis(build: Build, stage: Stage, timeMs: number): void {
  for (const site of [1, 2] as const) {
    if (!stage.keeps(site === 1 ? "iis-front" : "iis-back", timeMs)) continue;
    const file = iisLog(stage, site, timeMs);
    stage.tree.line(file, timeMs, iisHeader(timeMs).join("\r\n"));
    build.ledger.oddity("repeated-header", file.path);
  }
}

/** Breaks the formats in a few places, as real servers do; call it after the traffic of the span is written. */
export function writeOddities(build: Build, stage: Stage, span: Span): void {
  const day = dayStart(span.fromMs) + 24 * HOUR;
  const file = iisLog(stage, 1, day);
  const fixed =
    "GET /owa/ realm=larchmere north&vd=owa 443 - 10.20.9.44 Mozilla/5.0+(Windows+NT+10.0) - 302 0 0 3";
  const stamp = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 19).replace("T", " ");
  const blankMs = day + 15 * HOUR + 7 * MINUTE;
  stage.tree.line(file, blankMs, `${stamp(blankMs)} ${stage.server.address} ${fixed}`);
  build.ledger.oddity("blank-in-query", file.path);
  const byteMs = day + 16 * HOUR + 31 * MINUTE;
  const referer = `https://intranet.larchmere.example/caf${CP1252_E_ACUTE}`;
  const visit = `GET /favicon.ico - 443 - 10.20.9.44 Mozilla/5.0+(Windows+NT+10.0) ${referer} 404 0 2 1`;
  stage.tree.line(file, byteMs, `${stamp(byteMs)} ${stage.server.address} ${visit}`);
  build.ledger.oddity("cp1252-byte", file.path);
  if (stage.wideIis === null) return;
  const wide = iisLog(stage, 1, stage.wideIis.fromMs);
  const { fromMs, untilMs } = stage.wideIis;
  stage.tree.line(wide, fromMs - 1, iisHeader(fromMs, WIDE_IIS_FIELDS).join("\r\n"));
  stage.tree.line(wide, untilMs - 1, iisHeader(untilMs).join("\r\n"));
  build.ledger.oddity("fields-change", wide.path);
}

/** Cuts the last line of the last day's front-end log: the copy was taken while IIS was writing. */
export function cutLastLine(build: Build, stage: Stage, lastMs: number): void {
  const { path } = iisLog(stage, 1, lastMs);
  build.tree.cutLastLine(path);
  build.ledger.oddity("cut-last-line", path);
}

/** In which form a server's events were exported. */
export type EventStyle = "evtx" | "get-winevent" | "get-winevent-utf16" | "winlogbeat";

/** Writes a server's events: the logs themselves, one JSON array a channel, or one winlogbeat file. */
export function exportEvents(build: Build, open: OpenStage, style: EventStyle): void {
  const { stage, events } = open;
  const folder =
    style === "evtx" ? `${stage.drive}/Windows/System32/winevt/Logs` : `${stage.drive}/exported-events`;
  const lastMs = Math.max(...events.map((event) => event.timeMs)) + 5 * MINUTE;
  const channels = [...new Set(events.map((event) => event.channel))].sort();
  const beats = `${folder}/winlogbeat.ndjson`;
  if (style === "winlogbeat") build.tree.file(beats, toWinlogbeat(stage.server, events), lastMs);
  for (const channel of channels) {
    const own = events.filter((event) => event.channel === channel);
    const path =
      style === "winlogbeat"
        ? beats
        : `${folder}/${channel.replaceAll("/", "%4")}.${style === "evtx" ? "evtx" : "json"}`;
    for (const { planted, timeMs } of own) {
      if (planted !== undefined) build.ledger.plant(planted.what, path, timeMs, planted.needle);
    }
    if (style === "winlogbeat") continue;
    if (style === "evtx") {
      build.tree.file(path, Buffer.from(toEventLog(stage.server, own)), lastMs);
      continue;
    }
    const json = `\uFEFF${toGetWinEventJson(stage.server, own)}`;
    build.tree.file(path, Buffer.from(json, style === "get-winevent" ? "utf8" : "utf16le"), lastMs);
    if (style === "get-winevent-utf16") build.ledger.oddity("utf-16", path);
  }
}

/** A build that a server runs since a time. */
export function installed(build: Omit<InstalledBuild, "sinceMs">, sinceIso: string): InstalledBuild {
  return { ...build, sinceMs: at(sinceIso) };
}

/** Writes the setup log of a server that was installed fresh, or upgraded to CU19 in January 2021. */
export function writeSetup(stage: Stage, history: "fresh" | "upgraded"): void {
  const first = stage.builds[0];
  if (first === undefined) return;
  const current: SetupRun = { startMs: first.sinceMs, build: first, mode: "Install" };
  if (history === "fresh") {
    writeSetupLogs(stage, [current]);
    return;
  }
  const origin = { major: 15, minor: 1, build: 1779, revision: 2, sinceMs: at("2019-07-22T18:40:00Z") };
  writeSetupLogs(stage, [
    { startMs: origin.sinceMs, build: origin, mode: "Install" },
    { ...current, mode: "BuildToBuildUpgrade", previous: shortBuild(origin) },
  ]);
}
