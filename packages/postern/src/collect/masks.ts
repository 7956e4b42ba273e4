/** True when a name fits one of the masks; `*` and `?` as in Windows, without regard to case. */
export function fitsMask(name: string, masks: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return masks.some((mask) => fits(lower, mask.toLowerCase()));
}

/** Greedy match with one way back: no mask can make it slow. */
function fits(name: string, mask: string): boolean {
  let at = 0;
  let inMask = 0;
  let star = -1;
  let mark = 0;
  while (at < name.length) {
    if (
      inMask < mask.length &&
      (mask[inMask] === "?" || (mask[inMask] === name[at] && mask[inMask] !== "*"))
    ) {
      at++;
      inMask++;
    } else if (mask[inMask] === "*") {
      star = inMask++;
      mark = at;
    } else if (star !== -1) {
      inMask = star + 1;
      at = ++mark;
    } else return false;
  }
  while (mask[inMask] === "*") inMask++;
  return inMask === mask.length;
}
