import type { ArtifactRecord, EcsFields, Event } from "../model/index.ts";
import { isAspNet, readAspNet } from "./asp-net.ts";
import { readPowerShellHost } from "./powershell-host.ts";
import { parseStatedTime } from "./windows-time.ts";
import { isExchangeCmdlet, readExchangeCmdlet } from "./exchange-cmdlet.ts";
import type { DayOrder } from "./local-date.ts";
import { normalizeChannel } from "./windows-channel.ts";
import { windowsEcsFields } from "./windows-ecs.ts";

/**
 * Makes an event of a Windows event record, whatever export or event log it came from. The time is UTC as the record
 * states it (see clock.ts for exports that state it wrongly); names and texts of accounts stay as found, in any language.
 * `order` is what the rest of the file shows about day and month, see createDayOrderSeen.
 * For `MSExchange Management` the fields `Cmdlet`, `Parameters`, `Caller`, `CallerSid`, `HostApplication`, `CallerProcess` and the
 * sentence in `Message` are added; for ASP.NET and Windows PowerShell what stands in their texts (asp-net.ts, powershell-host.ts).
 */
export function normalizeWindowsEvent(record: ArtifactRecord, order: DayOrder | null = null): Event {
  const found: Readonly<Record<string, string>> = Object.fromEntries(
    record.names.map((name, index) => [name, record.values[index] ?? ""]),
  );
  const provider = found["Provider"] ?? "";
  const code = found["EventID"] ?? "";
  const channel = normalizeChannel(found["Channel"] ?? "", provider, code);
  const time = parseStatedTime(found["TimeCreated"] ?? "", order);
  const cmdlet = isExchangeCmdlet(provider, channel) ? readExchangeCmdlet(found) : null;
  const fields = { ...found, ...(cmdlet?.fields ?? readTexts(found, provider)) };
  const server = computerName(found["Computer"] ?? "");
  return {
    artifact: record.artifact,
    timeMs: time?.timeMs ?? null,
    server,
    fields,
    ecs: {
      ...headerEcs({ channel, provider, code, server }),
      ...windowsEcsFields(fields, { channel, provider, code }),
    },
    at: record.at,
    raw: record.raw,
    repairs: [...record.repairs, ...(time?.repairs ?? []), ...(cmdlet?.repairs ?? [])],
  };
}

/** Names for what providers write into texts and values without a name. */
function readTexts(
  found: Readonly<Record<string, string>>,
  provider: string,
): Readonly<Record<string, string>> {
  if (isAspNet(provider)) return readAspNet(found);
  return provider === "PowerShell" ? readPowerShellHost(found) : {};
}

function headerEcs(header: {
  readonly channel: string;
  readonly provider: string;
  readonly code: string;
  readonly server: string | null;
}): EcsFields {
  return {
    ...(header.code === "" ? {} : { "event.code": header.code }),
    ...(header.provider === "" ? {} : { "event.provider": header.provider }),
    ...(header.channel === "" ? {} : { "winlog.channel": header.channel }),
    ...(header.server === null ? {} : { "host.name": header.server }),
  };
}

/** A computer as the case compares it: lower case without domain; an address instead of a name stays whole. */
export function computerName(computer: string): string | null {
  const name = computer.trim().toLowerCase();
  if (name === "" || name === "-") return null;
  if (/^[\d.]+$/.test(name) || name.includes(":")) return name;
  return name.split(".")[0] ?? null;
}
