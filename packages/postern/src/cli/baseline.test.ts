import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { defaultBaselineFolder } from "./baseline.ts";
import { runCli, type Ran } from "./testing/index.ts";

const V15 = "C/Program Files/Microsoft/Exchange Server/V15";
const AUTH = "FrontEnd/HttpProxy/owa/auth";
const LOGO = `${AUTH}/15.1.2106.2/themes/resources/owa_text_blue.png`;

/** Invented content of a clean server: path below the install folder, text. */
const SHIPPED: Readonly<Record<string, string>> = {
  [`${AUTH}/logon.aspx`]: '<%@ Page Language="C#" %>\r\n<html>\r\n<p>sign in</p>\r\n</html>\r\n',
  [`${AUTH}/logoff.aspx`]: '<%@ Page Language="C#" %>\r\n<html>signed out</html>\r\n',
  [`${AUTH}/errorFE.aspx`]: '<%@ Page Language="C#" %>\r\n<html>error</html>\r\n',
  [`${AUTH}/ExpiredPassword.aspx`]: '<%@ Page Language="C#" %>\r\n<html>expired</html>\r\n',
  "ClientAccess/owa/scripts/a.js": "var a = 1;\r\n",
  "FrontEnd/HttpProxy/bin/Some.dll": "MZ invented",
  [LOGO]: "PNG of the vendor",
};

/** The same server with one added, one changed, one foreign and one customised file. */
const FOUND: Readonly<Record<string, string>> = {
  ...SHIPPED,
  [`${AUTH}/helper.dll`]: "MZ nobody knows",
  [`${AUTH}/logon.aspx`]:
    '<%@ Page Language="C#" %>\r\n<html>\r\n<p>sign in</p>\r\n<p>hello</p>\r\n</html>\r\n',
  [`${AUTH}/errorFE.aspx`]: '<%@ Page Language="C#" %>\r\n<html>newer error</html>\r\n',
  [LOGO]: "PNG of the school",
};

/** A log that names a build for which there is no list. */
const LOG =
  "#Software: Microsoft Exchange Server\r\n#Version: 15.02.1544.009\r\n#Log-type: ECP Server Log\r\n#Fields: TimeStamp,ServerName,EventId,EventData\r\n" +
  "2021-03-03T08:15:24.007Z,EX01,ECP.Request,S:TIME=38;S:CMD=Get-Mailbox;S:BLD=15.2.1544.9\r\n";

const LOG_PATH = `${V15}/Logging/ECP/Server/ECPServer20210303-1.LOG`;

const folder = mkdtempSync(join(tmpdir(), "postern-list-"));

