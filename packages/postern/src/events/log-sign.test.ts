import { describe, expect, it } from "vitest";
import { viewStateBytes } from "./asp-net.ts";
import { findLogSign } from "./log-sign.ts";
import { normalizeWindowsEvent } from "./windows-event.ts";

function eventOf(fields: Readonly<Record<string, string>>) {
  return normalizeWindowsEvent({
    artifact: "windows-event",
    names: Object.keys(fields),
    values: Object.values(fields),
    surplus: [],
    at: { item: 0, offsetBytes: 0, lengthBytes: 1, record: 1 },
    raw: null,
    repairs: [],
  });
}

const sign = (fields: Readonly<Record<string, string>>): string | null =>
  findLogSign(eventOf(fields))?.text ?? null;

describe("an event that tells of the logs themselves", () => {
  const log = { Provider: "Microsoft-Windows-Eventlog", SubjectUserName: "admin" };
  it.each<[string, Readonly<Record<string, string>>, string | null]>([
    [
      "1102",
      { ...log, Channel: "Security", EventID: "1102" },
      "The event log Security was cleared by admin.",
    ],
    [
      "104",
      { ...log, Channel: "System", EventID: "104", "EventData.Channel": "Application" },
      "The event log Application was cleared by admin.",
    ],
    [
      "4719",
      { Channel: "Security", EventID: "4719", AuditPolicyChanges: "%%8448, %%8450", SubjectUserName: "x" },
      "Part of the security auditing was switched off by x.",
    ],
    ["4719 that adds", { Channel: "Security", EventID: "4719", AuditPolicyChanges: "%%8449" }, null],
    [
      "Sysmon 4",
      { Channel: "Microsoft-Windows-Sysmon/Operational", EventID: "4", State: "Stopped" },
      "Sysmon was stopped: nothing more reached its log until it ran again.",
    ],
    [
      "IIS 29",
      {
        Channel: "Microsoft-IIS-Configuration/Operational",
        EventID: "29",
        Configuration: "/system.webServer/httpLogging/@dontLog",
        NewValue: "true",
      },
      "The web server's own request log was switched off.",
    ],
    [
      "a cmdlet",
      {
        Channel: "MSExchange Management",
        EventID: "1",
        Data0: "Set-AdminAuditLogConfig",
        Data1: '-AdminAuditLogEnabled "False"',
        Data2: "d/admin",
      },
      "The administrators' audit of Exchange was switched off by d/admin.",
    ],
    [
      "a clock that was set back",
      {
        Channel: "System",
        Provider: "Microsoft-Windows-Kernel-General",
        EventID: "1",
        NewTime: "2021-03-03T10:00:00.000Z",
        OldTime: "2021-03-05T10:00:00.000Z",
      },
      "The clock was set back by 48 h.",
    ],
    [
      "4616",
      {
        Channel: "Security",
        EventID: "4616",
        PreviousTime: "2021-03-03T10:00:00.0000000Z",
        NewTime: "2021-03-03T10:07:00.0000000Z",
      },
      "The clock was set forward by 7 min.",
    ],
    [
      "the time service at work",
      {
        Channel: "System",
        Provider: "Microsoft-Windows-Kernel-General",
        EventID: "1",
        NewTime: "2021-03-03T10:00:00.5Z",
        OldTime: "2021-03-03T10:00:00.1Z",
      },
      null,
    ],
    ["another provider's event 1", { Channel: "System", Provider: "Disk", EventID: "1" }, null],
  ])("is understood: %s", (_, fields, expected) => {
    expect(sign(fields)).toBe(expected);
  });
});

describe("an event of ASP.NET", () => {
  const head = [
    "4009",
    "Viewstate verification failed. Reason: it was changed.",
    "t",
    "t",
    "id",
    "1",
    "1",
    "50203",
  ];
  const place = [
    "/LM/W3SVC/2/ROOT/owa-1",
    "Full",
    "/owa",
    "C:\\owa\\",
    "MXS01",
    "",
    "8372",
    "w3wp.exe",
    "SYSTEM",
  ];
  const values = [
    ...head,
    ...place,
    "https://mail.example.org/owa/auth.aspx",
    "/owa/auth.aspx",
    "203.0.113.9",
    "",
  ];
  const state = "/wEPDwUKMTIz";

  it("names its request and keeps the state of the page as it was sent", () => {
    const data = Object.fromEntries(
      [...values, `ViewState: ${state}`].map((value, at) => [`Data${String(at)}`, value]),
    );
    const { fields, ecs } = eventOf({ Provider: "ASP.NET 4.0.30319.0", EventID: "1316", ...data });
    expect(fields).toMatchObject({
      EventCode: "4009",
      EventDetailCode: "50203",
      RequestUrl: "https://mail.example.org/owa/auth.aspx",
      UserHostAddress: "203.0.113.9",
      ViewState: state,
    });
    expect(ecs).toMatchObject({
      "winlog.channel": "Application",
      "source.ip": "203.0.113.9",
      "process.name": "w3wp.exe",
      "url.path": "/owa/auth.aspx",
    });
    expect(viewStateBytes(fields["ViewState"] ?? "")).toEqual(Uint8Array.from(Buffer.from(state, "base64")));
  });

  it("knows the state by its first bytes where the log holds values without labels", () => {
    const data = Object.fromEntries(
      [...values, "Mozilla/5.0", state, "/owa/auth.aspx"].map((value, at) => [`Data${String(at)}`, value]),
    );
    const { fields } = eventOf({ Provider: "ASP.NET 4.0.30319.0", EventID: "1316", ...data });
    expect(fields).toMatchObject({ ViewState: state });
  });

  it("is read from winlogbeat's params too", () => {
    const params = values.map((value, at) => [`param${String(at + 1)}`, value] as const);
    const fields = Object.fromEntries(params.filter(([, value]) => value !== ""));
    expect(eventOf({ Provider: "ASP.NET 4.0.30319.0", EventID: "1316", ...fields }).ecs["source.ip"]).toBe(
      "203.0.113.9",
    );
  });

  it("is read by its labels where only the rendered text is left", () => {
    const Message =
      "Event code: 3005\r\nEvent message: An unhandled exception has occurred.\r\n    Exception type: HttpException\r\n" +
      "    Request URL: https://mail.example.org/ecp/x.aspx?__VIEWSTATE=%2FwEPDw&a=b\r\n    User host address: 203.0.113.9\r\n";
    const { fields, ecs } = eventOf({ Provider: "ASP.NET 4.0.30319.0", EventID: "1309", Message });
    expect(fields).toMatchObject({
      EventCode: "3005",
      ExceptionType: "HttpException",
      ViewState: "%2FwEPDw",
    });
    expect(ecs["source.ip"]).toBe("203.0.113.9");
    expect(viewStateBytes("%2FwEPDw")).toEqual(Uint8Array.from(Buffer.from("/wEPDw", "base64")));
    expect(viewStateBytes("no base64!")).toBeNull();
  });
});

describe("an event of the channel Windows PowerShell", () => {
  it("tells the whole command line of its host", () => {
    const Data2 =
      "\tHostName=ConsoleHost\r\n\tHostApplication=powershell -enc AAAA\r\n\tEngineVersion=2.0\r\n";
    const { fields, ecs } = eventOf({
      Provider: "PowerShell",
      EventID: "400",
      Data0: "Available",
      Data1: "None",
      Data2,
    });
    expect(fields).toMatchObject({ HostApplication: "powershell -enc AAAA", EngineVersion: "2.0" });
    expect(ecs["process.command_line"]).toBe("powershell -enc AAAA");
  });
});
