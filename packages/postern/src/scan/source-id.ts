import type { Event } from "../model/index.ts";

/** Coverage source of a record, e.g. `httpproxy/Ecp`, `iis-back-end`, `windows-events/Application`. Packs name these in `requires`. */
export type SourceId = string;

const BY_ARTIFACT: Readonly<Record<string, SourceId>> = {
  "exchange-ecp-server": "ecp-server",
  "exchange-ecp-activity": "ecp-activity",
  "exchange-ews": "ews",
  "exchange-autodiscover": "autodiscover",
  "exchange-cmdlet": "cmdlet",
  "exchange-rps-http": "rps-http",
  "exchange-oab-generator": "oab-generator",
  "exchange-audit": "audit",
  "exchange-mailbox-audit": "mailbox-audit",
  "exchange-mapihttp": "mapihttp",
  "exchange-owa": "owa",
  "exchange-imap-pop": "imap-pop",
};

/** Sites of Exchange: 80/443 is the front end, 81/444 the back end (exchange-logs reference, section 2). */
const FRONT_END_PORTS = new Set(["80", "443"]);
const BACK_END_PORTS = new Set(["81", "444", "445"]);

/** Protocol folders as Exchange writes them. */
const PROTOCOLS = [
  "Autodiscover",
  "Eas",
  "Ecp",
  "Ews",
  "Mapi",
  "Oab",
  "Owa",
  "OwaCalendar",
  "PowerShell",
  "PushNotifications",
  "Rest",
  "RpcHttp",
];

/** The source of a record; `path` is the item's path, for logs whose records do not say. */
export function sourceOf(event: Event, path: string): SourceId {
  if (event.artifact === "iis-w3c") return iisSource(event.fields["s-port"], path);
  if (event.artifact === "exchange-httpproxy")
    return `httpproxy/${protocolOf(event.fields["Protocol"], path)}`;
  if (event.artifact === "windows-event") return eventSource(event.ecs["winlog.channel"] ?? "");
  return BY_ARTIFACT[event.artifact] ?? event.artifact;
}

/** The source of Windows events by their channel, as the normalizer names it. */
export function eventSource(channel: string): SourceId {
  return `windows-events/${channel === "" ? "unknown channel" : channel}`;
}

function iisSource(port: string | undefined, path: string): SourceId {
  if (port !== undefined && BACK_END_PORTS.has(port)) return "iis-back-end";
  if (port !== undefined && FRONT_END_PORTS.has(port))
    return /w3svc2[\\/]/iu.test(path) ? "iis-back-end" : "iis-front-end";
  if (/w3svc2[\\/]/iu.test(path)) return "iis-back-end";
  return port === undefined || /w3svc1[\\/]/iu.test(path) ? "iis-front-end" : "iis-other";
}

function protocolOf(column: string | undefined, path: string): string {
  const text = (column ?? "").toLowerCase();
  const fromPath = /httpproxy[\\/]([a-z]+)[\\/]/iu.exec(path)?.[1]?.toLowerCase();
  return (
    PROTOCOLS.find((name) => name.toLowerCase() === text) ??
    PROTOCOLS.find((name) => name.toLowerCase() === fromPath) ??
    "unknown"
  );
}
