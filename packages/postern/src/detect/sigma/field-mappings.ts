import type { FieldMapping } from "@postern/sigma";

import type { ArtifactId, EcsFields } from "../../model/index.ts";

/** Web logs: names of Sigma's taxonomy beside those of IIS. `cs-uri` is the path and, where there is one, the query. */
const WEB: FieldMapping = {
  "cs-user-agent": "cs(User-Agent)",
  "c-useragent": "cs(User-Agent)",
  "cs-referer": "cs(Referer)",
  "cs-cookie": "cs(Cookie)",
  "c-uri": "cs-uri",
  "c-uri-query": "cs-uri-query",
  "c-uri-stem": "cs-uri-stem",
};

/**
 * Process creation has other names in the Security log (4688) than in Sysmon; Defender's have blanks. Values without a name
 * are `Data0` ... or, as winlogbeat writes them, `param1` ...: cmdlet and parameters are the first two.
 */
const WINDOWS: FieldMapping = {
  Image: ["Image", "NewProcessName"],
  ParentImage: ["ParentImage", "ParentProcessName"],
  ThreatName: ["Threat Name", "ThreatName"],
  Provider_Name: "Provider",
  Cmdlet: ["Cmdlet", "param1"],
  Parameters: ["Parameters", "param2"],
  Data: ["Data", "param1", "param2", "param3", "param4"],
};

/** Exchange 2013 writes this column with another first letter in some builds. */
const OAB: FieldMapping = { message: ["message", "Message"] };

const MAPPINGS: Readonly<Record<string, FieldMapping>> = {
  "iis-w3c": WEB,
  "web-access": WEB,
  "windows-event": WINDOWS,
  "exchange-oab-generator": OAB,
};

/** How rules name the fields of an artifact's events; names that are not listed are the vendor's. */
export function fieldMappingOf(artifact: ArtifactId): FieldMapping {
  return MAPPINGS[artifact] ?? {};
}

/** Names for which an event whose export dropped them has a normalized value. */
export const NORMALIZED_NAMES: Readonly<Record<string, keyof EcsFields>> = {
  EventID: "event.code",
  Channel: "winlog.channel",
  Provider: "event.provider",
  Computer: "host.name",
};
