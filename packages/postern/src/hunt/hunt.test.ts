import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { HuntingGround, SYSMON, windowsEvent } from "./testing/index.ts";

const ground = new HuntingGround();
beforeEach(() => {
  ground.startTest();
});
afterAll(() => {
  ground.remove();
});

const W3C =
  "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n";
const w3c = (stem: string, query: string, agent = "Mozilla/5.0"): string =>
  `2021-03-03 10:15:23 10.0.0.1 GET ${stem} ${query} 443 - 203.0.113.9 ${agent} 200\n`;

/** Ordinary lines: the first lines of a log are always read in full, so what is to be found must stand behind them. */
const W3C_BEGIN = W3C + w3c("/owa/auth/logon.aspx", "replaceCurrent=1").repeat(20);

const HTTPPROXY =
  "#Software: Microsoft Exchange Server\n#Version: 15.01.2176.009\n#Log-type: HttpProxy Logs\n#Date: 2021-03-03T10:00:00.000Z\n#Fields: DateTime,RequestId,UrlHost,UrlStem,AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,Method,UrlQuery\n";
const httpProxy = (stem: string, query: string): string =>
  `2021-03-03T10:15:23.000Z,r,mail,${stem},eve,,curl,203.0.113.9,EX01,200,GET,${query}\n`;

