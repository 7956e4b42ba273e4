/** Hash of an address in the form that `findAddress` gives, as the kernel computes it over bytes, four at a time and at least sixteen; never 0 or 1. */
export function hashAddress(address: string): number {
  let hash = 0x811c9dc5;
  const length = Math.max(16, Math.ceil(address.length / 4) * 4);
  for (let word = 0; word < length; word += 4) {
    let bytes = 0;
    for (let i = word; i < Math.min(word + 4, address.length); i++)
      bytes |= (address.charCodeAt(i) | 0x20) << ((i - word) * 8);
    hash = Math.imul(hash ^ bytes, 0x01000193);
  }
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  const ended = (mixed ^ (mixed >>> 13)) >>> 0;
  return ended < 2 ? ended + 2 : ended;
}
