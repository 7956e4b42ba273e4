import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPutAside } from "./standing.ts";
import { deriveByAnchor, deriveWindowsPath, parseWindowsPath } from "./windows-path.ts";

const derive = (path: string): string | null => deriveWindowsPath(path.split("/"))?.path ?? null;

describe("the path on the server", () => {
  it.each([
    ["C/Windows/System32/winevt/Logs/Security.evtx", "C:\\Windows\\System32\\winevt\\Logs\\Security.evtx"],
    ["srv1/C%3A/x/y.log", "C:\\x\\y.log"],
    ["srv1/D_drive/x/y.log", "D:\\x\\y.log"],
    ["drive_e/x.log", "E:\\x.log"],
    ["c$/inetpub/a.log", "C:\\inetpub\\a.log"],
    ["ex01/inetpub/wwwroot/aspnet_client/a.aspx", "C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx"],
    ["d/inetpub/logs/a.log", "D:\\inetpub\\logs\\a.log"],
    [
      "copy/Microsoft/Exchange Server/V15/Logging/HttpProxy/Owa/a.log",
      "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\HttpProxy\\Owa\\a.log",
    ],
    ["Program Files/Microsoft/x.log", "C:\\Program Files\\Microsoft\\x.log"],
    ["W3SVC1/u_ex.log", null],
    ["c/b/a.log", null],
    ["inetpub", null],
  ])("of %s is %s", (path, expected) => {
    expect(derive(path)).toBe(expected);
  });

  it("below the user's own folders starts at the server's folders, not at the user's drive", () => {
    const own = "C:/Users/me/Desktop/evidence/inetpub/logs/a.log".split("/");
    expect(deriveByAnchor(own)?.path).toBe("C:\\inetpub\\logs\\a.log");
    expect(deriveByAnchor("/mnt/c/Users/me/evidence/a.log".split("/"))).toBeNull();
  });

  it("in a shadow copy says so", () => {
    const device = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy12\\inetpub\\a.log";
    const expected = { path: "C:\\inetpub\\a.log", shadowCopy: "HarddiskVolumeShadowCopy12" };
    expect(parseWindowsPath(device)).toEqual(expected);
    expect(deriveWindowsPath(["HarddiskVolumeShadowCopy12", "inetpub", "a.log"])).toEqual(expected);
  });

  it("is never made of a path that is none, and never fails", () => {
    expect(parseWindowsPath("/var/log/x")).toBeNull();
    fc.assert(fc.property(fc.array(fc.string()), (path) => void deriveWindowsPath(path)));
    fc.assert(fc.property(fc.string(), (path) => void parseWindowsPath(path)));
  });
});

describe("files put aside", () => {
  it.each([
    ["Quarantine/a.aspx", true],
    ["inetpub/owa_old/a.aspx", true],
    ["CollectedLogFiles/EX/CVE26855/a.log", true],
    ["$Recycle.Bin/S-1-5/x.aspx", true],
    ["inetpub/wwwroot/aspnet_client/backup.aspx", false],
    ["inetpub/holder/quarantine", false],
  ])("%s: %s", (path, expected) => {
    expect(isPutAside(path.split("/"))).toBe(expected);
  });
});
