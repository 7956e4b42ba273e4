import { DAY, HOUR, MINUTE, dayStart, isWeekend } from "./clock.ts";
import { writeMail, writeOabRun } from "./back-end-logs.ts";
import { noiseRequest } from "./noise.ts";
import { probe } from "./probes.ts";
import type { Random } from "./random.ts";
import type { Stage } from "./stage.ts";
import { adminCmdlet, internalEws } from "./admin-work.ts";
import * as work from "./work.ts";

/** One kind of ordinary activity. */
interface Activity {
  readonly id: string;
  /** How often on a school day at scale 1. */
  readonly perDay: number;
  /** Share of that on Saturday and Sunday. */
  readonly weekend: number;
  readonly run: (stage: Stage, timeMs: number) => void;
}

const ACTIVITIES: readonly Activity[] = [
  { id: "owa-session", perDay: 3, weekend: 0.4, run: work.owaSession },
  { id: "phone", perDay: 15, weekend: 0.8, run: work.phoneSync },
  { id: "ews", perDay: 6, weekend: 0.5, run: work.ewsCall },
  { id: "outlook", perDay: 4, weekend: 0.2, run: work.outlookSession },
  { id: "autodiscover", perDay: 6, weekend: 0.3, run: work.autodiscover },
  { id: "oab", perDay: 3, weekend: 0.3, run: work.oabDownload },
  { id: "rpc", perDay: 4, weekend: 0.3, run: work.rpcOverHttp },
  { id: "ecp", perDay: 2, weekend: 0.2, run: work.controlPanel },
  { id: "powershell", perDay: 1.5, weekend: 0.1, run: adminCmdlet },
  { id: "internal", perDay: 2, weekend: 1, run: internalEws },
  { id: "mail", perDay: 14, weekend: 0.3, run: mail },
  { id: "noise", perDay: 18, weekend: 1, run: noiseRequest },
];

/** Share of the day's work that falls into each hour, UTC; a district on US Eastern time. */
const HOUR_WEIGHTS: readonly number[] = [
  2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 5, 10, 14, 14, 13, 12, 13, 14, 13, 10, 6, 4, 3,
];

const PROBE_EVERY_MS = 6 * HOUR;

/** Writes ordinary traffic, probes and internet noise from one moment to another. */
export function writeTraffic(server: Stage, fromMs: number, untilMs: number, scale = 1): void {
  // A request that began before the end may end after it: the copy was taken before it was logged.
  const stage: Stage = { ...server, keeps: (log, timeMs) => timeMs < untilMs && server.keeps(log, timeMs) };
  for (let day = dayStart(fromMs); day < untilMs; day += DAY) {
    for (const activity of ACTIVITIES) {
      const random = stage.random.fork(`${activity.id}@${day}`);
      const wanted = activity.perDay * scale * (isWeekend(day) ? activity.weekend : 1);
      const count = Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0);
      for (let i = 0; i < count; i++) {
        const timeMs = day + workTime(random);
        if (timeMs >= fromMs && timeMs < untilMs) activity.run({ ...stage, random }, timeMs);
      }
    }
    nightly(stage, day, { fromMs, untilMs });
  }
}

/** The server's own clockwork: address book run and monitoring probes, every day. */
function nightly(
  stage: Stage,
  day: number,
  span: { readonly fromMs: number; readonly untilMs: number },
): void {
  const random = stage.random.fork(`nightly@${day}`);
  const local: Stage = { ...stage, random };
  const oabMs = day + 5 * HOUR + random.int(10 * MINUTE);
  if (oabMs >= span.fromMs && oabMs < span.untilMs) writeOabRun(local, oabMs);
  for (let at = day; at < day + DAY; at += PROBE_EVERY_MS) {
    const timeMs = at + random.int(40 * MINUTE);
    if (timeMs >= span.fromMs && timeMs < span.untilMs) probe(local, timeMs);
  }
}

function workTime(random: Random): number {
  const total = HOUR_WEIGHTS.reduce((sum, weight) => sum + weight, 0);
  let left = random.int(total);
  let hour = 0;
  for (const weight of HOUR_WEIGHTS) {
    if (left < weight) break;
    left -= weight;
    hour++;
  }
  return hour * HOUR + random.int(HOUR - 2 * MINUTE);
}

const SUBJECTS: readonly string[] = [
  "Bus route 14 delayed",
  "Re: parent conferences, week 10",
  "Field trip forms",
  "Fwd: cafeteria menu for March",
  "Substitute needed, room 204",
  "Budget draft v3",
  "Reminder: fire drill on Thursday",
];

function mail(stage: Stage, timeMs: number): void {
  const { random, people } = stage;
  const to = random.pick(people).mail;
  const inbound = random.chance(0.5);
  const recipients = random.chance(0.2) ? [to, random.pick(people).mail] : [to];
  writeMail(stage, {
    timeMs,
    from: inbound ? `office${random.int(9)}@partner-district.example` : random.pick(people).mail,
    to: recipients,
    subject: random.pick(SUBJECTS),
    bytes: random.between(3_000, 220_000),
    inbound,
  });
}
