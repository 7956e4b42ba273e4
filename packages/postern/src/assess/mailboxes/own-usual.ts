import type { UsualSeen } from "../../scan/index.ts";

/** What an access is like beside what its owner did before anybody broke in. A reason beside others, never one by itself. */
export interface UsualCompared {
  /** Plain sentences; empty when nothing is known. */
  readonly text: string;
  /** True when the owner had used the same address before: then it may be the owner's own, or one that many share. */
  readonly isOwnAddress: boolean;
}

/** Fewer days than this are no habit. */
const MIN_DAYS = 5;
/** On so many days the same address is no accident. */
const OWN_DAYS = 2;

const UNKNOWN: UsualCompared = { text: "", isOwnAddress: false };

/** Compares an access with the owner's own addresses and hours. Hours are those of UTC, because no log says where the server stands. */
export function compareWithUsual(
  access: {
    readonly account: string;
    readonly addresses: readonly string[];
    readonly times: readonly number[];
  },
  usual: readonly UsualSeen[],
): UsualCompared {
  const own = usual.filter(({ account }) => account === access.account);
  const days = daysOf(own);
  if (days.size < MIN_DAYS) return UNKNOWN;
  const before = `On ${String(days.size)} days before the break-in`;
  const same = own.filter(({ address }) => access.addresses.includes(address));
  const sameDays = daysOf(same).size;
  if (sameDays >= OWN_DAYS)
    return {
      text: `${before} the owner signed in, on ${String(sameDays)} of them from this address, too.`,
      isOwnAddress: true,
    };
  const count = new Set(own.map(({ address }) => address)).size;
  const from = count === 1 ? "one address" : `${String(count)} addresses`;
  return {
    text: `${before} the owner signed in from ${from}, and not from this one${hourText(access.times, own)}.`,
    isOwnAddress: false,
  };
}

function daysOf(seen: readonly UsualSeen[]): ReadonlySet<number> {
  return new Set(seen.flatMap(({ hours }) => hours.map((hour) => Math.floor(hour / 24))));
}

const HOUR_MS = 3_600_000;

/** An hour next to one that is usual is usual, too. Working days and weekends are told apart. */
function hourText(times: readonly number[], own: readonly UsualSeen[]): string {
  const usual = new Set(
    own.flatMap(({ hours }) => hours.flatMap((hour) => [hour - 1, hour, hour + 1].map(kindOfHour))),
  );
  const hours = [...new Set(times.map((time) => Math.floor(time / HOUR_MS)))];
  const odd = hours.filter((hour) => !usual.has(kindOfHour(hour)));
  if (odd.length === 0) return "";
  const named = [...new Set(odd.map((hour) => hour % 24))].sort((a, b) => a - b).slice(0, MAX_HOURS_NAMED);
  const shown = named.map((hour) => `${String(hour).padStart(2, "0")}:00`).join(", ");
  return `; nor at such an hour (${shown} UTC${odd.some(isWeekend) ? ", at a weekend" : ""})`;
}

const MAX_HOURS_NAMED = 4;

/** Hour of the day, of a working day or of a weekend. */
function kindOfHour(hour: number): number {
  return (hour % 24) + (isWeekend(hour) ? 24 : 0);
}

/** 1 January 1970 was a Thursday. */
function isWeekend(hour: number): boolean {
  const day = (Math.floor(hour / 24) + 4) % 7;
  return day === 0 || day === 6;
}
