const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** The UTC day of a time or day as people write it: `3 March 2021`. Gives the text back when it is no such time. */
export function dayText(time: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(time);
  const month = MONTHS[Number(found?.[2] ?? 0) - 1];
  return found === null || month === undefined ? time : `${Number(found[3])} ${month} ${found[1] ?? ""}`;
}
