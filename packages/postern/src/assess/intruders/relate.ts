import type { Intruder } from "../../model/index.ts";

/** Says of each intruder which others may be the same one, or worked from its leavings. */
export function relate(intruders: readonly Intruder[]): readonly Intruder[] {
  return intruders.map((one) => ({
    ...one,
    related: intruders.flatMap((other) => {
      const why = other.id === one.id ? null : whyRelated(one, other);
      return why === null ? [] : [{ intruder: other.id, why }];
    }),
  }));
}

function whyRelated(one: Intruder, other: Intruder): string | null {
  const page = one.backDoors.find((door) => other.backDoors.includes(door));
  if (page !== undefined)
    return `Both used the back door ${page}, from other addresses and with other programs: the same people, or somebody who found it or was given it.`;
  const account = one.accounts.find((name) => other.accounts.includes(name));
  if (account !== undefined) return `Both signed in as ${account}.`;
  return null;
}
