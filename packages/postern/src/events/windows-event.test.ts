import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArtifactRecord } from "../model/index.ts";
import { parseCmdletParameters } from "./exchange-cmdlet.ts";
import { normalizeChannel } from "./windows-channel.ts";
import { normalizeWindowsEvent } from "./windows-event.ts";
import { parseStatedTime } from "./windows-time.ts";

export function recordOf(
  fields: Readonly<Record<string, string>>,
  repairs: readonly string[] = [],
): ArtifactRecord {
  return {
    artifact: "windows-event",
    names: Object.keys(fields),
    values: Object.values(fields),
    surplus: [],
    at: { item: 1, offsetBytes: 10, lengthBytes: 20, record: 3 },
    raw: "raw",
    repairs,
  };
}

const TIME = "2021-03-03T09:00:00.123Z";
const utc = (text: string): number => Date.parse(text);

describe("the time of a Windows event", () => {
  it.each([
    ["2021-03-03T09:00:00.1234567Z", TIME],
    ["2021-03-03T10:00:00.123+01:00", TIME],
    ["2021-03-03 09:00:00.123 +00:00", TIME],
    ["/Date(1614762000123)/", TIME],
    ["\\/Date(1614762000123+0100)\\/", TIME],
    ["1614762000.1230001", TIME],
    ["1614762000123", TIME],
    ["132592356001230000", TIME],
  ])("%s is read as UTC without a doubt", (text, expected) => {
    expect(parseStatedTime(text)).toEqual({ timeMs: utc(expected), repairs: [] });
  });

  it.each([
    ["2021-03-03 09:00:00.123", TIME],
    ["3/3/2021 9:00:00 AM", "2021-03-03T09:00:00Z"],
    ["3/14/2021 12:05:00 AM", "2021-03-14T00:05:00Z"],
    ["03.04.2021 09:00:00", "2021-04-03T09:00:00Z"],
    ["14/03/2021 21:00:00", "2021-03-14T21:00:00Z"],
    ["2021/03/14 21:00:00", "2021-03-14T21:00:00Z"],
  ])("%s names no zone: taken as UTC, and the event says so", (text, expected) => {
    expect(parseStatedTime(text)).toEqual({
      timeMs: utc(expected),
      repairs: ["time without a zone, taken as UTC"],
    });
  });

  it("says when the order of day and month had to be guessed", () => {
    expect(parseStatedTime("03/04/2021 09:00:00")?.repairs).toContain(
      "order of day and month guessed: day taken first",
    );
  });

  it.each(["", "-", "yesterday", "2021-13-01T00:00:00Z", "2021-03-03T25:00:00Z", "12"])(
    "%j is no time",
    (text) => {
      expect(parseStatedTime(text)).toBeNull();
    },
  );
});

