import type { LineTemplate, RequestTemplate } from "./bulk-templates.ts";
import { AD_DOMAIN, MAIL_DOMAIN } from "./district.ts";

/**
 * The same requests by other people, from other addresses, with other versions of their programs: a month of logs knows more of them than a
 * day. All values keep their length, so that the places in the templates stay right.
 * @param day 0 leaves everything as it is
 */
export function varyRequests(requests: readonly RequestTemplate[], day: number): readonly RequestTemplate[] {
  if (day === 0) return requests;
  const vary = (line: LineTemplate): LineTemplate => ({ ...line, bytes: varyLine(line.bytes, day) });
  return requests.map((request) => ({
    ...request,
    iis: vary(request.iis),
    proxy: request.proxy === null ? null : { ...request.proxy, line: vary(request.proxy.line) },
  }));
}

const ACCOUNT = new RegExp(
  `(?<=${AD_DOMAIN}(?:\\\\|%5C))[a-z]\\.([a-z]+)|\\b[a-z]\\.([a-z]+)(?=@${MAIL_DOMAIN})`,
  "giu",
);
const OFFICE_ADDRESS = /(?<=\b10\.20\.)(\d+)\.(\d+)(?=[ ,])/gu;
const VERSION = /(?<=(?:Chrome|Edg|Firefox)\/\d+\.0\.|Outlook[ +]1\d\.0\.)\d+/gu;
/** The server's own and the administrator's network: who they are does not change with the day. */
const FIXED_NETWORKS: ReadonlySet<string> = new Set(["0", "1", "4"]);

function varyLine(bytes: Uint8Array, day: number): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const varied = text
    .replace(ACCOUNT, (account) => account.slice(0, 2) + shiftLetters(account.slice(2), day))
    .replace(OFFICE_ADDRESS, (both, network: string, host: string) =>
      FIXED_NETWORKS.has(network) ? both : `${network}.${shiftNumber(host, day)}`,
    )
    .replace(VERSION, (version) => shiftNumber(version, day));
  return Buffer.from(varied, "latin1");
}

function shiftLetters(text: string, by: number): string {
  return text.replace(/[a-z]/gu, (letter) =>
    String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + by) % 26)),
  );
}

/** Another number of as many digits, at most 199 where it has three: it may be a part of an address. */
function shiftNumber(text: string, by: number): string {
  const least = 10 ** (text.length - 1);
  const room = text.length === 3 ? 100 : 9 * least;
  return String(least + ((Number(text) - least + by * 7) % room));
}