describe("a rule that people write is met by what logs really hold", () => {
  it("a path that is looked for in the query of a request is found in the path, in IIS and in HttpProxy logs", async () => {
    ground.rule("1", {
      logsource: "category: webserver",
      detection: "s: {cs-uri-query|contains: /owa/auth/x.js, cs-method: GET}\ncondition: s",
    });
    ground.rule("2", { logsource: "category: webserver", detection: "s: {cs-uri-query: a=1}\ncondition: s" });
    ground.rule("3", {
      logsource: "category: webserver",
      detection: "s: {cs-uri-query|contains: 'x.js?a=1', sc-status: 200}\ncondition: s",
    });
    ground.rule("4", {
      logsource: "category: webserver",
      detection: "k: ['/owa/auth/x.js?a']\ncondition: k",
    });
    ground.write(
      "evidence/u_ex210303.log",
      W3C_BEGIN + w3c("/owa/auth/x.js", "a=1") + w3c("/owa/auth/logon.aspx", "-"),
    );
    expect(await ground.found()).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1 });
    ground.write("evidence/u_ex210303.log", W3C_BEGIN + w3c("/owa", "-"));
    ground.write(
      "evidence/HttpProxy_2021030310-1.LOG",
      HTTPPROXY +
        httpProxy("/owa/auth/logon.aspx", "?replaceCurrent=1").repeat(20) +
        httpProxy("/owa/auth/x.js", "?a=1"),
    );
    expect(await ground.found()).toEqual({ 1: 1, 3: 1, 4: 1 });
  });

  it("a browser name with blanks is found where the log has plus signs", async () => {
    ground.rule("1", {
      logsource: "category: webserver",
      detection: "s: {cs-user-agent|contains: 'Nmap Scripting Engine'}\ncondition: s",
    });
    ground.rule("2", {
      logsource: "category: webserver",
      detection: "s: {cs-user-agent|contains: 'Nmap+Scripting'}\ncondition: s",
    });
    ground.write(
      "evidence/u_ex210303.log",
      W3C_BEGIN + w3c("/", "-", "Mozilla/5.0+(compatible;+Nmap+Scripting+Engine)") + w3c("/", "-"),
    );
    expect(await ground.found()).toEqual({ 1: 1, 2: 1 });
  });

  it("the sentence of Exchange's cmdlet log is found although records hold only its values", async () => {
    const logsource = "product: windows, service: msexchange-management";
    ground.rule("1", {
      logsource,
      detection: "k:\n  '|all': [Set-OabVirtualDirectory, ExternalUrl, 'Cmdlet suceeded']\ncondition: k",
    });
    ground.rule("2", {
      logsource,
      detection:
        "s: {Data|contains|all: ['Cmdlet suceeded. Cmdlet Set-OabVirtualDirectory', '-ExternalUrl']}\ncondition: s",
    });
    ground.rule("3", { logsource, detection: "s: {EventID: [6, 8]}\ncondition: s" });
    const data = {
      Data: {
        "#text": ["Set-OabVirtualDirectory", '-ExternalUrl "http://f/" -Identity "OAB"', "org/Users/a"],
      },
    };
    ground.write(
      "evidence/management.json",
      windowsEvent({ channel: "MSExchange Management", provider: "MSExchange CmdletLogs", id: 1 }, data),
    );
    expect(await ground.found()).toEqual({ 1: 1, 2: 1 });
  });

  it("a value is found in an export that has only the rendered sentence, and a sentence where there are only values", async () => {
    ground.rule("1", {
      logsource: "product: windows, service: application",
      detection: "s: {Provider_Name: App, Data|contains: denied}\ncondition: s",
    });
    ground.rule("2", {
      logsource: "product: windows, service: application",
      detection: "s: {Message|contains: denied}\ncondition: s",
    });
    const head = { channel: "Application", provider: "App", id: 4 };
    ground.write("evidence/values.json", windowsEvent(head, { Data: ["access denied", "x"] }));
    ground.write(
      "evidence/rendered.json",
      JSON.stringify({
        EventID: 4,
        Channel: "Application",
        Provider: "App",
        Computer: "a",
        TimeCreated: "2021-03-03T10:15:23Z",
        Message: "It was denied.",
      }),
    );
    expect(await ground.found()).toEqual({ 1: 2, 2: 2 });
  });

  it("a process is found in the security log as in Sysmon's, with its own names and label numbers", async () => {
    const detection =
      "s: {Image|endswith: '\\cmd.exe', ParentImage|endswith: '\\w3wp.exe', IntegrityLevel: System}\ncondition: s";
    ground.rule("1", { logsource: "category: process_creation, product: windows", detection });
    const parent = "C:\\Windows\\System32\\inetsrv\\w3wp.exe";
    ground.write(
      "evidence/sysmon.json",
      windowsEvent(
        { ...SYSMON, id: 1 },
        { Image: "C:\\cmd.exe", ParentImage: parent, IntegrityLevel: "System" },
      ),
    );
    ground.write(
      "evidence/security.json",
      windowsEvent(
        { channel: "Security", id: 4688 },
        { NewProcessName: "C:\\cmd.exe", ParentProcessName: parent, MandatoryLabel: "S-1-16-16384" },
      ),
    );
    ground.write(
      "evidence/other.json",
      windowsEvent(
        { channel: "Security", id: 4689 },
        { NewProcessName: "C:\\cmd.exe", ParentProcessName: parent },
      ),
    );
    expect(await ground.found()).toEqual({ 1: 2 });
  });

  it("Defender's names with blanks are found, also by rules for any antivirus", async () => {
    ground.rule("1", {
      logsource: "product: windows, service: windefend",
      detection: "s: {EventID: 1116, ThreatName|contains: Backdoor}\ncondition: s",
    });
    ground.rule("2", {
      logsource: "category: antivirus",
      detection: "s: {Signature|startswith: Backdoor, Filename|endswith: .aspx}\ncondition: s",
    });
    const data = {
      Data: [
        { "#attributes": { Name: "Threat Name" }, "#text": "Backdoor:ASP/x" },
        { "#attributes": { Name: "Path" }, "#text": "C:\\x.aspx" },
      ],
    };
    ground.write(
      "evidence/d.json",
      windowsEvent({ channel: "Microsoft-Windows-Windows Defender/Operational", id: 1116 }, data),
    );
    expect(await ground.found()).toEqual({ 1: 1, 2: 1 });
  });

  it("a deleted registry value is no added one", async () => {
    for (const [name, category] of [
      ["1", "registry_delete"],
      ["2", "registry_add"],
      ["3", "registry_event"],
    ] as const)
      ground.rule(name, {
        logsource: `product: windows, category: ${category}`,
        detection: "s: {TargetObject|endswith: Run}\ncondition: s",
      });
    ground.write(
      "evidence/r.json",
      windowsEvent({ ...SYSMON, id: 12 }, { EventType: "DeleteValue", TargetObject: "HKLM\\Run" }),
    );
    expect(await ground.found()).toEqual({ 1: 1, 3: 1 });
  });

  it("events written one after the other are each read", async () => {
    ground.rule("1", {
      logsource: "product: windows, service: sysmon",
      detection: "s: {EventID: 22, QueryName: x.test}\ncondition: s",
    });
    const one = (record: number): string =>
      windowsEvent({ ...SYSMON, id: 22, record }, { QueryName: "x.test" });
    ground.write("evidence/e.json", `${one(1)}\n${one(2)}\n`);
    expect(await ground.found()).toEqual({ 1: 2 });
    ground.write("evidence/copy/e.json", `${one(1)}\n${one(2)}\n`);
    expect(await ground.found(), "the same records in a second copy count once").toEqual({ 1: 2 });
  });
});
