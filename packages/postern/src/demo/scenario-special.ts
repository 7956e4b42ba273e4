import { MINUTE, SECOND, at } from "./clock.ts";
import {
  cutLastLine,
  exportEvents,
  installed,
  openStage,
  writeOddities,
  writeServerLife,
  writeSetup,
} from "./build.ts";
import type { Build, OpenStage } from "./build.ts";
import { writeChain, writeMailTheft } from "./chain.ts";
import type { ChainPlace } from "./chain.ts";
import { BALANCER_ADDRESS, EX01, EX02 } from "./district.ts";
import type { Server } from "./district.ts";
import { IIS_FIELDS } from "./columns.ts";
import { iisHeader, iisLog } from "./iis.ts";
import { INTRUDER, LATE_PATCH, MONTH, useShell } from "./scenario-single.ts";
import { CU19, CU19_MARCH } from "./stage.ts";
import type { LogName } from "./stage.ts";
import { GUESSED_SHELLS, guessShells, writeCompiledTrace, writeShellFile } from "./web-shell.ts";

/** Share of the traffic that each of two servers gets. */
const HALF = 0.45;
/** The log that somebody copied by hand, without saying from which server. */
const LOOSE_LOG = "u_ex210303.log";

function halfServer(build: Build, server: Server, logs: readonly LogName[]): OpenStage {
  const always = Object.fromEntries(logs.map((log) => [log, 0]));
  return openStage(build, {
    server,
    builds: [installed(CU19, "2021-01-16T19:02:00Z"), installed(CU19_MARCH, LATE_PATCH)],
    logsFrom: always,
    others: false,
    balancer: BALANCER_ADDRESS,
  });
}

/** The front end of one server passes the chain on to the other; each holds its half of the traces. */
export function writeTwoServers(build: Build): void {
  const half: Build = { ...build, scale: build.scale * HALF };
  const front = halfServer(half, EX01, ["iis-front", "iis-back", "http-proxy"]);
  const back = halfServer(half, EX02, [
    "iis-front",
    "iis-back",
    "ecp-server",
    "ecp-activity",
    "ews",
    "audit",
  ]);
  for (const open of [front, back]) {
    writeServerLife(half, open.stage, MONTH);
    writeSetup(open.stage, "upgraded");
  }
  writeOddities(half, front.stage, MONTH);
  const place: ChainPlace = { front: front.stage, back: back.stage, ledger: build.ledger };
  const startMs = at("2021-03-03T10:15:23.120Z");
  const mailbox = "a.whitcombe@larchmere.example";
  writeChain(place, { startMs, attacker: INTRUDER, mailbox });
  const droppedMs = startMs + 11 * SECOND;
  writeShellFile(place, droppedMs);
  writeCompiledTrace(place, droppedMs + 9 * SECOND);
  useShell(place, droppedMs);
  writeMailTheft(place, { startMs: startMs + 26 * MINUTE, attacker: INTRUDER, mailbox });
  guessShells(place, {
    startMs: at("2021-03-05T09:44:00Z"),
    attacker: "203.0.113.41",
    names: GUESSED_SHELLS,
  });
  cutLastLine(build, front.stage, MONTH.untilMs - 1);
  const from = iisLog(back.stage, 2, startMs).path;
  build.tree.move(from, LOOSE_LOG);
  build.ledger.move(from, LOOSE_LOG);
  exportEvents(build, back, "winlogbeat");
}

/** A folder that says nothing about the server. */
export function writeNoEvidence(build: Build): void {
  const timeMs = at("2021-03-12T15:20:00Z");
  const random = build.random.fork("no-evidence");
  const noise = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => random.int(256));
  const readme =
    "Please find attached what we could get.\r\nThe server is at the north campus, ask for the key.\r\n";
  build.tree.file("README.txt", readme, timeMs);
  build.tree.file(
    "network-plan.pdf",
    Buffer.concat([Buffer.from("%PDF-1.4\n"), noise(20_000), Buffer.from("\n%%EOF\n")]),
    timeMs,
  );
  build.tree.file("archive-2019.pst", Buffer.concat([Buffer.from("!BDN", "latin1"), noise(65_000)]), timeMs);
  build.tree.file("server.log", "", timeMs);
  build.tree.file(
    "photos/rack.jpg",
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), noise(9_000)]),
    timeMs,
  );
  build.tree.file(
    "u_ex210311.log",
    `${iisHeader(at("2021-03-11T00:00:04Z"), IIS_FIELDS).join("\r\n")}\r\n`,
    timeMs,
  );
}
