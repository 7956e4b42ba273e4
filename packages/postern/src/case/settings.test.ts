import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Assessment } from "../model/index.ts";
import { runCase } from "./index.ts";

const PAGE = "C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx";
const HOST = `<?xml version="1.0"?>
<configuration>
  <system.applicationHost><sites><site name="Default Web Site"><application path="/owa">
    <virtualDirectory path="/" physicalPath="C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa" />
  </application></site></sites></system.applicationHost>
  <system.webServer><globalModules>
    <add name="UriCacheModule" image="%windir%\\System32\\inetsrv\\cachuri.dll" />
    MODULE
  </globalModules></system.webServer>
</configuration>
`;
const MODULE = '<add name="CacheModule" image="C:\\Windows\\Temp\\svc.dll" />';
const MSERT = `Microsoft Safety Scanner v1.333, (build 1.333.160.0)
Started On Sun Mar  7 10:14:38 2021
Threat Detected: Exploit:ASP/CVE-2021-27065 and Removed!
  Action: Remove, Result: 0x00000000
    file://${PAGE}
`;
const MPLOG = `2021-03-18T03:11:57.181Z DETECTION_ADD#1 Backdoor:ASP/Chopper.F!dha file:${PAGE} PropBag [length: 0, data: (null)]\r\n`;

const HOST_FILE = "C/Windows/System32/inetsrv/config/applicationHost.config";

async function assessFiles(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly folder: string; readonly assessment: Assessment }> {
  const folder = mkdtempSync(join(tmpdir(), "postern-settings-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, assessment: await runCase({ evidence: [folder] }) };
}

describe("a server whose pages are gone", () => {
  let folder = "";
  let assessment: Assessment;
  beforeAll(async () => {
    ({ folder, assessment } = await assessFiles({
      [HOST_FILE]: HOST.replace("MODULE", MODULE),
      "C/backup/applicationHost.config": HOST.replace("MODULE", MODULE.replace("svc", "old")),
      "C/Windows/debug/msert.log": MSERT,
      "C/ProgramData/Microsoft/Windows Defender/Support/MPLog-20210101-010101.log": MPLOG,
    }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is compromised by what was removed and by what the web server loads", () => {
    expect(assessment.verdict).toBe("compromised");
    expect(assessment.findings.map(({ kind, rung, count }) => [kind, rung, count])).toEqual([
      ["antivirus-removed", "L2", 2],
      ["iis-module-backdoor", "L2", 1],
      ["iis-module-backdoor", null, 1],
    ]);
  });

  it("was not broken into on the day on which the antivirus found it", () => {
    expect(assessment.summary).toContain("was broken into before 18 March 2021 or on that day");
  });

  it("is cited to the byte", () => {
    const citation = assessment.findings.find(
      (finding) => finding.rung !== null && finding.kind === "iis-module-backdoor",
    )?.citations[0];
    expect(citation).toMatchObject({
      path: "C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config",
      offset: HOST.indexOf("MODULE"),
      length: MODULE.length,
      excerpt: MODULE,
    });
  });

  it("counts what was read as sources, and says which are not there", () => {
    const [server] = assessment.servers;
    expect(server?.coverage.sources.map(({ source, records }) => [source, records])).toEqual([
      ["antivirus-logs", 2],
      ["iis-configuration", 3],
    ]);
    const line = server?.coverage.notSeen.find((text) => text.startsWith("Not in this evidence")) ?? "";
    expect(line).toContain("scheduled tasks");
    expect(line).not.toContain("IIS configuration");
  });
});

it("a genuine configuration makes no finding", async () => {
  const { folder, assessment } = await assessFiles({ [HOST_FILE]: HOST.replace("MODULE", "") });
  expect(assessment.findings).toEqual([]);
  expect(assessment.damage.total).toBe(0);
  rmSync(folder, { recursive: true });
});

it("a back door under the name of a configuration is judged as a page too", async () => {
  const call = ["ev", "al(Req", 'uest["x"])'].join("");
  const text = `<?xml version="1.0"?>\n<configuration><system.webServer><handlers/></system.webServer></configuration>\n<!--<% ${call} %>-->\n`;
  const { folder, assessment } = await assessFiles({ "C/inetpub/wwwroot/aspnet_client/web.config": text });
  expect(assessment.findings.map((finding) => finding.kind)).toContain("web-shell-file");
  rmSync(folder, { recursive: true });
});

// Optional: configurations of Exchange 2016 and 2019 test servers that Microsoft published; never part of the repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const genuine = join(corpus, "E_artifacts/css-exchange");

it.skipIf(corpus === "" || !existsSync(genuine))(
  "Microsoft's own test servers make no finding (POSTERN_CORPUS; skipped when it is not set)",
  async () => {
    const assessment = await runCase({ evidence: [genuine] });
    expect(assessment.findings).toEqual([]);
    const read = assessment.evidence.filter((item) => /^iis-/u.test(item.artifact));
    expect(read.length).toBeGreaterThan(35);
    expect(read.reduce((sum, item) => sum + item.records, 0)).toBeGreaterThan(1_000);
  },
);