describe("common names of an event", () => {
  it("come from Sysmon's process creation", () => {
    const event = normalizeWindowsEvent(
      recordOf(
        {
          Channel: "Microsoft-Windows-Sysmon%4Operational",
          Provider: "Microsoft-Windows-Sysmon",
          EventID: "1",
          Computer: "EXCH01.School.Example",
          TimeCreated: TIME,
          Image: "C:\\Windows\\System32\\cmd.exe",
          CommandLine: "cmd /c whoami",
          ParentImage: "c:\\windows\\system32\\inetsrv\\w3wp.exe",
          User: "NT-AUTORITÄT\\SYSTEM",
        },
        ["mended"],
      ),
    );
    expect(event).toMatchObject({
      timeMs: utc(TIME),
      server: "exch01",
      raw: "raw",
      repairs: ["mended"],
      at: { offsetBytes: 10, record: 3 },
    });
    expect(event.ecs).toEqual({
      "event.code": "1",
      "event.provider": "Microsoft-Windows-Sysmon",
      "winlog.channel": "Microsoft-Windows-Sysmon/Operational",
      "host.name": "exch01",
      "process.name": "cmd.exe",
      "process.command_line": "cmd /c whoami",
      "process.parent.name": "w3wp.exe",
      "user.name": "NT-AUTORITÄT\\SYSTEM",
    });
    expect(event.fields["Channel"]).toBe("Microsoft-Windows-Sysmon%4Operational");
  });

  it.each([
    [
      { EventID: "4688", NewProcessName: "C:\\a\\cmd.exe", SubjectUserName: "EX1$" },
      { "process.name": "cmd.exe", "user.name": "EX1$" },
    ],
    [
      { EventID: "4624", TargetUserName: "ann", IpAddress: "::ffff:10.0.0.9" },
      { "user.name": "ann", "source.ip": "10.0.0.9" },
    ],
    [{ EventID: "4624", TargetUserName: "ann", IpAddress: "-" }, { "user.name": "ann" }],
    [
      { EventID: "4663", ObjectName: "C:\\x.aspx", ProcessName: "C:\\w3wp.exe" },
      { "file.path": "C:\\x.aspx", "process.name": "w3wp.exe" },
    ],
    [
      {
        EventID: "5145",
        ShareName: "\\\\*\\C$",
        ShareLocalPath: "\\??\\C:\\",
        RelativeTargetName: "inetpub\\x.aspx",
        IpAddress: "127.0.0.1",
      },
      { "file.path": "C:\\inetpub\\x.aspx", "source.ip": "127.0.0.1" },
    ],
    [
      { EventID: "5145", ShareName: "\\\\*\\C$", ShareLocalPath: "", RelativeTargetName: "x.aspx" },
      { "file.path": "\\\\*\\C$\\x.aspx" },
    ],
  ])("come from the Security log: %j", (fields, expected) => {
    const event = normalizeWindowsEvent(recordOf({ Channel: "Security", ...fields }));
    expect(event.ecs).toEqual({ "event.code": fields.EventID, "winlog.channel": "Security", ...expected });
  });

  it("tell Sysmon's event 11 from event 11 of another provider", () => {
    const fields = { EventID: "11", TargetFilename: "C:\\x.aspx" };
    expect(
      normalizeWindowsEvent(recordOf({ ...fields, Provider: "Microsoft-Windows-Sysmon" })).ecs["file.path"],
    ).toBe("C:\\x.aspx");
    expect(normalizeWindowsEvent(recordOf({ ...fields, Provider: "Disk" })).ecs["file.path"]).toBeUndefined();
  });

  it("come from a remote desktop logon", () => {
    const { ecs } = normalizeWindowsEvent(
      recordOf({
        Provider: "Microsoft-Windows-TerminalServices-RemoteConnectionManager",
        EventID: "1149",
        Param1: "admin",
        Param3: "198.51.100.7",
      }),
    );
    expect(ecs).toMatchObject({ "source.ip": "198.51.100.7", "user.name": "admin" });
  });

  it("never throw, whatever the record holds", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string()),
        fc.constantFrom("1", "11", "4688", "5145", "1116"),
        (fields, EventID) => {
          const event = normalizeWindowsEvent(
            recordOf({ ...fields, EventID, Provider: "MSExchange CmdletLogs" }),
          );
          expect(event.at.record).toBe(3);
        },
      ),
    );
  });
});

describe("the channel", () => {
  it.each([
    ["Microsoft-Windows-Sysmon%4Operational.evtx", "", "Microsoft-Windows-Sysmon/Operational"],
    ["C:\\Windows\\System32\\winevt\\Logs\\Security.evtx", "", "Security"],
    ["XmlWinEventLog:Security", "", "Security"],
    ["EXCH01_MSExchange Management", "", "MSExchange Management"],
    ["sysmon", "", "Microsoft-Windows-Sysmon/Operational"],
    ["", "MSExchange CmdletLogs", "MSExchange Management"],
    ["", "ASP.NET 4.0.30319.0", "Application"],
    ["My Own/Channel", "", "My Own/Channel"],
    ["", "Nobody Knows", ""],
  ])("%j of provider %j is %j", (channel, provider, expected) => {
    expect(normalizeChannel(channel, provider, "1")).toBe(expected);
  });
});