beforeAll(() => {
  for (const [path, text] of Object.entries(FOUND)) write(join("server", V15, path), text);
  for (const [path, text] of Object.entries(SHIPPED)) write(join("clean", path), text);
  write("15.1.2106.2.csv", tableOf("15.1.2106.2", SHIPPED));
  write(
    "15.1.2176.2.csv",
    tableOf("15.1.2176.2", { [`${AUTH}/errorFE.aspx`]: FOUND[`${AUTH}/errorFE.aspx`] ?? "" }),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function tableOf(build: string, files: Readonly<Record<string, string>>): string {
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex").toUpperCase();
  const rows = Object.entries(files).map(
    ([path, text]) => `${hash(text)},${build},\\${path.replaceAll("/", "\\")}`,
  );
  return `\uFEFF${rows.join("\r\n")}\r\n`;
}

/** Runs the command line with the lists in `lists`, a folder below the test's own. */
const run = (lists: string, ...argv: readonly string[]): Promise<Ran> =>
  runCli([...argv, "--baseline", join(folder, lists)], { now: () => Date.parse("2026-11-24T00:00:00Z") });

const at = (path: string): string => join(folder, path);

interface Told {
  readonly kind: string;
  readonly count: number;
  readonly why: string;
  readonly entities: { readonly files?: readonly string[] };
}

interface Answer {
  readonly findings: readonly Told[];
  readonly verdict: string;
  readonly servers: readonly { readonly coverage: { readonly notSeen: readonly string[] } }[];
}

function answerOf(ran: Ran): Answer {
  // eslint-disable-next-line postern/no-type-assertion -- the test's own view of a document that a schema describes
  return JSON.parse(ran.out) as Answer;
}

function lineOf(line: string): { readonly path: string; readonly origin: string; readonly verdict: string } {
  // eslint-disable-next-line postern/no-type-assertion -- the test's own view of a documented line
  return JSON.parse(line) as ReturnType<typeof lineOf>;
}

describe("an install folder with one added, one changed, one foreign and one customised file", () => {
  beforeAll(async () => {
    for (const table of ["15.1.2106.2.csv", "15.1.2176.2.csv"])
      expect((await run("lists", "baseline", "add", at(table))).code).toBe(0);
  });

  test("is reported exactly so by assess", async () => {
    const ran = await run("lists", "assess", at("server"), "--json", "--quiet");
    const files = answerOf(ran)
      .findings.filter((finding) => finding.kind.startsWith("install-"))
      .map(({ kind, count, entities }) => [
        kind,
        count,
        entities.files?.map((path) => path.split(/[\\/]/u).at(-1)),
      ]);
    expect(files.sort()).toEqual([
      ["install-added", 1, ["helper.dll"]],
      ["install-changed", 1, ["logon.aspx"]],
      ["install-customised", 1, ["owa_text_blue.png"]],
      ["install-other-build", 1, ["errorFE.aspx"]],
    ]);
    const changed = answerOf(ran).findings.find((finding) => finding.kind === "install-changed");
    expect(changed?.why).toContain("It is the shipped file, with 14 bytes put in");
  });

  test("is reported exactly so by scan, file by file", async () => {
    const { out } = await run("lists", "scan", at("server"), "--jsonl", "--quiet");
    const origins = out
      .trim()
      .split("\n")

      .map(lineOf)
      .map(({ path, origin, verdict }) => [path.split(/[\\/]/u).at(-1), origin, verdict]);
    expect(origins.sort()).toEqual([
      ["ExpiredPassword.aspx", "genuine", "clean"],
      ["Some.dll", "genuine", "clean"],
      ["a.js", "genuine", "clean"],
      ["errorFE.aspx", "other-build", "clean"],
      ["helper.dll", "unknown", "clean"],
      ["logoff.aspx", "genuine", "clean"],
      ["logon.aspx", "changed", "clean"],
      ["owa_text_blue.png", "changed", "clean"],
    ]);
  });

  test("on a build without a list gives one sentence about it, not a mismatch for each file", async () => {
    for (const [path, text] of Object.entries(FOUND)) write(join("newer", V15, path), text);
    write(join("newer", LOG_PATH), LOG);
    const answer = answerOf(await run("lists", "assess", at("newer"), "--json", "--quiet"));
    expect(answer.findings.filter((finding) => finding.kind.startsWith("install-"))).toEqual([]);
    const told = answer.servers.flatMap((server) => server.coverage.notSeen);
    expect(told.filter((line) => line.includes("list of file hashes"))).toEqual([
      'There is no list of file hashes for this build (15.2.1544.9; the newest list is of 15.2.858.5): changed files of Exchange could not be told. "postern baseline add" takes one from a clean server.',
    ]);
  });

  test("with a list that explains none of its pages is not called changed, and that is said", async () => {
    const pages = ["logon", "logoff", "errorFE", "ExpiredPassword", "signout"];
    for (const page of pages)
      write(join("other", V15, AUTH, `${page}.aspx`), `<html>${page} of nobody</html>`);
    write(
      join("other", LOG_PATH),
      LOG.replace("15.02.1544.009", "15.01.2106.002").replace("15.2.1544.9", "15.1.2106.2"),
    );
    mkdirSync(at("none"));
    const answer = answerOf(await run("none", "assess", at("other"), "--json", "--quiet"));
    expect(answer.findings.filter((finding) => finding.kind.startsWith("install-"))).toEqual([]);
    expect(answer.servers[0]?.coverage.notSeen).toContain(
      "The list of file hashes of 15.1.2106.2 does not fit these files (0 of 5 are as listed): changed files of Exchange could not be told.",
    );
  });
});

describe("postern baseline", () => {
  test("learns a build from a clean install folder, and says what it knows", async () => {
    mkdirSync(at("from-folder"));
    const added = await run("from-folder", "baseline", "add", at("clean"), "--build", "15.2.1544.9");
    expect([added.code, added.err]).toEqual([
      0,
      `15.2.1544.9: 7 files at 7 places, written to ${join(at("from-folder"), "15.2.1544.9.files.bin")}\n`,
    ]);
    const { out } = await run("from-folder", "baseline", "list");
    expect(out).toContain(
      "15.0.516.32 to 15.2.858.5 (131 builds): 130386 files at 59707 places, as of 2021-04-22, comes with Postern\n",
    );
    expect(out).toContain("15.2.1544.9: 7 files at 7 places, as of 2026-11-24");
  });

  test("learns a build from the case of a trusted server", async () => {
    const made = await run("from-folder", "assess", at("clean"), "-o", at("trusted"), "--quiet");
    expect(made.err).toBe("");
    const added = await run("from-case", "baseline", "add", at("trusted"), "--build", "15.2.1748.10");
    expect(added.err).toContain("15.2.1748.10: 7 files at 7 places");
  });

  test("does not learn a back door", async () => {
    // In parts, so that no scanner takes this test for what it tests.
    write(
      `dirty/${AUTH}/x.aspx`,
      ["<script runat=server language=JScript>ev", 'al(Request["', 'x"],"unsafe");</script>'].join(""),
    );
    const added = await run("dirty-lists", "baseline", "add", at("dirty"), "--build", "15.2.1544.9");
    expect([added.code, added.err]).toEqual([2, expect.stringContaining("x.aspx is a back door")]);
    expect(readdirSync(folder)).not.toContain("dirty-lists");
  });

  test.each([
    ["a table with a mistake", "wrong.csv", "wrong.csv:2:1 the first field is no SHA-256"],
    ["a folder without a build", "clean", "give --build"],
    ["a path that does not exist", "nowhere", "cannot be opened"],
  ])("refuses %s", async (_, path, says) => {
    write("wrong.csv", `${tableOf("15.1.2106.2", SHIPPED).split("\r\n")[0] ?? ""}\r\nzz,15.1.2106.2,a\r\n`);
    const added = await run("refused", "baseline", "add", at(path));
    expect([added.code, added.err]).toEqual([2, expect.stringContaining(says)]);
    expect(readdirSync(folder)).not.toContain("refused");
  });

  test("keeps lists with the user's own data", () => {
    expect(defaultBaselineFolder({ XDG_DATA_HOME: "/d" }, "/h")).toBe(join("/d", "postern", "baselines"));
    expect(defaultBaselineFolder({}, "/h")).toBe(join("/h", ".local", "share", "postern", "baselines"));
    expect(defaultBaselineFolder({ LOCALAPPDATA: "C:\\L" }, "/h")).toBe(
      join("C:\\L", "Postern", "baselines"),
    );
  });
});
