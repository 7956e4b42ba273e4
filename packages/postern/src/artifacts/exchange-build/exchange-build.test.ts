import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BuildReading } from "./index.ts";
import { BUILD_READERS, findBuildReader } from "./index.ts";

const samples = join(import.meta.dirname, "samples");

function read(name: string, change: (bytes: Buffer) => Uint8Array = (bytes) => bytes): BuildReading {
  const bytes = change(readFileSync(join(samples, name)));
  const reader = findBuildReader(bytes.subarray(0, 65_536), name);
  if (reader === null) throw new Error(`nothing reads ${name}`);
  return reader.parse(bytes, { item: 7 });
}

function brief(reading: BuildReading): readonly unknown[] {
  return reading.observations.map((one) => [one.server, one.build, one.timeUtc, one.event, one.source]);
}

function utf16(bytes: Buffer): Uint8Array {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString("utf8"), "utf16le")]);
}

describe("the setup log", () => {
  test("tells installation, failed and finished updates apart, and preparing Active Directory installs nothing", () => {
    const reading = read("ExchangeSetup.log");
    expect(brief(reading)).toEqual([
      [
        "EX01",
        "15.1.2106.2",
        "2020-09-20T09:55:00.100Z",
        "installed",
        "ExchangeSetup.log, first installation",
      ],
      [
        "EX01",
        "15.1.2106.2",
        "2021-03-07T17:00:20.002Z",
        "seen",
        "ExchangeSetup.log, version on disk (shows the CU only)",
      ],
      [
        "EX01",
        "15.1.2176.2",
        "2021-03-09T16:02:34.674Z",
        "seen",
        "ExchangeSetup.log, version on disk (shows the CU only)",
      ],
      ["EX01", "15.1.2106.2", null, "seen", "ExchangeSetup.log, version before this one (shows the CU only)"],
      ["EX01", "15.1.2176.2", "2021-03-09T16:58:36.954Z", "updated", "ExchangeSetup.log, update by setup"],
      [
        "EX01",
        "15.1.2176.2",
        "2021-12-17T16:47:46.773Z",
        "seen",
        "ExchangeSetup.log, version on disk (shows the CU only)",
      ],
      [
        "EX01",
        "15.1.2176.9",
        "2021-12-17T16:47:41.792Z",
        "seen",
        "ExchangeSetup.log, setup in the install folder",
      ],
    ]);
  });

  test("cites the line that says so", () => {
    const [installed] = read("ExchangeSetup.log").observations;
    const text = readFileSync(join(samples, "ExchangeSetup.log"));
    const { offsetBytes = 0, lengthBytes = 0, record } = installed?.at ?? {};
    expect(text.subarray(offsetBytes, offsetBytes + lengthBytes).toString()).toContain(
      "completed successfully",
    );
    expect(record).toBe(16);
  });

  test("counts a line with an impossible time as damage", () => {
    expect(read("ExchangeSetup.log").damage.map((one) => [one.code, one.at.record])).toEqual([
      ["TEXT_LINE_MALFORMED", 36],
    ]);
  });

  test("reads the same with carriage returns and as UTF-16", () => {
    const plain = brief(read("ExchangeSetup.log"));
    expect(
      brief(read("ExchangeSetup.log", (b) => Buffer.from(b.toString().replaceAll("\n", "\r\n")))),
    ).toEqual(plain);
    expect(brief(read("ExchangeSetup.log", utf16))).toEqual(plain);
  });
});

describe("a HealthChecker file", () => {
  test("gives the build of ExSetup.exe, the CU, the server and the time in UTC", () => {
    expect(brief(read("HealthChecker-EX01.xml"))).toEqual([
      ["EX01", "15.1.2106.2", "2021-03-10T08:15:00.123Z", "seen", "file version of ExSetup.exe"],
      ["EX01", "15.1.2106.2", "2021-03-10T08:15:00.123Z", "seen", "AdminDisplayVersion (shows the CU only)"],
    ]);
  });

  test("gives mitigations, blocked ones and rewrite rules, and no rule that is not a mitigation", () => {
    expect(
      read("HealthChecker-EX01.xml").mitigations.map((one) => [one.server, one.mitigation, one.state]),
    ).toEqual([
      ["EX01", "Emergency Mitigation M1", "applied"],
      ["EX01", "Emergency Mitigation PING1", "applied"],
      ["EX01", "Emergency Mitigation M2", "blocked"],
      ["EX01", "Windows Extended Protection", "off"],
      ["EX01", `rewrite rule "X-BEResource Abort - inbound" (EOMT, for CVE-2021-26855)`, "applied"],
    ]);
  });

  test("says that the version is the CU only when HealthChecker could not read ExSetup.exe", () => {
    const reading = read("HealthChecker-EX01.xml", (bytes) =>
      Buffer.from(
        bytes
          .toString()
          .replace(/<S N="FileName">.*<\/S>/, `<B N="FailedGetExSetup">true</B>`)
          .replace("15.01.2106.002", "15.1.2106.2"),
      ),
    );
    expect(reading.observations[0]?.source).toBe("HealthChecker (shows the CU only)");
  });

  test("cites the place of the value", () => {
    const bytes = readFileSync(join(samples, "HealthChecker-EX01.xml"));
    const [first] = read("HealthChecker-EX01.xml").observations;
    expect(bytes.subarray(first?.at.offsetBytes).toString()).toMatch(/^15\.01\.2106\.002/);
    expect(first?.at.record).toBe(23);
  });

  test("that is cut is damage, and what stood before the cut is kept when its object was whole", () => {
    const whole = readFileSync(join(samples, "HealthChecker-EX01.xml")).toString();
    const reading = read("HealthChecker-EX01.xml", () =>
      Buffer.from(`${whole.replace("</Objs>", "")}<Obj><Props`),
    );
    expect(reading.observations).toHaveLength(2);
    expect(reading.damage.map((one) => one.code)).toEqual(["XML_MALFORMED"]);
  });

  test("with thousands of nested objects is stopped", () => {
    const head = `<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04">`;
    const reading = read("HealthChecker-EX01.xml", () => Buffer.from(head + `<Obj N="a">`.repeat(5_000)));
    expect(reading.damage.map((one) => one.note)).toEqual(["Objects are nested more than 400 deep."]);
  });
});

