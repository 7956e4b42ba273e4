import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSettingReader, SETTING_READERS, type SettingReading } from "./index.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

function read(name: string, bytes: Uint8Array): SettingReading & { readonly id: string } {
  const reader = findSettingReader(bytes.subarray(0, 65_536), name);
  if (reader === null) throw new Error(`nobody reads ${name}`);
  return { id: reader.id, ...reader.parse(bytes, { item: 3, name }) };
}

const HOST = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <system.applicationHost><sites>
    <site name="Default Web Site" id="1">
      <application path="/owa"><virtualDirectory path="/" physicalPath="C:\\ProgramData\\x" /></application>
      <logFile enabled="false" />
    </site>
    <siteDefaults><logFile logFormat="W3C" directory="%SystemDrive%\\inetpub\\logs\\LogFiles" /></siteDefaults>
  </sites></system.applicationHost>
  <system.webServer><globalModules><add name="A" image="C:\\a.dll" /></globalModules><httpLogging dontLog="true" /></system.webServer>
  <location path="Default Web Site/owa"><system.webServer>
    <modules><add name="IsapiModule" /><add name="B" type="N.B, N" /></modules>
    <isapiFilters><filter name="F" path="C:\\f.dll" /></isapiFilters>
    <handlers><add name="H" path="*.jpg" verb="*" type="System.Web.UI.PageHandlerFactory" /></handlers>
  </system.webServer></location>
</configuration>
`;

describe("the configuration of the web server", () => {
  it("gives every module, handler, filter, folder and log setting with its place", () => {
    const bytes = utf8(HOST);
    const { id, settings, damage } = read("applicationHost.config", bytes);
    expect(id).toBe("iis-configuration");
    expect(damage).toEqual([]);
    expect(settings.map((one) => [one.kind, one.location])).toEqual([
      ["virtual-directory", "Default Web Site/owa"],
      ["log-file", "Default Web Site"],
      ["log-file", ""],
      ["native-module", ""],
      ["http-logging", ""],
      ["managed-module", "Default Web Site/owa"],
      ["isapi-filter", "Default Web Site/owa"],
      ["handler", "Default Web Site/owa"],
    ]);
    const module = settings[3];
    expect(module).toEqual({
      kind: "native-module",
      values: { name: "A", image: "C:\\a.dll" },
      location: "",
      excerpt: '<add name="A" image="C:\\a.dll" />',
      at: { item: 3, offsetBytes: HOST.indexOf('<add name="A"'), lengthBytes: 33, record: 10 },
    });
    for (const { at, excerpt } of settings)
      expect(Buffer.from(bytes.subarray(at.offsetBytes, at.offsetBytes + at.lengthBytes)).toString()).toBe(
        excerpt,
      );
  });

  it("never quotes a whole machineKey: the report would give it away", () => {
    const key = "AB".repeat(32);
    const { settings } = read(
      "web.config",
      utf8(
        `<configuration><system.web><machineKey validationKey="${key}" decryptionKey="${key}"/></system.web></configuration>`,
      ),
    );
    expect(settings[0]?.excerpt).toContain("ABAB…(60 more)");
    expect(settings[0]?.excerpt).not.toContain(key);
  });

  it("leaves the settings of programs that are no web server alone", () => {
    expect(
      findSettingReader(utf8("<configuration><appSettings/></configuration>"), "EdgeTransport.exe.config"),
    ).toBeNull();
  });
});

const TASK = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><URI>\\Update</URI><Author>EX\\admin</Author></RegistrationInfo>
  <Principals><Principal id="A"><UserId>S-1-5-18</UserId></Principal></Principals>
  <Actions Context="A"><Exec><Command>cmd.exe</Command><Arguments>/c dir</Arguments></Exec></Actions>
</Task>`;

