import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Indicators, createIndicators, parseIndicatorFile } from "./index.ts";

const SOURCE = { actor: null, confidence: "high", source: "https://lists.example/", note: null };
const AUTH = "%ExchangeInstallPath%FrontEnd\\HttpProxy\\owa\\auth\\";
const FILE = {
  asOf: "2026-11-24",
  addresses: [
    { ...SOURCE, value: "203.0.113.7", role: "exploitation source", from: "2021-03-01", to: "2021-03-20" },
    { ...SOURCE, value: "2001:DB8::1", role: "c2", from: null, to: null },
  ],
  hashes: [{ ...SOURCE, sha256: "AB".repeat(32), name: "help.aspx", kind: "web shell" }],
  pageNames: [
    { ...SOURCE, name: "discover.aspx", folder: AUTH },
    { ...SOURCE, name: "logon.aspx", folder: null, confidence: "low" },
    { ...SOURCE, name: "shell.aspx", folder: null, confidence: "medium" },
  ],
  userAgents: [
    { ...SOURCE, value: "antSword/v2.1", context: "POST to web shells" },
    { ...SOURCE, value: "Mozilla/5.0+(X11;+Linux)+(KHTML,+like+Gecko)", context: "" },
  ],
  domains: [{ ...SOURCE, value: "estonine.example", role: "c2" }],
  files: [
    { ...SOURCE, path: "C:\\Windows\\Temp\\", name: "lsass*.dmp" },
    { ...SOURCE, path: "C:\\Windows\\System32\\", name: "<16 letters>.exe" },
    { ...SOURCE, path: "C:\\ProgramData\\VSPerfMon\\", name: "*" },
    { ...SOURCE, path: null, name: "google.log" },
  ],
  parameters: [{ ...SOURCE, value: "klk123456", kind: "request parameter" }],
};

const load = (window?: { from: string; to: string }): Indicators => {
  const { indicators, problems } = parseIndicatorFile(JSON.stringify(FILE), "indicators.json");
  expect(problems).toEqual([]);
  return createIndicators([indicators], {
    genuine: [{ folder: "owa-auth", name: "logon.aspx" }],
    ...(window ? { window } : {}),
  });
};
const at = (day: string): number => Date.parse(`${day}T12:00:00Z`);

describe("a pack's indicator file", () => {
  it("uses the rows that are right and names every one that is not", () => {
    const text = JSON.stringify({
      asOf: "soon",
      hashes: [{ sha256: "abc" }, FILE.hashes[0]],
      domains: {},
      parameters: [3],
    });
    const { indicators, problems } = parseIndicatorFile(text, "indicators.json");
    expect(indicators.hashes).toHaveLength(1);
    expect(problems.map((problem) => problem.message)).toEqual([
      "`asOf` must be a day, YYYY-MM-DD.",
      "hashes[0] is left out: `sha256` is no SHA-256.",
      "`domains` must be a list.",
      "parameters[0] is left out: it is no object.",
    ]);
  });

  it("says what is wrong for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseIndicatorFile(text, "x").problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("indicators", () => {
  it("find an address in any form, and say whether it is in its time", () => {
    const iocs = load();
    expect(iocs.findAddress("203.0.113.7", at("2021-03-20"))?.inTime).toBe(true);
    expect(iocs.findAddress("203.0.113.7:51234", at("2021-03-21"))?.inTime).toBe(false);
    expect(iocs.findAddress("::ffff:203.0.113.7", null)?.inTime).toBeNull();
    expect(iocs.findAddress("[2001:db8::1]:443", at("2024-01-01"))?.inTime).toBeNull();
    expect(
      load({ from: "2021-01-01", to: "2021-04-30" }).findAddress("2001:db8::1%5", at("2021-02-01"))?.inTime,
    ).toBe(true);
    expect(iocs.findAddress("203.0.113.8", null)).toBeNull();
  });

  it("find a page name in URLs and Windows paths, and doubt it in another folder", () => {
    const iocs = load();
    expect(iocs.findPageName("/owa/auth/Discover.aspx?x=/a/b")?.confidence).toBe("high");
    expect(iocs.findPageName("/owa/auth/disc%6fver.aspx/extra")?.confidence).toBe("high");
    expect(iocs.findPageName("D:\\Exchange\\FrontEnd\\HttpProxy\\owa\\auth\\discover.aspx")?.confidence).toBe(
      "high",
    );
    expect(iocs.findPageName("/aspnet_client/discover.aspx")?.confidence).toBe("low");
    expect(iocs.findPageName("/aspnet_client/shell.aspx")?.confidence).toBe("medium");
    expect(iocs.findPageName("/owa/auth/other.aspx")).toBeNull();
  });

  it("never find a page of Exchange in its own folder, though lists name it", () => {
    expect(load().findPageName("/owa/auth/logon.aspx")).toBeNull();
    expect(load().findPageName("/aspnet_client/logon.aspx")?.name).toBe("logon.aspx");
  });

  it("find a user agent as IIS and as HttpProxy write it", () => {
    const iocs = load();
    expect(iocs.findUserAgent("antSword/v2.1")?.confidence).toBe("high");
    expect(iocs.findUserAgent("Mozilla/5.0 (X11; Linux) (KHTML  like Gecko)")).not.toBeNull();
    expect(iocs.findUserAgent("Mozilla/5.0+(X11;+Linux)+(KHTML,+like+Gecko)")).not.toBeNull();
    expect(iocs.findUserAgent("Mozilla/5.0")).toBeNull();
  });

  it("find files by pattern on any drive", () => {
    const iocs = load();
    expect(iocs.findFile("D:\\Windows\\Temp\\lsass_12.dmp")?.name).toBe("lsass*.dmp");
    expect(iocs.findFile("C:/Windows/System32/abcdefghijklmnop.exe")?.name).toBe("<16 letters>.exe");
    expect(iocs.findFile("C:\\Windows\\System32\\notepad.exe")).toBeNull();
    expect(iocs.findFile("C:\\ProgramData\\VSPerfMon\\a\\b.dll")).not.toBeNull();
    expect(iocs.findFile("C:\\x\\google.log")).not.toBeNull();
    expect(iocs.findFile("C:\\x\\mygoogle.log")).toBeNull();
  });

  it("find hashes, domains and those below them, and parameters", () => {
    const iocs = load();
    expect(iocs.findHash("ab".repeat(32))?.name).toBe("help.aspx");
    expect(iocs.findDomain("P.Estonine.example.")?.role).toBe("c2");
    expect(iocs.findDomain("notestonine.example")).toBeNull();
    expect(iocs.findParameter("KLK123456")).not.toBeNull();
    expect(iocs.findParameter("constructor")).toBeNull();
  });

  it("answer for any text", () => {
    const iocs = load();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect([iocs.findAddress(text, 0), iocs.findHash(text), iocs.findParameter(text)]).toEqual([
          null,
          null,
          null,
        ]);
        iocs.findPageName(text);
        iocs.findFile(text);
        iocs.findUserAgent(text);
        iocs.findDomain(text);
      }),
    );
  });
});
