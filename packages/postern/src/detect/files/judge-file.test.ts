import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKnowledge, parseBuild } from "../../knowledge/index.ts";
import { createIndicators, parseIndicatorFile } from "../iocs/index.ts";
import { createLibyaraWasm, readRuleFile } from "../yara/index.ts";
import {
  type FileContext,
  type FileFacts,
  type FileInput,
  type FileJudgement,
  FILE_WINDOW_BYTES,
  createGenuineFiles,
  judgeFile,
  windowOf,
} from "./index.ts";

/** Invented contents, stored as Base64. */
const stored: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "samples/contents.json"), "utf8"));
const sample = (name: string): Uint8Array => {
  const entries: [string, unknown][] = Object.entries(typeof stored === "object" ? (stored ?? {}) : {});
  const text = new Map(entries).get(name);
  if (typeof text !== "string") throw new Error(`no sample ${name}`);
  return Buffer.from(text, "base64");
};
const contents = {
  planted: sample("planted"),
  plantedGerman: sample("plantedGerman"),
  answer: sample("answer"),
  ordinaryDump: sample("ordinaryDump"),
  oneLine: sample("oneLine"),
  command: sample("command"),
  hidden: sample("hidden"),
  ordinary: sample("ordinary"),
  upload: sample("upload"),
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HASH = "ab".repeat(32);
const BAD_HASH = "ef".repeat(32);
const OWA = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\";

const { webFiles } = loadKnowledge();
const genuine = createGenuineFiles(webFiles);
const GENUINE = webFiles.hashes.find((row) => row.name === "logon.aspx" && row.firstBuild.parts[1] === 1);

const { indicators: listed } = parseIndicatorFile(
  JSON.stringify({
    asOf: "2026-11-24",
    hashes: [
      {
        sha256: BAD_HASH,
        name: "help.aspx",
        kind: "web shell",
        actor: "HAFNIUM",
        confidence: "high",
        source: "a list",
      },
    ],
    pageNames: [
      {
        name: "RedirSuiteServerProxy.aspx",
        folder: "%ExchangeInstallPath%FrontEnd\\HttpProxy\\owa\\auth\\",
        actor: null,
        confidence: "high",
        source: "a list",
      },
    ],
  }),
  "indicators.json",
);
const bare: FileContext = {
  scanner: null,
  indicators: createIndicators([listed]),
  genuine,
  build: parseBuild("15.1.2106.2"),
};

const rulesFolder = join(import.meta.dirname, "../../../../../packs/proxylogon/files");
const rules = readdirSync(rulesFolder)
  .filter((name) => name.endsWith(".yar.b64"))
  .flatMap((name) => readRuleFile(name, readFileSync(join(rulesFolder, name), "utf8")).source ?? []);
const compiled = createLibyaraWasm().compile(rules);
const withRules = async (): Promise<FileContext> => ({ ...bare, scanner: (await compiled).scanner });

function facts(folder: string | null, inFolder: string, more: Partial<FileFacts> = {}): FileFacts {
  const name = inFolder.split("/").at(-1) ?? "";
  return {
    name,
    path: `X:\\${inFolder}`,
    kind: "page",
    folder,
    inFolder,
    placeKnown: true,
    compiled: null,
    ...more,
  };
}

function input(content: Uint8Array, where: FileFacts, more: Partial<FileInput> = {}): FileInput {
  return { facts: where, window: windowOf(content), sha256: HASH, standing: "live", ...more };
}

const judge = (content: Uint8Array, where: FileFacts, more: Partial<FileInput> = {}): FileJudgement =>
  judgeFile(input(content, where, more), bare);

describe("settings dumps of a reset virtual directory", () => {
  it("with script in an address are back doors, dated by their own text", async () => {
    const found = judgeFile(input(contents.planted, facts("owa-auth", "x.aspx")), await withRules());
    expect(found).toMatchObject({
      verdict: "webshell",
      kind: "web-shell-file",
      rung: "L2",
      confidence: "high",
      cves: ["CVE-2021-27065"],
      dump: {
        server: "EX01",
        build: "15.1.2106.2",
        createdUtc: "2021-03-03T09:48:41.000Z",
        changedUtc: "2021-03-03T09:49:02.000Z",
      },
    });
    expect(found.reasons[0]?.excerpt).toContain("http://f/");
    expect(Buffer.from(contents.planted).indexOf("http://f/")).toBe(found.reasons[0]?.offsetBytes);
    expect(found.reasons.map((reason) => reason.id)).toContain("proxylogon/settings-dump-script");
  });

  it("are dated on a German server, too", () => {
    expect(judge(contents.plantedGerman, facts("owa-auth", "x.aspx")).dump?.createdUtc).toBe(
      "2021-03-03T09:48:41.000Z",
    );
  });

  it("whose script is gone are the answer of a back door that ran", () => {
    const found = judge(contents.answer, facts(null, "answer.txt", { kind: "oab-dump", placeKnown: false }));
    expect(found).toMatchObject({
      verdict: "webshell",
      kind: "web-shell-answer",
      rung: "L3",
      cves: ["CVE-2021-27065"],
    });
  });

  it("with an ordinary address are clean", () => {
    const found = judge(
      contents.ordinaryDump,
      facts(null, "oab.txt", { kind: "oab-dump", placeKnown: false }),
    );
    expect(found).toMatchObject({
      verdict: "clean",
      rung: null,
      kind: null,
      dump: { script: null, rendered: false },
    });
  });

  it("prove the change wherever the file lies, but only as history in a quarantine", () => {
    const elsewhere = facts(null, "x.aspx");
    expect(judge(contents.planted, elsewhere).rung).toBe("L2");
    const old = judge(contents.planted, elsewhere, { standing: "history" });
    expect(old).toMatchObject({ verdict: "webshell", rung: null });
    expect(old.doubt).toContain("quarantine");
  });
});

describe("papers about back doors", () => {
  it("that quote one are no finding, whatever the file rules say", async () => {
    const quote = `# What we saw\n\nThe server answered:\n\n${Buffer.from(contents.answer).toString("utf8")}`;
    const where = facts(null, "README.md", { kind: "oab-dump", placeKnown: false });
    const found = judgeFile(input(bytes(quote), where), await withRules());
    expect(found.rung).toBeNull();
    expect(found.verdict).not.toBe("webshell");
    const words = "All of this was told to the team in the morning.\n".repeat(90);
    const notes = judgeFile(input(bytes(words + quote), { ...where, name: "notes.txt" }), await withRules());
    expect(notes.verdict).not.toBe("webshell");
  });
});

describe("pages that run what a visitor sends", () => {
  it.each([
    ["one line of JScript", contents.oneLine, "content/eval-request"],
    ["a command line", contents.command, "content/process-request"],
    ["a writer of files", contents.upload, "content/upload-anywhere"],
    ["split words", contents.hidden, "content/eval-request"],
  ])("%s: found with its reason", (_name, content, reason) => {
    const found = judge(content, facts("aspnet-client", "x.aspx"));
    expect(found).toMatchObject({ verdict: "webshell", kind: "web-shell-file", rung: "L2" });
    expect(found.reasons.map((one) => one.id)).toContain(reason);
  });

  it("are found in UTF-16 and behind a byte order mark", () => {
    const text = Buffer.from(contents.oneLine).toString("utf8");
    const wide = judge(Buffer.from(`\uFEFF${text}`, "utf16le"), facts("owa-auth", "x.aspx"));
    expect(wide.verdict).toBe("webshell");
    const at = wide.reasons.find((one) => one.id === "content/eval-request")?.offsetBytes;
    expect(at).toBe(2 + 2 * text.indexOf("eval"));
  });

  it("stand on no rung where nobody can request them", () => {
    const found = judge(contents.oneLine, facts(null, "x.aspx"));
    expect(found).toMatchObject({ verdict: "webshell", rung: null });
  });

  it("are seen at the end of a file that is too large to be read whole, and the judgement says so", () => {
    const large = Buffer.concat([Buffer.alloc(FILE_WINDOW_BYTES + 5, 0x20), contents.oneLine]);
    const found = judge(large, facts("aspnet-client", "x.aspx"));
    expect(found).toMatchObject({ verdict: "webshell", partly: true });
    const at = found.reasons.find((one) => one.id === "content/eval-request")?.offsetBytes;
    expect(at).toBe(large.indexOf("eval"));
    expect(found.doubt).toContain("beginning and its end");
  });

  it("do not include pages with data binding and scripts for the browser", async () => {
    const found = judgeFile(input(contents.ordinary, facts(null, "default.aspx")), await withRules());
    expect(found).toMatchObject({ verdict: "clean", score: 0, reasons: [] });
  });
});

describe("place, name and hash", () => {
  it("a page where none ships is suspicious without a rung", () => {
    const found = judge(bytes("<html>hello</html>"), facts("aspnet-client", "system_web/a1b2c3d4.aspx"));
    expect(found).toMatchObject({ verdict: "suspicious", kind: "page-unknown", rung: null, cves: [] });
  });

  it("a published name made like a genuine one weighs more, and still proves nothing", () => {
    const where = facts("owa-auth", "redirsuiteserverproxy.aspx", {
      path: `${OWA}RedirSuiteServerProxy.aspx`,
    });
    const found = judge(bytes("<html>hello</html>"), where);
    expect(found.verdict).toBe("suspicious");
    expect(found.reasons.map((one) => one.id).sort()).toEqual([
      "name/look-alike",
      "name/published",
      "place/owa-auth",
    ]);
  });

  it("TimeoutLogout.aspx ships and TimeoutLogoff.aspx does not", () => {
    expect(judge(bytes("<html/>"), facts("ecp-auth", "timeoutlogout.aspx")).verdict).toBe("clean");
    expect(judge(bytes("<html/>"), facts("ecp-auth", "timeoutlogoff.aspx")).verdict).toBe("suspicious");
  });

  it("no page ships in the folders of scripts and themes, not even under a genuine name", () => {
    expect(judge(bytes("<html/>"), facts("owa-auth", "current/themes/logon.aspx")).verdict).toBe(
      "suspicious",
    );
  });

  it("a genuine hash is clean, also under another name, and of another build says so", () => {
    const where = facts("owa-auth", "logon.aspx");
    const sha256 = GENUINE?.sha256 ?? "";
    const own = { ...bare, build: GENUINE?.firstBuild ?? null };
    expect(judgeFile(input(bytes("x"), where, { sha256 }), own)).toMatchObject({
      verdict: "clean",
      origin: "genuine",
    });
    const older = { ...bare, build: parseBuild("15.0.516.32") };
    expect(judgeFile(input(bytes("x"), where, { sha256 }), older).origin).toBe("other-build");
    const newer = { ...bare, build: parseBuild("15.2.1748.10") };
    expect(judgeFile(input(bytes("x"), where, { sha256 }), newer).origin).toBe("genuine");
  });

  it("a page with another hash is changed only where the lists reach to the server's build", () => {
    const where = facts("owa-auth", "logon.aspx");
    const originFor = (build: string | null): string =>
      judgeFile(input(bytes("<html/>"), where), { ...bare, build: build === null ? null : parseBuild(build) })
        .origin;
    expect(originFor(GENUINE?.firstBuild.text ?? null)).toBe("changed");
    expect(originFor("15.1.2507.6")).toBe("unknown");
    expect(originFor(null)).toBe("unknown");
  });

  it("a changed sign-in page that also writes files is suspicious", () => {
    const content = bytes(
      `<%@ Page Language="C#" %><% File.AppendAllText("C:\\\\a", Request.Form["password"]); %>`,
    );
    expect(judge(content, facts("owa-auth", "logon.aspx")).verdict).not.toBe("clean");
  });

  it("a listed hash is a known back door", () => {
    const found = judge(bytes("anything"), facts("owa-auth", "help.aspx"), { sha256: BAD_HASH });
    expect(found).toMatchObject({ verdict: "webshell", title: "Known web shell", rung: "L2" });
  });

  it("an emptied page where none ships is a lead, an empty file elsewhere is nothing", () => {
    expect(judge(new Uint8Array(40), facts("aspnet-client", "x.aspx"))).toMatchObject({
      verdict: "suspicious",
      kind: "page-emptied",
      rung: null,
    });
    expect(judge(new Uint8Array(), facts(null, "x.aspx")).verdict).toBe("clean");
    expect(judge(new Uint8Array(40), facts(null, "x.aspx")).verdict).toBe("unreadable");
  });
});

describe("records of compiled pages", () => {
  const compiledOf = (virtualPath: string): FileFacts =>
    facts("temporary-aspnet", "root/a/b/x.compiled", {
      kind: "compiled",
      compiled: { kind: "compiled-page", virtualPath, dependencies: [] },
    });

  it.each(["/aspnet_client/supp0rt.aspx", "/owa/auth/Current/x.aspx", "/ecp/auth/TimeoutLogoff.aspx"])(
    "%s was requested and ran, also when the page is gone",
    (page) => {
      expect(judge(bytes("<preserve/>"), compiledOf(page))).toMatchObject({
        verdict: "webshell",
        kind: "page-compiled",
        rung: "L3",
        entities: { urls: [page] },
      });
    },
  );

  it.each([
    "/owa/auth/logon.aspx",
    "/ecp/auth/TimeoutLogout.aspx",
    "/ecp/default.aspx",
    "/owa/auth/global.asax",
  ])("%s is ordinary", (page) => {
    expect(judge(bytes("<preserve/>"), compiledOf(page)).verdict).toBe("clean");
  });

  it("that cannot be read are not called clean", () => {
    const where = facts("temporary-aspnet", "x.compiled", {
      kind: "compiled",
      compiled: { kind: "malformed", note: "cut" },
    });
    expect(judge(bytes("<pres"), where).verdict).toBe("unreadable");
  });
});

describe("hostile content", () => {
  it("gives a judgement wherever a dump is cut", () => {
    for (let end = 0; end < contents.planted.length; end += 7) {
      expect(["webshell", "suspicious"]).toContain(
        judge(contents.planted.subarray(0, end), facts("owa-auth", "x.aspx")).verdict,
      );
    }
  });

  it("gives the same judgement twice for any bytes and any name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (any, name) => {
        const where = facts("owa-auth", name);
        expect(judge(any, where)).toEqual(judge(any, where));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    "<script runat=server>",
    "<script ",
    "<%",
    "eval(",
    "ExternalUrl : <\n",
    "<%/*",
    '<%"a"+',
    "<%new ",
  ])("made of nothing but %j is judged without growing slow", { timeout: 20_000 }, (piece) => {
    const content = bytes(piece.repeat(Math.floor(FILE_WINDOW_BYTES / piece.length)));
    expect(judge(content, facts(null, "x.aspx")).verdict).not.toBe("webshell");
  });

  it("never gives a long excerpt or one with control characters", () => {
    const page = bytes(
      `<%@ Page Language="Jscript"%><%eval(\u0007\u001b[31m Request.Item["${"k".repeat(5000)}"]);%>`,
    );
    for (const reason of judge(page, facts("owa-auth", "x.aspx")).reasons) {
      expect(reason.excerpt.length).toBeLessThanOrEqual(300);
      expect(reason.excerpt).not.toMatch(/\p{Cc}/u);
    }
  });
});
