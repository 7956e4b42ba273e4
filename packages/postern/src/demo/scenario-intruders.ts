import { cutLastLine, exportEvents, writeOddities, writeServerLife, writeSetup } from "./build.ts";
import type { Build } from "./build.ts";
import { writeChain } from "./chain.ts";
import type { ChainPlace } from "./chain.ts";
import { HOUR, MINUTE, SECOND, at } from "./clock.ts";
import { processEvent } from "./process-events.ts";
import { MONTH, oldServer } from "./scenario-single.ts";
import { SHARED_DOOR, visitShell, writeShellFile } from "./web-shell.ts";

/** The one who came first works from two addresses with one program. */
const PATIENT = {
  addresses: ["198.51.100.183", "198.51.100.191"],
  agent:
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/69.0.3497.81 Safari/537.36",
} as const;

/** The one who came later leaves everything to a script. */
const HASTY = { address: "192.0.2.177", agent: "python-requests/2.25.1" } as const;

/** Two break-ins into one server that have nothing to do with each other. */
export function writeTwoIntruders(build: Build): void {
  const open = oldServer(build, MONTH);
  const { stage } = open;
  writeServerLife(build, stage, MONTH);
  writeOddities(build, stage, MONTH);
  writeSetup(stage, "upgraded");
  const place: ChainPlace = { front: stage, back: stage, ledger: build.ledger };
  writePatient(place);
  writeHasty(place);
  cutLastLine(build, stage, MONTH.untilMs - 1);
  exportEvents(build, open, "evtx");
}

/** Five nights of commands at the pace of somebody who reads the answers. */
function writePatient(place: ChainPlace): void {
  const startMs = at("2021-02-28T03:12:44.300Z");
  const [first, second] = PATIENT.addresses;
  writeChain(place, {
    startMs,
    attacker: first,
    mailbox: "a.whitcombe@larchmere.example",
    agent: PATIENT.agent,
  });
  writeShellFile(place, startMs + 11 * SECOND);
  const nights = [
    "2021-02-28T03:20:05Z",
    "2021-03-01T02:04:31Z",
    "2021-03-02T04:40:12Z",
    "2021-03-04T01:33:50Z",
  ];
  for (const [night, begin] of nights.entries()) {
    let timeMs = at(begin);
    for (let command = 0; command < 7; command++) {
      const attacker = night % 2 === 0 ? first : second;
      visitShell(place, { attacker, agent: PATIENT.agent, timeMs, method: "POST" });
      timeMs += place.back.random.between(14, 260) * SECOND;
    }
  }
}

/** One visit of a script; three days later one command. */
function writeHasty(place: ChainPlace): void {
  const startMs = at("2021-03-05T14:02:08.900Z");
  writeChain(place, { startMs, attacker: HASTY.address, mailbox: "k.oduya@larchmere.example" });
  writeShellFile(place, startMs + 11 * SECOND, SHARED_DOOR);
  const visit = { attacker: HASTY.address, agent: HASTY.agent, door: SHARED_DOOR, method: "POST" } as const;
  visitShell(place, { ...visit, timeMs: startMs + 20 * SECOND });
  const backMs = startMs + 67 * HOUR + 29 * MINUTE;
  visitShell(place, { ...visit, timeMs: backMs });
  processEvent(place, backMs + SECOND, {
    folder: "c:\\inetpub\\wwwroot\\aspnet_client",
    command: `powershell -nop (fetches http://${MINER_HOST}/p?e)`,
  });
}

/** A published host of a miner, in parts: nothing in the repository should look like a call to it. */
const MINER_HOST = ["p", "estonine", "com"].join(".");
