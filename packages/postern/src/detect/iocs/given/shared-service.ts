import { BlockList, isIPv6 } from "node:net";

/** Services whose addresses serve a great many customers or users. */
const SERVICES: readonly (readonly [name: string, networks: readonly string[]])[] = [
  // https://www.cloudflare.com/ips/
  [
    "Cloudflare",
    [
      ...["173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18"],
      ...["108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17"],
      ...["162.158.0.0/15", "104.16.0.0/13", "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22"],
      ...["2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32"],
    ],
  ],
  // https://api.fastly.com/public-ip-list
  ["Fastly", ["151.101.0.0/16", "199.232.0.0/16", "146.75.0.0/17"]],
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
  [
    "Amazon CloudFront",
    ["13.32.0.0/15", "13.224.0.0/14", "54.192.0.0/16", "54.230.0.0/16", "99.84.0.0/16", "143.204.0.0/16"],
  ],
  // https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
  ["Exchange Online", ["40.92.0.0/15", "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17"]],
  // https://developers.google.com/search/docs/crawling-indexing/verifying-googlebot
  ["Googlebot", ["66.249.64.0/19"]],
  ["a public name server", ["8.8.8.8/32", "8.8.4.4/32", "1.1.1.1/32", "1.0.0.1/32", "9.9.9.9/32"]],
];

/** Words with which lists themselves say that many share an address. */
const SHARED_WORDS =
  /\b(?:tor|onion|exit[ -]?node|vpn|prox(?:y|ies)|cdn|cloudflare|cloudfront|akamai|fastly|nat|shared|carrier)\b/iu;

/** Finds the service with many users to which an address belongs. */
export type FindService = (address: string) => string | null;

/** Prepares the look-up. */
export function createServiceLookup(): FindService {
  const lists = SERVICES.map(([name, networks]) => {
    const list = new BlockList();
    for (const network of networks) {
      const [address = "", bits = ""] = network.split("/");
      list.addSubnet(address, Number(bits), isIPv6(address) ? "ipv6" : "ipv4");
    }
    return [name, list] as const;
  });
  return (address) =>
    lists.find(([, list]) => list.check(address, isIPv6(address) ? "ipv6" : "ipv4"))?.[0] ?? null;
}

/** Why an address proves little, in one sentence; empty when neither its network nor the list's own words say so. */
export function weaknessOf(address: string, note: string, findService: FindService): string {
  const service = findService(address);
  if (service !== null) return `It belongs to ${service}, which very many share.`;
  const word = SHARED_WORDS.exec(note)?.[0];
  return word === undefined ? "" : `The list itself calls it shared ("${word}").`;
}
