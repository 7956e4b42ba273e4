import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  joinLists,
  ListWriter,
  listedPathOf,
  loadKnowledge,
  openFileList,
  parseBuild,
  type GenuineLists,
} from "../../knowledge/index.ts";
import { createIndicators } from "../iocs/index.ts";
import { explainChange } from "./explain-change.ts";
import { createGenuineFiles, judgeFile, windowOf, type FileContext, type FileJudgement } from "./index.ts";

const BUILD = "15.1.2106.2";
const INSTALL = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\";
const AUTH = "FrontEnd\\HttpProxy\\owa\\auth\\";
const PAGE = '<%@ Page Language="C#" %>\r\n<html>\r\n<body>sign in</body>\r\n</html>\r\n';
// In parts, so that no scanner takes this test for what it tests.
const SHELL = ["<script runat=server language=JScript>ev", 'al(Request["', 'x"],"unsafe");</script>'].join(
  "",
);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A list of invented files: build, path, content. */
function listsOf(rows: readonly (readonly [string, string, string])[]): GenuineLists {
  const writer = new ListWriter();
  for (const [text, path, content] of rows) {
    const [build, place] = [parseBuild(text), listedPathOf(path)];
    if (build === null || place === null) throw new Error(`${text} ${path}`);
    writer.add({ build, key: place.key, sha256: sha256(bytesOf(content)) });
  }
  return joinLists([openFileList(writer.finish({ asOf: "2021-03-02", sources: ["invented"] }), "test")]);
}

const { webFiles, customised } = loadKnowledge();

function judge(
  path: string,
  content: string,
  lists: GenuineLists,
  build: string | null = BUILD,
): FileJudgement {
  const bytes = bytesOf(content);
  const context: FileContext = {
    scanner: null,
    indicators: createIndicators([]),
    genuine: createGenuineFiles(webFiles),
    lists,
    customised,
    build: build === null ? null : parseBuild(build),
  };
  const facts = {
    name: path.split("\\").at(-1) ?? "",
    path: INSTALL + path,
    kind: /\.config$/u.test(path) ? "config" : "page",
    folder: "owa-auth",
    inFolder: path.slice(AUTH.length).toLowerCase(),
    placeKnown: true,
    compiled: null,
  };
  return judgeFile({ facts, window: windowOf(bytes), sha256: sha256(bytes), standing: "live" }, context);
}

describe("where a file comes from", () => {
  const lists = listsOf([
    [BUILD, `${AUTH}logon.aspx`, PAGE],
    [BUILD, `${AUTH}tool.aspx`, SHELL],
    ["15.1.2176.2", `${AUTH}errorFE.aspx`, "<html>newer</html>"],
    [BUILD, `${AUTH}errorFE.aspx`, "<html>older</html>"],
    [BUILD, `${AUTH}web.config`, "<configuration/>"],
    [BUILD, `${AUTH}empty.js`, ""],
  ]);

  test("a file whose hash is genuine is clean, whatever its content looks like", () => {
    expect(judge(`${AUTH}tool.aspx`, SHELL, listsOf([])).verdict).toBe("webshell");
    expect(judge(`${AUTH}tool.aspx`, SHELL, lists)).toMatchObject({ verdict: "clean", origin: "genuine" });
    expect(judge(`${AUTH}other-name.aspx`, SHELL, lists, null)).toMatchObject({ verdict: "clean", score: 0 });
  });

  test("a file of another build is clean and names the build", () => {
    const judged = judge(`${AUTH}errorFE.aspx`, "<html>newer</html>", lists);
    expect(judged).toMatchObject({ verdict: "clean", origin: "other-build" });
    expect(judged.reasons[0]?.text).toContain("15.1.2176.2, not 15.1.2106.2");
  });

  test("code behind the end of a genuine page is found, and the text that was put in is shown", () => {
    const judged = judge(`${AUTH}logon.aspx`, PAGE + SHELL, lists);
    expect(judged).toMatchObject({ verdict: "webshell", origin: "changed" });
    const told = judged.reasons.find((reason) => reason.id === "hash/changed");
    expect(told?.text).toContain(`with ${String(SHELL.length)} bytes put in at byte ${String(PAGE.length)}`);
    expect(told?.excerpt).toBe(SHELL);
    // The same without knowing the build: the change itself proves what the page was.
    expect(judge(`${AUTH}logon.aspx`, PAGE + SHELL, lists, null).origin).toBe("changed");
  });

  test("a build without a list knows no changed files", () => {
    expect(judge(`${AUTH}logon.aspx`, "<html>new</html>", lists, "15.2.1544.9")).toMatchObject({
      origin: "unknown",
      verdict: "clean",
    });
  });

  test("a configuration that administrators write to is told apart from tampering", () => {
    const judged = judge(`${AUTH}web.config`, "<configuration><a/></configuration>", lists);
    expect(judged).toMatchObject({ origin: "changed", verdict: "clean" });
    expect(judged.reasons[0]?.text).toContain("changed on sound servers");
  });

  test("an emptied page is no genuine file, though empty files ship elsewhere", () => {
    expect(judge(`${AUTH}logon.aspx`, "", lists).origin).toBe("unknown");
    expect(judge(`${AUTH}empty.js`, "", lists).origin).toBe("genuine");
  });
});

describe("how a file was changed", () => {
  const shipped = (content: string): ((hash: string) => boolean) => {
    const hash = sha256(bytesOf(content));
    return (asked) => asked === hash;
  };

  test("lines that were put in anywhere are found again", () => {
    const line = fc.stringMatching(/^[ -~]{0,20}$/u);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.nat(12),
        (page, put, at) => {
          const before = page.map((one, index) => `${String(index)}${one}\n`);
          const added = put.map((one) => `+${one}\n`);
          const where = Math.min(at, before.length);
          const after = [...before.slice(0, where), ...added, ...before.slice(where)].join("");
          const change = explainChange(bytesOf(after), shipped(before.join("")));
          expect(change).toEqual({
            how: "inserted",
            offsetBytes: before.slice(0, where).join("").length,
            lengthBytes: added.join("").length,
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ["line-ends", PAGE.replaceAll("\r\n", "\n")],
    ["line-ends", `\uFEFF${PAGE.replaceAll("\r\n", "\n")}`],
    ["byte-order-mark", `\uFEFF${PAGE}`],
  ])("a file with other %s only is told as such", (how, content) => {
    expect(explainChange(bytesOf(content), shipped(PAGE))?.how).toBe(how);
  });

  test("nothing is claimed of an edited file", () => {
    expect(explainChange(bytesOf(PAGE.replace("sign in", "sign up")), shipped(PAGE))).toBeNull();
  });
});
