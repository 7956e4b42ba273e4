/**
 * Undoes Velociraptor's escaping of one path component: `%XX` for what some file system forbids; a stray `%` is dropped.
 * utils/sanitize.go of Velocidex/velociraptor.
 */
export function unescapeComponent(component: string): string {
  if (!component.includes("%")) return component;
  const bytes: number[] = [];
  const encoded = new TextEncoder().encode(component);
  for (let at = 0; at < encoded.length; at++) {
    const byte = encoded[at] ?? 0;
    if (byte !== 0x25) {
      bytes.push(byte);
      continue;
    }
    const hex = String.fromCharCode(encoded[at + 1] ?? 0, encoded[at + 2] ?? 0);
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) continue;
    bytes.push(Number.parseInt(hex, 16));
    at += 2;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