describe("scheduled tasks", () => {
  it.each([
    ["really are UTF-16", utf16(TASK)],
    ["say UTF-16 and are ASCII", utf8(TASK)],
  ])("are read when they %s", (_, bytes) => {
    const { settings, damage } = read("Update", bytes);
    expect(damage).toEqual([]);
    expect(settings.map((one) => one.values)).toEqual([
      {
        URI: "\\Update",
        Author: "EX\\admin",
        UserId: "S-1-5-18",
        Command: "cmd.exe",
        Arguments: "/c dir",
        name: "\\Update",
      },
    ]);
    const { at } = settings[0] ?? { at: { offsetBytes: 0, lengthBytes: 0 } };
    const raw = Buffer.from(bytes.subarray(at.offsetBytes, at.offsetBytes + at.lengthBytes)).toString(
      "latin1",
    );
    expect(raw.replaceAll("\0", "")).toMatch(/^<Exec>.*<\/Exec>$/u);
  });

  it("are not looked for in events that carry the XML of a task as a value", () => {
    const task = '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"></Task>';
    const json = utf8(
      JSON.stringify({ Event: { System: { EventID: 4701 }, EventData: { TaskContent: task } } }),
    );
    const xml = utf8(`<Events><Event><EventData><![CDATA[${task}]]></EventData></Event></Events>`);
    for (const bytes of [json, xml]) expect(findSettingReader(bytes, "events.json")).toBeNull();
    expect(findSettingReader(utf8(task), "AnyName")?.id).toBe("scheduled-task");
  });

  it("name their command also when the file is cut", () => {
    const cut = TASK.slice(0, TASK.indexOf("</Actions>"));
    const { settings, damage } = read("Update", utf8(cut));
    expect(settings).toHaveLength(1);
    expect(damage.map((one) => [one.code, one.lost])).toEqual([["XML_MALFORMED", "rest"]]);
  });
});

describe("transport agents", () => {
  it("are read from agents.config and from Get-TransportAgent", () => {
    const xml = `<configuration><mexRuntime><agentList><agent name="A" classFactory="N.F" assemblyPath="C:\\a.dll" enabled="true"/></agentList></mexRuntime></configuration>`;
    const list = `\r\nEnabled               : True\r\nPriority              : 1\r\nTransportAgentFactory : N.F\r\nAssemblyPath          : C:\\very\\long\r\n                        \\a.dll\r\nIdentity              : A\r\n\r\n`;
    expect(read("agents.config", utf8(xml)).settings[0]?.values).toMatchObject({
      name: "A",
      assemblyPath: "C:\\a.dll",
    });
    expect(read("agents.txt", utf8(list)).settings[0]?.values).toEqual({
      name: "A",
      classFactory: "N.F",
      assemblyPath: "C:\\very\\long\\a.dll",
      enabled: "True",
    });
  });
});