describe("the registry", () => {
  const expected = [
    [null, "15.1.2375.7", null, "seen", "registry, ConfiguredVersion of a role (shows the CU only)"],
    [null, "15.1.2375.7", null, "seen", "registry, UnpackedVersion of a role (shows the CU only)"],
    [null, "15.1.2375.17", null, "seen", "registry, OwaVersion"],
    [null, "15.1.2375.7", null, "seen", "registry, MsiProductMajor to MsiBuildMinor (shows the CU only)"],
  ];
  test("as regedit exports it tells the CU from the update, and other keys say nothing", () => {
    expect(brief(read("setup-key.reg"))).toEqual(expected);
    expect(brief(read("setup-key.reg", utf16))).toEqual(expected);
  });

  test("as reg query prints it", () => {
    expect(brief(read("reg-query.txt"))).toEqual([
      [null, "15.2.986.14", null, "seen", "registry, OwaVersion"],
      [null, "15.2.986.5", null, "seen", "registry, MsiProductMajor to MsiBuildMinor (shows the CU only)"],
    ]);
  });
});

describe("what PowerShell prints of Get-ExchangeServer", () => {
  test.each(["get-exchangeserver-list.txt", "get-exchangeserver-table.txt", "get-exchangeserver.csv"])(
    "gives CU and server: %s",
    (name) => {
      expect(brief(read(name))).toEqual([
        ["EX01", "15.1.2507.6", null, "seen", "AdminDisplayVersion (shows the CU only)"],
        ["EX02", "15.2.1118.7", null, "seen", "AdminDisplayVersion (shows the CU only)"],
      ]);
    },
  );

  test("takes the server of a virtual directory, not the name of the directory", () => {
    const text =
      "Name : OAB (Default Web Site)\nAdminDisplayVersion : Version 15.1 (Build 2106.2)\nServer : EX01\n";
    const reading = findBuildReader(Buffer.from(text), "oab.txt")?.parse(Buffer.from(text), { item: 0 });
    expect(reading?.observations.map((one) => [one.server, one.build])).toEqual([["EX01", "15.1.2106.2"]]);
  });

  test("as JSON, with the version of ExSetup.exe", () => {
    expect(brief(read("get-exchangeserver.json"))).toEqual([
      ["EX01", "15.1.2507.6", null, "seen", "AdminDisplayVersion (shows the CU only)"],
      ["EX02", "15.2.1118.7", null, "seen", "AdminDisplayVersion (shows the CU only)"],
      [null, "15.2.1118.40", null, "seen", "file version of ExSetup.exe"],
    ]);
  });

  test.each([
    ["exsetup-table.txt", null],
    ["exsetup-list.txt", "EX01"],
  ])("gives the file version of ExSetup.exe: %s", (name, server) => {
    const expected = [[server, "15.1.2507.39", null, "seen", "file version of ExSetup.exe"]];
    expect(brief(read(name))).toEqual(expected);
    expect(brief(read(name, utf16))).toEqual(expected);
  });
});

