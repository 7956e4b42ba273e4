import type { Logsource } from "@postern/sigma";

import type { ArtifactId } from "../../model/index.ts";

/** Records that a logsource means. */
export interface Route {
  readonly artifact: ArtifactId;
  /** Windows channels, lower case; null: every channel (and for artifacts without channels). */
  readonly channel: string | null;
  /** Event numbers that the logsource means, null for all. */
  readonly events: readonly string[] | null;
}

const SYSMON = "microsoft-windows-sysmon/operational";

/** `service` of `product: exchange` to artifacts. The names are ours: Sigma has none for Exchange's text logs. */
const EXCHANGE: Readonly<Record<string, readonly ArtifactId[]>> = {
  httpproxy: ["exchange-httpproxy"],
  "ecp-server": ["exchange-ecp-server"],
  "oab-generator": ["exchange-oab-generator"],
  cmdlet: ["exchange-cmdlet", "exchange-audit"],
  ews: ["exchange-ews"],
  "rps-http": ["exchange-rps-http"],
  "message-tracking": ["message-tracking"],
  "raw-text": ["raw-text"],
};

/** `service` of `product: windows` to channel. Source: SigmaHQ documentation/logsource-guides and pySigma's windows pipelines. */
const CHANNELS: Readonly<Record<string, string>> = {
  application: "application",
  security: "security",
  system: "system",
  sysmon: SYSMON,
  powershell: "microsoft-windows-powershell/operational",
  "powershell-classic": "windows powershell",
  "msexchange-management": "msexchange management",
  windefend: "microsoft-windows-windows defender/operational",
  taskscheduler: "microsoft-windows-taskscheduler/operational",
  "bits-client": "microsoft-windows-bits-client/operational",
  wmi: "microsoft-windows-wmi-activity/operational",
  "iis-configuration": "microsoft-iis-configuration/operational",
  "terminalservices-localsessionmanager":
    "microsoft-windows-terminalservices-localsessionmanager/operational",
};

/** `category` of `product: windows` to channel and event number. Source: pySigma's sysmon and windows-audit pipelines. */
const CATEGORIES: Readonly<Record<string, readonly (readonly [channel: string, event: string])[]>> = {
  process_creation: [
    [SYSMON, "1"],
    ["security", "4688"],
  ],
  network_connection: [
    [SYSMON, "3"],
    ["security", "5156"],
  ],
  image_load: [[SYSMON, "7"]],
  create_remote_thread: [[SYSMON, "8"]],
  process_access: [[SYSMON, "10"]],
  file_event: [[SYSMON, "11"]],
  registry_add: [[SYSMON, "12"]],
  registry_delete: [[SYSMON, "12"]],
  registry_set: [[SYSMON, "13"]],
  create_stream_hash: [[SYSMON, "15"]],
  pipe_created: [[SYSMON, "17"]],
  dns_query: [[SYSMON, "22"]],
  file_delete: [
    [SYSMON, "23"],
    [SYSMON, "26"],
  ],
  ps_module: [["microsoft-windows-powershell/operational", "4103"]],
  ps_script: [["microsoft-windows-powershell/operational", "4104"]],
  ps_classic_start: [["windows powershell", "400"]],
};

/** The records that a logsource means; null when this product has no such records. */
export function findRoutes({ category, product, service }: Logsource): readonly Route[] | null {
  const plain = (artifact: ArtifactId): Route => ({ artifact, channel: null, events: null });
  if (category === "webserver" || service === "iis") return [plain("iis-w3c"), plain("web-access")];
  if (product === "exchange") return find(EXCHANGE, service)?.map(plain) ?? null;
  if (product !== null && product !== "windows") return null;
  if (category !== null) {
    const pairs = find(CATEGORIES, category);
    return (
      pairs?.map(([channel, event]) => ({ artifact: "windows-event", channel, events: [event] })) ?? null
    );
  }
  if (service === null) return product === "windows" ? [plain("windows-event")] : null;
  const channel = find(CHANNELS, service);
  return channel === undefined ? null : [{ artifact: "windows-event", channel, events: null }];
}

function find<T>(table: Readonly<Record<string, T>>, key: string | null): T | undefined {
  return key !== null && Object.hasOwn(table, key) ? table[key] : undefined;
}