describe("a cmdlet of Exchange", () => {
  // Shape of the public lab record; the address is no shell.
  const parameters =
    '-ExternalUrl "http://ffff/#<script language="JScript">x</script>" -Identity "OAB (Default Web Site)"';
  const header = {
    Channel: "MSExchange Management",
    Provider: "MSExchange CmdletLogs",
    EventID: "1",
    Computer: "MXS01",
  };

  it("is read by position, and its sentence built as Exchange spells it", () => {
    const { fields, ecs, repairs } = normalizeWindowsEvent(
      recordOf({
        ...header,
        Data0: "Set-OabVirtualDirectory",
        Data1: parameters,
        Data2: "school.example/Users/admin",
        Data3: "S-1-5-21-1-500",
        Data6: "8372 w3wp#MSExchangeECPAppPool",
      }),
    );
    expect(fields).toMatchObject({
      Cmdlet: "Set-OabVirtualDirectory",
      Parameters: parameters,
      Caller: "school.example/Users/admin",
      CallerSid: "S-1-5-21-1-500",
    });
    expect(fields["Message"]).toBe(
      `Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory, parameters ${parameters}.`,
    );
    expect(ecs["user.name"]).toBe("school.example/Users/admin");
    expect(repairs).toEqual(["message built from the values"]);
  });

  it("is read by position from winlogbeat's param1 to paramN too, empty ones left out", () => {
    const { fields, ecs } = normalizeWindowsEvent(
      recordOf({
        ...header,
        param1: "Set-OabVirtualDirectory",
        param2: parameters,
        param3: "school.example/Users/admin",
        param4: "S-1-5-21-1-500",
        param7: "8372 w3wp#MSExchangeECPAppPool",
        param24: "ActivityId: 1",
      }),
    );
    expect(fields).toMatchObject({
      Cmdlet: "Set-OabVirtualDirectory",
      Parameters: parameters,
      Caller: "school.example/Users/admin",
      CallerProcess: "8372 w3wp#MSExchangeECPAppPool",
      ActivityId: "ActivityId: 1",
      Message: `Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory, parameters ${parameters}.`,
    });
    expect(ecs["user.name"]).toBe("school.example/Users/admin");
  });

  it("that failed says so", () => {
    const { fields } = normalizeWindowsEvent(
      recordOf({ ...header, EventID: "6", Data0: "Get-App", Data1: "" }),
    );
    expect(fields["Message"]).toBe("Cmdlet failed. Cmdlet Get-App, parameters .");
  });

  it("is read out of the rendered sentence where an export has only that", () => {
    const Message = `Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory, parameters ${parameters}.`;
    const { fields, repairs } = normalizeWindowsEvent(recordOf({ ...header, Message }));
    expect(fields).toMatchObject({ Cmdlet: "Set-OabVirtualDirectory", Parameters: parameters, Message });
    expect(repairs).toEqual(["cmdlet taken from the rendered message"]);
  });

  it("is read out of values that a tool joined by commas", () => {
    const { fields } = normalizeWindowsEvent(
      recordOf({
        ...header,
        Data0: `Set-OabVirtualDirectory, ${parameters}, school.example/Users/admin, S-1-5-21-1-500, S-1-5-21-1-500`,
      }),
    );
    expect(fields).toMatchObject({
      Cmdlet: "Set-OabVirtualDirectory",
      Parameters: parameters,
      Caller: "school.example/Users/admin",
    });
  });

  it("is not slowed down by a text made to do so", () => {
    const Message = `Cmdlet suceeded. Cmdlet A-B, parameters ${" ".repeat(60_000)}x`;
    expect(normalizeWindowsEvent(recordOf({ ...header, Message })).fields["Parameters"]).toBe("x");
    expect(Object.keys(parseCmdletParameters('-a "'.repeat(16_000)))).toEqual(["a"]);
    expect(parseCmdletParameters('-A "" -B "1"')).toEqual({ A: "", B: "1" });
  });

  it("keeps quotes inside a parameter", () => {
    expect(parseCmdletParameters(parameters)).toEqual({
      ExternalUrl: 'http://ffff/#<script language="JScript">x</script>',
      Identity: "OAB (Default Web Site)",
    });
  });
});
