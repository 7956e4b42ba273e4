import { describe, expect, it } from "vitest";
import { loadConfigurationFacts } from "../../knowledge/index.ts";
import { createKnownSettings, judgeSettings, type Lead } from "./index.ts";
import { normalizeWindowsPath, placeOfPath } from "./windows-place.ts";

const known = createKnownSettings(loadConfigurationFacts());
const EX = "D:\\Exchange Server\\V15\\";

function judge(kind: string, values: Readonly<Record<string, string>>, location = ""): Lead | undefined {
  return judgeSettings(
    [{ kind, values, location, excerpt: "x", at: { offsetBytes: 1, lengthBytes: 1 } }],
    known,
  )[0];
}

function verdictOf(kind: string, values: Readonly<Record<string, string>>): string {
  const lead = judge(kind, values);
  return lead === undefined ? "clean" : `${lead.kind} ${lead.rung ?? "lead"}`;
}

describe("native modules", () => {
  it.each([
    ["%windir%\\System32\\inetsrv\\cachuri.dll", "clean"],
    ["c:\\windows\\SYSTEM32\\inetsrv\\rewrite.dll", "clean"],
    [`${EX}FrontEnd\\HttpProxy\\bin\\exppw.dll`, "clean"],
    ["C:\\Windows\\System32\\inetsrv\\cachport.dll", "iis-module-backdoor L2"],
    ["C:\\Windows\\Temp\\cachuri.dll", "iis-module-backdoor L2"],
    ["C:\\Windows\\System32\\..\\Temp\\a.dll", "iis-module-backdoor L2"],
    ["C:\\Users\\Public\\Exchange Server\\V15\\Bin\\kerbauth.dll", "iis-module-backdoor L2"],
    ["\\\\127.0.0.1\\c$\\windows\\temp\\a.dll", "iis-module-backdoor L2"],
    ["\\\\10.0.0.9\\share\\a.dll", "iis-module-backdoor L2"],
    ["C:\\inetpub\\wwwroot\\aspnet_client\\a.dll", "iis-module-backdoor L2"],
    ["C:\\Windows\\System32\\inetsrv\\other.dll", "iis-module-unknown lead"],
    ["C:\\Program Files\\Vendor\\filter.dll", "iis-module-unknown lead"],
  ])("%s: %s", (image, verdict) => expect(verdictOf("native-module", { name: "M", image })).toBe(verdict));

  it("that Microsoft signed are clean, unsigned ones are told as such", () => {
    const image = "C:\\Program Files\\X\\x.dll";
    expect(verdictOf("native-module", { image, Signed: "true", IsMicrosoftSigned: "true" })).toBe("clean");
    expect(judge("native-module", { image, Signed: "false" })?.text).toContain("It is not signed.");
  });
});

describe("managed modules and handlers", () => {
  it.each([
    [
      "managed-module",
      {
        type: "Microsoft.Exchange.Clients.Owa2.Server.Core.OwaModule, Microsoft.Exchange.Clients.Owa2.Server",
      },
      "clean",
    ],
    ["managed-module", { type: "System.Web.Security.FormsAuthenticationModule" }, "clean"],
    [
      "managed-module",
      { type: "System.Web.Security.FormsAuthenticationModule, Evil" },
      "iis-module-unknown lead",
    ],
    [
      "managed-module",
      { type: "ExtenderControlDesigner.X, ExtenderControlDesigner" },
      "iis-module-backdoor L2",
    ],
    [
      "managed-module",
      { type: "Microsoft.Exchange.Some.NewModule, Microsoft.Exchange.Some" },
      "iis-module-unknown lead",
    ],
    ["handler", { path: "*.aspx", type: "System.Web.UI.PageHandlerFactory" }, "clean"],
    ["handler", { path: "*.jpg", type: "System.Web.UI.PageHandlerFactory" }, "handler-backdoor L2"],
    [
      "handler",
      { path: "*.config", scriptProcessor: "%windir%\\system32\\inetsrv\\asp.dll" },
      "handler-backdoor L2",
    ],
    [
      "build-provider",
      { extension: ".png", type: "System.Web.Compilation.PageBuildProvider" },
      "handler-backdoor L2",
    ],
    [
      "handler",
      { path: "*.php", scriptProcessor: "C:\\Program Files\\PHP\\php-cgi.exe" },
      "handler-unknown lead",
    ],
    ["handler", { path: "*.xyz", scriptProcessor: "C:\\ProgramData\\a.exe" }, "handler-backdoor L2"],
    ["handler", { path: "x.ashx", type: "N.Handler, Vendor" }, "handler-unknown lead"],
  ] as const)("%s %j: %s", (kind, values, verdict) => expect(verdictOf(kind, values)).toBe(verdict));

  it("the sign-in filter of Exchange is genuine only in its own folder", () => {
    expect(verdictOf("isapi-filter", { path: `${EX}ClientAccess\\owa\\auth\\owaauth.dll` })).toBe("clean");
    expect(verdictOf("isapi-filter", { path: `${EX}ClientAccess\\Owa\\bin\\owaauth.dll` })).toBe(
      "iis-filter-backdoor L2",
    );
  });
});

