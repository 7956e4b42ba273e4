import { unnamedValues } from "./unnamed-values.ts";

/**
 * Names for the values of an ASP.NET web event, by position. The first seventeen are the same for all of them; where the request begins
 * differs: behind exception type and message for an error (3005, 3008), at once for a failed check (4009). Source: order of the labels
 * in published messages of events 1309 and 1316 (Microsoft support pages on ASP.NET health monitoring).
 */
const COMMON: readonly (readonly [number, string])[] = [
  [0, "EventCode"],
  [1, "EventMessage"],
  [7, "EventDetailCode"],
  [10, "ApplicationVirtualPath"],
  [14, "AspNetProcessId"],
  [15, "ProcessName"],
  [16, "AccountName"],
];

/** Labels of the rendered message, English; other languages are read by position. */
const LABELS: readonly (readonly [RegExp, string])[] = [
  [/^[ \t]*Event code: *(\d+)/imu, "EventCode"],
  [/^[ \t]*Event message: *(.+)$/imu, "EventMessage"],
  [/^[ \t]*Event detail code: *(\d+)/imu, "EventDetailCode"],
  [/^[ \t]*Application Virtual Path: *(.+)$/imu, "ApplicationVirtualPath"],
  [/^[ \t]*Process name: *(.+)$/imu, "ProcessName"],
  [/^[ \t]*Account name: *(.+)$/imu, "AccountName"],
  [/^[ \t]*Exception type: *(.+)$/imu, "ExceptionType"],
  [/^[ \t]*Exception message: *(.+)$/imu, "ExceptionMessage"],
  [/^[ \t]*Request URL: *(.+)$/imu, "RequestUrl"],
  [/^[ \t]*Request path: *(.+)$/imu, "RequestPath"],
  [/^[ \t]*User host address: *(.+)$/imu, "UserHostAddress"],
  [/^[ \t]*User: *(.+)$/imu, "User"],
];

/** The state of a page as a client sent it: in a query or form, or behind the label of event 1316. */
const VIEW_STATE = /(?:__VIEWSTATE=|(?:View|Persisted)State: *)([A-Za-z0-9+/%=_-]{8,})/u;

/** The same as a value of its own, in a log without rendered sentences: every state begins with the bytes FF 01. */
const BARE_VIEW_STATE = /^(?:\/|%2F|_)wE[A-Za-z0-9+/%=_-]{5,}$/iu;

/** True for an event of ASP.NET. */
export function isAspNet(provider: string): boolean {
  return /^ASP\.NET /iu.test(provider);
}

/** Reads an event of ASP.NET (1309, 1310, 1316) by its labels where it has a rendered message, else by position. */
export function readAspNet(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const values = unnamedValues(fields);
  const text = [fields["Message"] ?? "", ...values].join("\n");
  const named = new Map<string, string>();
  for (const [label, name] of LABELS) {
    const found = label.exec(fields["Message"] ?? "")?.[1]?.trim();
    if (found !== undefined && found !== "") named.set(name, found);
  }
  for (const [name, value] of byPosition(values))
    if (value.trim() !== "" && !named.has(name)) named.set(name, value.trim());
  const state =
    VIEW_STATE.exec(text)?.[1] ?? values.find((value) => BARE_VIEW_STATE.test(value.trim()))?.trim();
  if (state !== undefined) named.set("ViewState", state);
  return Object.fromEntries(named);
}

function byPosition(values: readonly string[]): readonly (readonly [string, string])[] {
  if (!/^\d{4}$/u.test(values[0] ?? "")) return [];
  const request = values.findIndex((value, at) => at > 16 && /^https?:\/\//iu.test(value));
  const error =
    request === 19 ? [named(values, 17, "ExceptionType"), named(values, 18, "ExceptionMessage")] : [];
  return [
    ...COMMON.map(([at, name]) => named(values, at, name)),
    ...error,
    ...(request === -1
      ? []
      : ["RequestUrl", "RequestPath", "UserHostAddress", "User"].map((name, at) =>
          named(values, request + at, name),
        )),
  ];
}

function named(values: readonly string[], at: number, name: string): readonly [string, string] {
  return [name, values[at] ?? ""];
}

/**
 * The bytes of a page's state as they were sent: base64 (percent-encoded or not) undone, nothing else. They may be made to run code
 * wherever they are deserialised, so Postern never does; bytes that are no base64 give null.
 */
export function viewStateBytes(text: string): Uint8Array | null {
  const plain = text.replace(/%([0-9a-f]{2})/giu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const standard = plain.replaceAll("-", "+").replaceAll("_", "/");
  if (!/^[A-Za-z0-9+/]+=*$/u.test(standard)) return null;
  return Uint8Array.from(Buffer.from(standard, "base64"));
}