describe("tables that PowerShell prints", () => {
  const modules = [
    "",
    "Name                 Image                                    Precondition",
    "----                 -----                                    ------------",
    "UriCacheModule       %windir%\\System32\\inetsrv\\cachuri.dll",
    "svcfilter            C:\\Windows\\Temp\\svcfilter.dll            bitness64",
    "exppw                C:\\Program Files\\Microsoft\\Exchange Se...",
    "",
    "",
  ].join("\r\n");

  it("give the modules whose path is whole, and say that others were cut", () => {
    const { settings, damage } = read("modules.txt", utf8(modules));
    expect(settings.map(({ kind, values }) => [kind, values["name"], values["image"]])).toEqual([
      ["native-module", "UriCacheModule", "%windir%\\System32\\inetsrv\\cachuri.dll"],
      ["native-module", "svcfilter", "C:\\Windows\\Temp\\svcfilter.dll"],
    ]);
    expect(damage.map(({ code, lost, note }) => [code, lost, note])).toEqual([
      [
        "TEXT_LINE_MALFORMED",
        "value",
        "PowerShell cut values of this table: print it with Format-List, which cuts none.",
      ],
    ]);
    const { offsetBytes = 0, lengthBytes = 0 } = settings[1]?.at ?? {};
    const cited = Buffer.from(utf8(modules)).subarray(offsetBytes, offsetBytes + lengthBytes);
    expect(cited.toString()).toMatch(/^svcfilter .*bitness64\s*$/u);
  });

  it("give the agents, also where a value goes on in the next line", () => {
    const agents = [
      "Identity      Enabled TransportAgentFactory AssemblyPath",
      "--------      ------- --------------------- ------------",
      "Journal Agent True    N.JournalFactory      C:\\a\\j.dll",
      "Odd Agent     True    N.OddFactory          C:\\very\\long\\",
      "                                            odd.dll",
      "",
    ].join("\n");
    const known = (name: string, assemblyPath: string): object => ({
      ...{ name: `${name} Agent`, classFactory: `N.${name}Factory`, assemblyPath, enabled: "True" },
    });
    expect(read("agents.txt", utf8(agents)).settings.map(({ values }) => values)).toEqual([
      known("Journal", "C:\\a\\j.dll"),
      known("Odd", "C:\\very\\long\\odd.dll"),
    ]);
  });

  it("are not taken for such where the library of an agent is not in them, or it is a table of something else", () => {
    const bare =
      "Identity       Enabled Priority\n--------       ------- --------\nJournal Agent  True    1\n";
    const files = "Name   Length\n----   ------\na.dll  17\n";
    for (const text of [bare, files])
      expect(SETTING_READERS.some((one) => one.identify(utf8(text), "x.txt"))).toBe(false);
  });
});

describe("lists of modules", () => {
  it("are read as PowerShell prints them", () => {
    const list =
      "Name         : UriCacheModule\r\nImage        : %windir%\\System32\\inetsrv\\cachuri.dll\r\nPreCondition :\r\n\r\nName         : X\r\nImage        : C:\\x.dll\r\nPreCondition : bitness64\r\n";
    expect(read("modules.txt", utf8(list)).settings.map((one) => one.values["image"])).toEqual([
      "%windir%\\System32\\inetsrv\\cachuri.dll",
      "C:\\x.dll",
    ]);
  });
});

describe("hostile files", () => {
  it("end at the first fault, at the limit of depth and at entities of their own, with damage", () => {
    const deep = "<configuration><system.web>" + "<a>".repeat(100_000);
    expect(read("web.config", utf8(deep)).damage.map((one) => one.note)).toEqual([
      "Elements are nested more than 200 deep.",
    ]);
    const laughs = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><configuration><system.web><machineKey validationKey="&b;"/></system.web></configuration>`;
    const { settings, damage } = read("web.config", utf8(laughs));
    expect(damage.map((one) => one.code)).toEqual(["XML_MALFORMED"]);
    expect(settings).toEqual([]);
  });

  it("keep at most 5,000 entries and 4,000 characters of a value", () => {
    const many = `<configuration><system.webServer><handlers>${'<add path="*.a" type="T"/>'.repeat(6_000)}</handlers></system.webServer></configuration>`;
    expect(read("web.config", utf8(many)).settings).toHaveLength(5_000);
    const long = `<configuration><system.webServer><handlers><add path="${"a".repeat(100_000)}"/></handlers></system.webServer></configuration>`;
    expect(read("web.config", utf8(long)).settings[0]?.values["path"]).toHaveLength(4_000);
  });

  it("give records or damage at every cut, never an exception", () => {
    const bytes = utf8(HOST);
    for (let end = 0; end < bytes.length; end += 7) {
      const reading = SETTING_READERS.map((reader) =>
        reader.parse(bytes.subarray(0, end), { item: 0, name: "x" }),
      );
      expect(reading.every((one) => one.damage.length <= 1)).toBe(true);
    }
  });

  it("may hold any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const reader of SETTING_READERS) {
          expect(typeof reader.identify(bytes, "web.config")).toBe("boolean");
          for (const { at } of reader.parse(bytes, { item: 0, name: "x" }).settings)
            expect(at.offsetBytes + at.lengthBytes).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
