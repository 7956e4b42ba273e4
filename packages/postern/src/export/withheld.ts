/** What to tell about indicators that would have named the victim. */
export function withheldNotes(withheld: number): readonly string[] {
  if (withheld === 0) return [];
  const what = withheld === 1 ? "1 indicator names" : `${String(withheld)} indicators name`;
  return [
    `${what} a server, an account or a domain of yours and was left out: --include-victim-data takes all.`,
  ];
}
