import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeMft, makeUsnJournal } from "../artifacts/testing/index.ts";
import type { Assessment } from "../model/index.ts";
import { runCase } from "./index.ts";

const folder = (number: number, name: string, parent: number) => ({ number, name, parent, isFolder: true });
const MADE = "2021-03-03T09:49:02.000Z";
const TABLE = makeMft([
  folder(30, "inetpub", 5),
  folder(31, "wwwroot", 30),
  folder(32, "aspnet_client", 31),
  folder(33, "shop", 31),
  { number: 40, name: "supp0rt.aspx", parent: 32, sequence: 2, inUse: false, created: MADE },
  { number: 41, name: "basket1.aspx", parent: 33, sequence: 2, inUse: false, created: MADE },
  { number: 42, name: "help1.aspx", parent: 32, created: "2016-01-01T00:00:00Z", nameCreated: MADE },
]);
const ADDRESS = "203.0.113.9";
const line = (time: string, page: string): string =>
  `2021-03-03 ${time} 192.0.2.10 POST ${page} - 443 - ${ADDRESS} python-requests/2.25 - 200 0 0 31\n`;
const LOG = `#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2021-03-03 00:00:01
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken
${line("09:50:00", "/aspnet_client/supp0rt.aspx")}${line("09:55:00", "/shop/basket1.aspx")}`;
const REMOVAL = `2021-03-18T03:11:57.181Z DETECTION_CLEANEVENT MPSOURCE_REALTIME MP_THREAT_ACTION_REMOVE NO_ERROR Backdoor:ASP/Chopper.F!dha file:C:\\inetpub\\wwwroot\\shop\\basket1.aspx PropBag [length: 0, data: (null)]\r\n`;

async function assessFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<Assessment> {
  const root = mkdtempSync(join(tmpdir(), "postern-history-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const assessment = await runCase({ evidence: [root] });
  rmSync(root, { recursive: true });
  return assessment;
}

describe("pages that are gone", () => {
  let assessment: Assessment;
  beforeAll(async () => {
    assessment = await assessFiles({
      "C/$MFT": TABLE,
      "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": LOG,
    });
  });
  const find = (kind: string) => assessment.findings.find((finding) => finding.kind === kind);

  it("are told with their times, and prove nothing alone", () => {
    expect(find("page-gone")).toMatchObject({ rung: null, count: 2, firstSeen: MADE });
    expect(find("page-gone")?.citations[0]?.path).toContain("$MFT");
  });

  it("that were asked for with POST and answered are told with those requests", () => {
    expect(find("removed-page-used")).toMatchObject({ rung: null, count: 1 });
    expect(JSON.stringify(find("removed-page-used")?.entities)).toContain(ADDRESS);
  });

  it("in the folders where Exchange ships none are used back doors by the web server's log", () => {
    expect(find("web-shell-used")).toMatchObject({ rung: "L3" });
  });

  it("leave pages beside them whose times do not fit", () => {
    expect(find("page-times-changed")).toMatchObject({ rung: null, count: 1 });
    expect(find("page-times-changed")?.why).toContain("help1.aspx");
  });
});

it("a table alone never makes a server compromised", async () => {
  const { verdict, findings } = await assessFiles({ "C/$MFT": TABLE });
  expect(verdict).not.toBe("compromised");
  expect(findings.every((finding) => finding.rung === null)).toBe(true);
});

describe("a change journal beside the file table of its volume", () => {
  const day = (time: string): string => `2021-03-03T${time}Z`;
  const JOURNAL = makeUsnJournal([
    { name: "gone1.aspx", time: day("09:49:02"), reasons: 0x100, folder: 32, file: 90n },
    { name: "gone1.aspx", time: "2021-03-09T10:12:00Z", reasons: 0x200, folder: 32, file: 90n },
    { name: "stage.aspx", time: day("09:30:00"), reasons: 0x100, folder: 30, file: 91n, version: 3 },
    { name: "stage.aspx", time: day("09:31:00"), reasons: 0x200, folder: 30, file: 91n, version: 3 },
    { name: "lost.aspx", time: day("09:30:00"), reasons: 0x100, folder: 77, file: 92n },
    { name: "lost.aspx", time: day("09:31:00"), reasons: 0x200, folder: 77, file: 92n },
  ]);
  const folders = makeMft([
    folder(30, "inetpub", 5),
    folder(31, "wwwroot", 30),
    folder(32, "aspnet_client", 31),
  ]);
  const told = async (files: Readonly<Record<string, Uint8Array>>): Promise<readonly unknown[]> =>
    (await assessFiles(files)).findings.flatMap(({ kind, entities }) =>
      kind === "page-gone" ? (entities.files ?? []) : [],
    );

  it("has the folder of a page that is gone, and when it was deleted", async () => {
    const { findings } = await assessFiles({ "C/$MFT": folders, "C/$Extend/$UsnJrnl%3A$J": JOURNAL });
    const gone = findings.find(({ kind }) => kind === "page-gone");
    expect(gone?.entities.files).toEqual(["?:\\inetpub\\wwwroot\\aspnet_client\\gone1.aspx", "lost.aspx"]);
    expect(gone?.why).toContain("deleted 2021-03-09T10:12:00.000Z");
    expect(gone?.citations[0]?.path).toContain("$J");
  });

  it("without the table, or with only that of another volume, names what came and went within a day", async () => {
    const alone = ["lost.aspx", "stage.aspx"];
    expect(await told({ "C/$Extend/$UsnJrnl%3A$J": JOURNAL })).toEqual(alone);
    expect(await told({ "D/$MFT": folders, "C/$Extend/$UsnJrnl%3A$J": JOURNAL })).toEqual(alone);
  });
});

it("a page that an antivirus removed is followed in the web server's log", async () => {
  const { findings } = await assessFiles({
    "C/ProgramData/Microsoft/Windows Defender/Support/MPLog-20210101-010101.log": REMOVAL,
    "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": LOG,
  });
  const used = findings.filter((finding) => finding.kind === "web-shell-used");
  expect(JSON.stringify(used)).toContain("basket1.aspx");
});