test("rewrite rules of mitigations are found in web.config, also those that are switched off", () => {
  const reading = read("web.config");
  expect(reading.mitigations.map((one) => [one.mitigation, one.state])).toEqual([
    [`rewrite rule "X-AnonResource-Backend Abort - inbound" (EOMT, for CVE-2021-26855)`, "applied"],
    [`rewrite rule "EEMS M1.1 PowerShell - inbound" (Emergency Mitigation service)`, "off"],
  ]);
  const bytes = readFileSync(join(samples, "web.config"));
  const { offsetBytes = 0, lengthBytes = 0 } = reading.mitigations[1]?.at ?? {};
  expect(bytes.subarray(offsetBytes, offsetBytes + lengthBytes).toString()).toMatch(/^<rule name="EEMS .*>$/);
});

describe("Extended Protection", () => {
  /** An applicationHost.config with these folders; the element is left out where the level is null. */
  const config = (folders: readonly (readonly [string, string | null])[]): Buffer =>
    Buffer.from(
      `<?xml version="1.0"?>\r\n<configuration>\r\n${folders
        .map(
          ([path, level]) =>
            `<location path="${path}"><system.webServer><security><authentication><windowsAuthentication enabled="true">${level === null ? "" : `<extendedProtection tokenChecking="${level}" />`}</windowsAuthentication></authentication></security></system.webServer></location>`,
        )
        .join("\r\n")}</configuration>`,
    );
  const told = (bytes: Buffer, name = "applicationHost.config"): readonly unknown[] =>
    (findBuildReader(bytes, name)?.parse(bytes, { item: 0 }).mitigations ?? []).map((one) => [
      one.mitigation,
      one.state,
      one.detail,
    ]);
  const NAME = "Windows Extended Protection";

  test("is on when every folder that is there has at least what Microsoft asks for", () => {
    const folders = [
      ["Default Web Site/owa", "Require"],
      ["Default Web Site/EWS", "Allow"],
      ["Default Web Site/Autodiscover", "None"],
      ["Exchange Back End/EWS", "Require"],
    ] as const;
    expect(told(config(folders))).toEqual([[NAME, "applied", undefined]]);
  });

  test("names the folders that lack it, and a folder without the element lacks it", () => {
    const some = [
      ["Default Web Site/owa", "Require"],
      ["Default Web Site/EWS", null],
      ["Exchange Back End/EWS", "Allow"],
    ] as const;
    expect(told(config(some))).toEqual([
      [NAME, "off", "missing on Default Web Site/EWS, Exchange Back End/EWS"],
    ]);
    expect(told(config([["Exchange Back End/mapi/nspi", "None"]]))).toEqual([[NAME, "off", undefined]]);
    expect(told(config([["Default Web Site/intranet", "None"]]))).toEqual([]);
  });

  test("is taken away again by a value in the registry", () => {
    const exported = (value: string): Buffer =>
      Buffer.from(
        `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]\r\n"SuppressExtendedProtection"=dword:${value}\r\n`,
      );
    expect(told(exported("00000002"), "lsa.reg")).toEqual([
      [NAME, "off", "SuppressExtendedProtection takes it away"],
    ]);
    expect(told(exported("00000000"), "lsa.reg")).toEqual([]);
  });
});

describe("files that are something else", () => {
  test.each([
    [
      "ex210303.log",
      "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time\n2021-03-03 Version 15.1 (Build 2106.2)\n",
    ],
    ["HttpProxy.LOG", "#Software: Microsoft Exchange Server\n#Version: 15.01.2106.002\n"],
    ["page.aspx", `<%@ Page Language="C#" %>`],
    ["notes.txt", "Exchange was updated on Tuesday."],
    ["other.xml", "<configuration/>"],
    ["empty.txt", ""],
    ["shell.aspx", "AdminDisplayVersion : Version 15.1 (Build 2106.2)"],
  ])("are left alone: %s", (name, text) => {
    expect(findBuildReader(Buffer.from(text), name)).toBeNull();
  });
});

describe("hostile files", () => {
  const names = readdirSync(samples).filter((name) => name !== "README.md");

  test.each(names)("cut at every offset never stop a reader: %s", (name) => {
    const bytes = readFileSync(join(samples, name));
    const reader = findBuildReader(bytes, name);
    const whole = reader?.parse(bytes, { item: 0 });
    for (let end = 0; end < bytes.length; end++) {
      const reading = reader?.parse(bytes.subarray(0, end), { item: 0 });
      expect(reading?.observations.length).toBeLessThanOrEqual((whole?.observations.length ?? 0) + 1);
    }
  });

  test("of any bytes never stop a reader, and places stay inside the file", () => {
    const heads = names.map((name) => readFileSync(join(samples, name)));
    fc.assert(
      fc.property(
        fc.constantFrom(...heads),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(),
        (sample, noise, where) => {
          const bytes = Uint8Array.from(sample);
          bytes.set(
            noise.subarray(0, Math.max(0, bytes.length - (where % bytes.length))),
            where % bytes.length,
          );
          for (const reader of BUILD_READERS) {
            reader.identify(bytes, "web.config");
            const { observations, damage } = reader.parse(bytes, { item: 0 });
            for (const { at } of [...observations, ...damage])
              expect(at.offsetBytes).toBeLessThanOrEqual(bytes.length * 3);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("with very many statements are bounded", () => {
    const line = "EX01  Version 15.1 (Build 2507.6)\n";
    const reader = findBuildReader(Buffer.from(line), "a.txt");
    expect(reader?.parse(Buffer.from(line.repeat(50_000)), { item: 0 }).observations).toHaveLength(2_000);
  });
});