describe("folders, keys and logging", () => {
  it.each([
    ["virtual-directory", { physicalPath: "%SystemDrive%\\inetpub\\wwwroot" }, "clean"],
    ["virtual-directory", { physicalPath: `${EX}FrontEnd\\HttpProxy\\owa` }, "clean"],
    ["virtual-directory", { physicalPath: "C:\\ProgramData\\WHO\\a" }, "virtual-directory-backdoor L2"],
    ["virtual-directory", { physicalPath: "C:\\Users\\All Users\\zing" }, "virtual-directory-backdoor L2"],
    ["virtual-directory", { physicalPath: "C:\\ProgramData\\Vendor" }, "virtual-directory-unknown lead"],
    ["virtual-directory", { physicalPath: "E:\\intranet" }, "virtual-directory-unknown lead"],
    ["virtual-directory", { physicalPath: "C:\\Windows\\Temp\\x" }, "virtual-directory-backdoor L2"],
    ["machine-key", { validationKey: "AutoGenerate,IsolateApps" }, "clean"],
    [
      "machine-key",
      { validationKey: "CB2721ABDAF8E9DC516D621D8B8BF13A2C9E8689A25303BF" },
      "machine-key-published lead",
    ],
    ["machine-key", { validationKey: "AB".repeat(32) }, "machine-key-fixed lead"],
    ["http-logging", { dontLog: "false" }, "clean"],
    ["http-logging", { dontLog: "true" }, "web-logging-off lead"],
    ["log-file", { logTargetW3C: "ETW" }, "web-logging-off lead"],
    ["log-file", { directory: "D:\\weblogs" }, "web-logs-moved lead"],
    ["log-file", { directory: "D:\\inetpub\\logs\\LogFiles" }, "clean"],
  ] as const)("%s %j: %s", (kind, values, verdict) => expect(verdictOf(kind, values)).toBe(verdict));
});

