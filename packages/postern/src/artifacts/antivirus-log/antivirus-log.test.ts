import { describe, expect, it } from "vitest";
import { findSettingReader } from "../configuration/index.ts";

const PAGE = "C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx";

function read(name: string, text: string, encoding: "utf8" | "utf16le" = "utf8") {
  const mark = encoding === "utf16le" ? Buffer.from([0xff, 0xfe]) : Buffer.alloc(0);
  const bytes = Buffer.concat([mark, Buffer.from(text, encoding)]);
  const reader = findSettingReader(bytes.subarray(0, 65_536), name);
  if (reader === null) throw new Error(`nobody reads ${name}`);
  const { settings } = reader.parse(bytes, { item: 0, name });
  return settings.map((one) => one.values);
}

describe("Defender's protection log", () => {
  it("says what was found and removed, where, and when in UTC", () => {
    const text = [
      "2021-03-18T03:11:57.181Z [RTP] [Mini-filter] Blocked file(#74)",
      `2021-03-18T03:11:57.181Z DETECTION_ADD#1 Backdoor:ASP/Chopper.F!dha file:${PAGE} PropBag [length: 0, data: (null)]`,
      `2021-03-18T03:12:01.000Z DETECTION_CLEANEVENT MPSOURCE_REALTIME MP_THREAT_ACTION_QUARANTINE 0x80508033 Backdoor:ASP/Chopper.F!dha containerfile:C:\\a.zip;file:C:\\a.zip->b.aspx;`,
      "",
    ].join("\r\n");
    const product = "Microsoft Defender";
    const threat = "Backdoor:ASP/Chopper.F!dha";
    expect(read("MPLog-20210101-010101.log", text, "utf16le")).toEqual([
      { product, threat, path: PAGE, timeUtc: "2021-03-18T03:11:57.181Z", folder: "aspnet-client" },
      {
        product,
        threat,
        path: "C:\\a.zip",
        action: "MP_THREAT_ACTION_QUARANTINE",
        timeUtc: "2021-03-18T03:12:01.000Z",
      },
      {
        product,
        threat,
        path: "C:\\a.zip",
        action: "MP_THREAT_ACTION_QUARANTINE",
        timeUtc: "2021-03-18T03:12:01.000Z",
      },
    ]);
  });
});

describe("the Safety Scanner's log", () => {
  it("tells each file once, and a threat without a file too", () => {
    const text = `Microsoft Safety Scanner v1.333, (build 1.333.160.0)
Started On Sun Mar  7 10:14:38 2021

Threat Detected: Exploit:ASP/CVE-2021-27065 and Removed!
  Action: Remove, Result: 0x00000000
    file://${PAGE}
        SigSeq: 0x0000

Results Summary:
----------------
Found Exploit:ASP/CVE-2021-27065 and Removed!
Found Backdoor:Win32/X and Removed!
Microsoft Safety Scanner Finished On Sun Mar  7 10:34:38 2021
`;
    expect(read("msert.log", text)).toEqual([
      {
        product: "Microsoft Safety Scanner",
        threat: "Exploit:ASP/CVE-2021-27065",
        path: PAGE,
        action: "Remove",
        localTime: "Sun Mar  7 10:14:38 2021",
        folder: "aspnet-client",
      },
      {
        product: "Microsoft Safety Scanner",
        threat: "Backdoor:Win32/X",
        action: "Removed",
        localTime: "Sun Mar  7 10:14:38 2021",
      },
    ]);
  });

  it("says nothing when the scan found nothing", () => {
    expect(
      read(
        "msert.log",
        "Microsoft Safety Scanner v1.333, (build 1)\nResults Summary:\nNo infection found.\n",
      ),
    ).toEqual([]);
  });
});

describe("other logs", () => {
  it("of the mitigation tool say that something was found", () => {
    expect(
      read(
        "EOMTSummary.txt",
        "3/16/2021 10:11:12 Threats detected! Please review msert.log\nNo known threats detected.\n",
      ),
    ).toEqual([{ product: "EOMT", threat: "threats detected", localTime: "3/16/2021 10:11:12" }]);
  });

  it("of other antivirus programs count only where a line names a page and what was done", () => {
    const text = `20210312 101112\tVirus/spyware 'Troj/WebShel-F' has been detected in "${PAGE}".\nScanned ${PAGE}: no threat found\nupdate finished\n`;
    expect(read("SAV.txt", text)).toEqual([
      {
        product: "an antivirus program",
        threat: "Troj/WebShel-F",
        path: PAGE,
        localTime: "20210312 101112",
        folder: "aspnet-client",
      },
    ]);
  });
});
