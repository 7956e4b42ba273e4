import { isIP } from "node:net";

/**
 * Brings an address as logs write it to one form: without port, brackets and IPv6 zone, lower case.
 * `10.0.0.1:443` `[2001:db8::1]:443` `fe80::1%3` `::ffff:10.0.0.1` are understood.
 * @returns null when the text is not an address.
 */
export function findAddress(text: string): string | null {
  let address = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/u.exec(address);
  if (bracketed?.[1] !== undefined) address = bracketed[1];
  else if (/^\d+\.\d+\.\d+\.\d+:\d+$/u.test(address)) address = address.slice(0, address.indexOf(":"));
  address = address.replace(/%.*$/u, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/u.exec(address);
  if (mapped?.[1] !== undefined) address = mapped[1];
  return isIP(address) === 0 ? null : address;
}

/** True for addresses that every host calls itself by: loopback and link-local IPv6 tell no host from another. */
export function isEveryHosts(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.toLowerCase().startsWith("fe80:");
}

/** What kind of place an address is: only `public` ones can be looked up in lists of attackers. */
export type AddressKind = "loopback" | "private" | "public";

/** Tells loopback and private (RFC 1918, 4193, 3927, link-local) from public addresses. Documentation ranges count as public. */
export function addressKind(address: string): AddressKind {
  if (address === "::1" || address.startsWith("127.")) return "loopback";
  if (/^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/u.test(address)) return "private";
  if (/^(fe[89ab]|f[cd])/u.test(address) && address.includes(":")) return "private";
  return "public";
}