describe("tasks and agents", () => {
  const encoded = Buffer.from("IEX (New-Object Net.WebClient)", "utf16le").toString("base64");

  it.each([
    [
      { name: "\\Microsoft\\Windows\\Defrag", Command: "%windir%\\system32\\defrag.exe", Arguments: "-c -h" },
      "clean",
    ],
    [{ name: "x", Command: "C:\\Users\\a\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe" }, "clean"],
    [
      {
        name: "x",
        Command: "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.2-0\\MpCmdRun.exe",
        UserId: "S-1-5-18",
      },
      "clean",
    ],
    [
      {
        name: "x",
        Command: "powershell.exe",
        Arguments: "-File D:\\Scripts\\Backup.ps1",
        UserId: "S-1-5-18",
      },
      "clean",
    ],
    [
      { name: "x", Command: "powershell.exe", Arguments: `-w hidden -enc ${encoded}` },
      "task-suspicious lead",
    ],
    [{ name: "x", Command: "C:\\Users\\Public\\opera\\opera_browser.exe" }, "task-suspicious lead"],
    [
      { name: "x", Command: "cmd.exe", Arguments: "/c type C:\\inetpub\\wwwroot\\a.txt" },
      "task-suspicious lead",
    ],
    [{ name: "x", Command: "wscript.exe", Arguments: "C:\\Windows\\Temp\\a.vbs" }, "task-suspicious lead"],
    [{ name: "\\Winnet", Command: "powershell.exe" }, "task-backdoor L2"],
  ])("%j: %s", (values, verdict) => expect(verdictOf("task", values)).toBe(verdict));

  it("an encoded command is told in clear", () => {
    const lead = judge("task", { name: "x", Command: "powershell", Arguments: `-e ${encoded}` });
    expect(lead?.text).toContain('reads "IEX (New-Object Net.WebClient)"');
  });

  it.each([
    [
      "Microsoft.Exchange.Transport.Agent.Malware.MalwareAgentFactory",
      `${EX}TransportRoles\\agents\\Antimalware\\a.dll`,
      "clean",
    ],
    [
      "Microsoft.Exchange.Transport.Agent.Malware.MalwareAgentFactory",
      "C:\\Windows\\Temp\\a.dll",
      "transport-agent-backdoor L2",
    ],
    [
      "Microsoft.Exchange.Security.Interop.Factory",
      `${EX}TransportRoles\\agents\\Hygiene\\a.dll`,
      "transport-agent-unknown lead",
    ],
    ["Vendor.Factory", "C:\\Program Files\\Vendor\\a.dll", "transport-agent-unknown lead"],
  ])("agent %s in %s: %s", (classFactory, assemblyPath, verdict) =>
    expect(verdictOf("transport-agent", { name: "A", classFactory, assemblyPath })).toBe(verdict),
  );
});

describe("what an antivirus program removed", () => {
  const threat = "Backdoor:ASP/Chopper.F";
  it.each([
    [
      { threat, path: "C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx", folder: "aspnet-client" },
      "antivirus-removed L2 high",
    ],
    [
      { threat: "Trojan:Win32/X", path: "C:\\y\\x.dll", folder: "temporary-aspnet" },
      "antivirus-ran L3 medium",
    ],
    [{ threat, path: "C:\\Users\\a\\Downloads\\x.aspx" }, "antivirus-found null medium"],
    [
      { threat, path: "C:\\x\\quarantine\\aspnet_client\\x.aspx", folder: "aspnet-client" },
      "antivirus-found null medium",
    ],
    [
      { threat: "a threat without a name", path: "C:\\x.aspx", folder: "owa-auth" },
      "antivirus-found null medium",
    ],
    [{ threat: "HackTool:Win32/Mimikatz", path: "C:\\Windows\\Temp\\m.exe" }, "antivirus-found null low"],
  ])("%j: %s", (values, verdict) => {
    const lead = judge("antivirus-action", values);
    expect(`${lead?.kind ?? ""} ${String(lead?.rung)} ${lead?.confidence ?? ""}`).toBe(verdict);
  });

  it("unwanted programs are no matter of a break-in", () => {
    expect(judge("antivirus-action", { threat: "PUA:Win32/Toolbar", path: "C:\\x.exe" })).toBeUndefined();
  });
});

describe("places", () => {
  it.each([
    ["%TEMP%\\a", "temp"],
    ["\\\\?\\C:\\Users\\Public\\a", "user"],
    ["C:/ProgramData/./x/../a", "program-data"],
    ["\\\\localhost\\C$\\inetpub\\wwwroot\\a", "web"],
    ["C:\\Templates\\a", "other"],
  ])("%s is %s", (path, place) => expect(placeOfPath(normalizeWindowsPath(path))).toBe(place));
});

it("the same statement is told once, and never more than 500 of a file", () => {
  const at = { offsetBytes: 0, lengthBytes: 1 };
  const setting = (path: string) => ({
    kind: "virtual-directory",
    values: { physicalPath: path },
    location: "",
    excerpt: "",
    at,
  });
  expect(judgeSettings([setting("E:\\a"), setting("E:\\a")], known)).toHaveLength(1);
  const many = Array.from({ length: 700 }, (_, index) => setting(`E:\\${String(index)}`));
  expect(judgeSettings(many, known)).toHaveLength(500);
});
