import { extraValues, levelText } from "./exported-event.ts";
import type { ExportedEvent } from "./exported-event.ts";
import { anyText, firstText, isObject, ownMember, scalarText } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import type { EventValue } from "./uniform-record.ts";

/**
 * Reads an event as PowerShell's `Get-WinEvent` gives it (class System.Diagnostics.Eventing.Reader.EventLogRecord), out of
 * `ConvertTo-Json` or `Export-Csv`, also the few columns that it shows (`TimeCreated`, `Id`, `Message`). Its values have no names, and in CSV not even values: only the rendered message.
 */
export function readGetWinEvent(object: JsonObject): ExportedEvent | null {
  const eventId = firstText(object, ["Id", "ID"]);
  const provider = firstText(object, ["ProviderName"]);
  const shown = firstText(object, ["Message"]) !== "" && dateText(ownMember(object, "TimeCreated")) !== "";
  const named = provider !== "" || firstText(object, ["LogName"]) !== "";
  if (!/^\d{1,5}$/.test(eventId) || (!named && !shown)) return null;
  return {
    system: {
      channel: firstText(object, ["LogName"]),
      provider,
      eventId,
      computer: firstText(object, ["MachineName"]),
      timeCreated: dateText(ownMember(object, "TimeCreated")),
      recordId: firstText(object, ["RecordId"]),
      level: levelText(firstText(object, ["Level", "LevelDisplayName"])),
      message: firstText(object, ["Message"]),
      extra: extraValues([
        ["Version", firstText(object, ["Version"])],
        ["UserID", userId(ownMember(object, "UserId"))],
      ]),
    },
    values: propertyValues(ownMember(object, "Properties")),
    repairs: [],
  };
}

/** PowerShell 5.1 writes a date as `/Date(ms)/`, at times inside an object that has `value` and the local `DateTime`. */
function dateText(date: unknown): string {
  if (!isObject(date)) return scalarText(date);
  return firstText(date, ["value", "Value", "DateTime"]);
}

function userId(user: unknown): string {
  return isObject(user) ? firstText(user, ["Value"]) : scalarText(user);
}

/** `[{"Value":..}]`; when the depth of ConvertTo-Json was too small the list has become useless type names. */
function propertyValues(properties: unknown): readonly EventValue[] {
  if (!Array.isArray(properties)) return [];
  return properties.flatMap((property: unknown) => {
    const value = isObject(property) ? ownMember(property, "Value") : property;
    const text = isObject(value) ? firstText(value, ["Value"]) || anyText(value) : anyText(value);
    return text === "System.Diagnostics.Eventing.Reader.EventProperty" ? [] : [{ name: null, value: text }];
  });
}
