import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBuilds, parseBuild, type Build } from "../build.ts";
import { loadKnowledge } from "../load.ts";
import { ListWriter, type ListedFile } from "./encode-list.ts";
import { openFileList, type FileList } from "./file-list.ts";
import { findFileOrigin, guessBuild, nameBuilds } from "./file-origin.ts";
import { joinLists } from "./genuine-lists.ts";
import { parseHashTable } from "./hash-table.ts";
import { installPathOf, listedPathOf } from "./install-path.ts";

const ABOUT = { asOf: "2021-03-02", sources: ["invented"] };
const V15 = "D:\\Exchange\\V15\\";

function buildOf(text: string): Build {
  const build = parseBuild(text);
  if (build === null) throw new Error(text);
  return build;
}

function listOf(files: readonly ListedFile[]): { readonly bytes: Uint8Array; readonly list: FileList } {
  const writer = new ListWriter();
  for (const file of files) writer.add(file);
  const bytes = writer.finish(ABOUT);
  return { bytes, list: openFileList(bytes, "test") };
}

const hex = (digit: string): string => digit.repeat(64);
const row = (build: string, key: string, sha256: string): ListedFile => ({
  build: buildOf(build),
  key,
  sha256,
});

const anyFile = fc.record({
  build: fc.constantFrom("15.0.847.32", "15.1.2106.2", "15.1.2176.9", "15.2.858.5").map(buildOf),
  // Short alphabets, so that names share beginnings and hashes share places.
  key: fc
    .array(fc.stringMatching(/^[abü.]{1,3}$/u), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("\\")),
  sha256: fc.stringMatching(/^[01]{3}$/u).map((start) => start.padEnd(64, "a")),
});

describe("a list of genuine files", () => {
  test("answers as a plain table does, for any rows", () => {
    fc.assert(
      fc.property(fc.array(anyFile, { maxLength: 80 }), (files) => {
        const { list } = listOf(files);
        const buildsOf = (some: readonly ListedFile[]): readonly string[] =>
          [...new Map(some.map((file) => [file.build.text, file.build])).values()]
            .sort(compareBuilds)
            .map((build) => build.text);
        for (const { sha256, key } of files) {
          const same = files.filter((file) => file.sha256 === sha256);
          expect(list.buildsOfHash(sha256.toUpperCase())).toEqual(buildsOf(same));
          for (const place of list.findHash(sha256))
            expect(place.builds).toEqual(buildsOf(same.filter((file) => file.key === place.key)));
          expect(new Set(list.findHash(sha256).map((place) => place.key))).toEqual(
            new Set(same.map((file) => file.key)),
          );
          const there = files.filter((file) => file.key === key);
          expect(
            list
              .findPath(key)
              .map((one) => one.hash)
              .sort(),
          ).toEqual([...new Set(there.map((file) => file.sha256.slice(0, 32)))].sort());
        }
        expect(list.buildsOfHash(hex("9"))).toEqual([]);
        expect(list.findPath("not\\there")).toEqual([]);
        expect([list.hashCount, list.pathCount]).toEqual([
          new Set(files.map((file) => file.sha256)).size,
          new Set(files.map((file) => file.key)).size,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  test("is the same file whatever the order of its rows", () => {
    fc.assert(
      fc.property(fc.array(anyFile, { maxLength: 40 }), (files) => {
        expect(listOf([...files, ...files].reverse()).bytes).toEqual(listOf(files).bytes);
      }),
      { numRuns: 30 },
    );
  });

  test("is refused with its name wherever it is cut, and whichever byte is another one it never fails otherwise", () => {
    const { bytes } = listOf([
      row("15.1.2106.2", "clientaccess\\owa\\a.js", hex("1")),
      row("15.1.2176.9", "clientaccess\\owa\\ab.js", hex("2")),
      row("15.1.2176.9", "frontend\\b.aspx", hex("2")),
    ]);
    for (let end = 0; end < bytes.length; end++)
      expect(() => openFileList(bytes.subarray(0, end), "cut.bin")).toThrow(/cut\.bin is no list of files/u);
    for (let at = 0; at < bytes.length; at++) {
      const spoilt = Uint8Array.from(bytes);
      spoilt[at] = (spoilt[at] ?? 0) ^ 0xff;
      try {
        const list = openFileList(spoilt, "spoilt.bin");
        list.findHash(hex("2"));
        list.findPath("frontend\\b.aspx");
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "BASELINE_INVALID" });
      }
    }
  });
});

describe("the list that comes with Postern", () => {
  const knowledge = loadKnowledge();
  const lists = joinLists([knowledge.genuineFiles]);

  test("knows 131 builds and 130,386 hashes, and takes less than 5 MB", () => {
    const { builds, hashCount, pathCount, asOf } = knowledge.genuineFiles;
    expect([builds.length, hashCount, pathCount, asOf]).toEqual([131, 130_386, 59_707, "2021-04-22"]);
    expect(readFileSync(join(knowledge.folder, "exchange-files.bin")).length).toBeLessThan(5_000_000);
  });

  test("knows every hash that the knowledge of the web folders has of the sign-in pages", () => {
    for (const { sha256, firstBuild, lastBuild } of knowledge.webFiles.hashes) {
      const builds = lists.buildsOfHash(sha256);
      expect([builds[0], builds.at(-1)]).toEqual([firstBuild.text, lastBuild.text]);
    }
  });

  test("speaks for the web applications of a build, not for its other folders", () => {
    expect(lists.covers("frontend\\httpproxy\\x.aspx", "15.1.2106.2")).toBe(true);
    expect(lists.covers("bin\\x.dll", "15.1.2106.2")).toBe(false);
    expect(lists.speaksFor("15.2.1544.9")).toBe(false);
  });
});

describe("places below the install folder", () => {
  test.each([
    [
      "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\Logon.aspx",
      "frontend\\httpproxy\\owa\\auth\\logon.aspx",
      null,
    ],
    [
      "E:/Mail/ClientAccess/owa/prem/15.1.2106.2/x.js",
      "clientaccess\\owa\\prem\\version\\x.js",
      "15.1.2106.2",
    ],
    [
      `${V15}FrontEnd\\HttpProxy\\owa\\auth\\15.1.2106\\themes\\a.png`,
      "frontend\\httpproxy\\owa\\auth\\version\\themes\\a.png",
      null,
    ],
    [`${V15}ClientAccess\\owa\\Current2\\a.js. `, "clientaccess\\owa\\version\\a.js", null],
    [`${V15}Bin\\ExSetup.exe`, "bin\\exsetup.exe", null],
  ])("%s is found whatever the drive and the name of the folder", (path, key, folderBuild) => {
    expect(installPathOf(path)).toEqual({ key, folderBuild });
  });

  test.each(["C:\\Windows\\bin\\x.dll", "C:\\inetpub\\wwwroot\\x.aspx", "", "ClientAccess"])(
    "%s lies in none",
    (path) => expect(installPathOf(path)).toBeNull(),
  );

  test("lists that begin at the client access folder mean the same places as those that begin above it", () => {
    expect(listedPathOf("owa\\auth.owa")).toEqual(listedPathOf("\\ClientAccess\\owa\\auth.owa"));
  });
});

describe("where a file comes from", () => {
  const place = "frontend\\httpproxy\\owa\\auth\\logon.aspx";
  const lists = joinLists([
    listOf([
      row("15.1.2106.2", place, hex("1")),
      row("15.1.2106.2", "clientaccess\\owa\\prem\\version\\a.js", hex("2")),
      row("15.1.2044.4", "clientaccess\\owa\\prem\\version\\a.js", hex("3")),
    ]).list,
    listOf([row("15.1.2176.2", place, hex("4"))]).list,
  ]);
  const originOf = (path: string, digit: string, build: string | null): string =>
    findFileOrigin(lists, { path: V15 + path, sha256: hex(digit), build }).origin;

  test("says genuine, other build, changed and unknown", () => {
    expect(originOf(place, "1", "15.1.2106.2")).toBe("genuine");
    expect(originOf(place, "4", "15.1.2106.2")).toBe("other-build");
    expect(originOf(place, "5", "15.1.2106.2")).toBe("changed");
    expect(originOf("frontend\\new.aspx", "5", "15.1.2106.2")).toBe("unknown");
  });

  test("a build without a list makes no file changed", () => {
    expect(originOf(place, "5", "15.2.1544.9")).toBe("unknown");
    expect(originOf(place, "5", null)).toBe("unknown");
    expect(originOf(place, "1", "15.2.1544.9")).toBe("genuine");
  });

  test("files of a former update in the folder that is named after it are genuine", () => {
    const old = "ClientAccess\\owa\\prem\\15.1.2044.4\\a.js";
    expect([originOf(old, "3", "15.1.2106.2"), originOf(old, "9", "15.1.2106.2")]).toEqual([
      "genuine",
      "changed",
    ]);
  });

  test("a new file is an addition only in a folder that the list speaks for", () => {
    const added = (path: string): boolean =>
      findFileOrigin(lists, { path: V15 + path, sha256: hex("8"), build: "15.1.2176.2" }).added;
    expect([added("frontend\\x.aspx"), added("bin\\x.dll")]).toEqual([true, false]);
  });

  test("the build is guessed only from several files that agree", () => {
    const files = ["a", "b", "c"].map((name) => row("15.1.2106.2", `frontend\\${name}`, hex("1")));
    const known = joinLists([listOf([...files, row("15.1.2176.2", "frontend\\a", hex("1"))]).list]);
    const seen = files.map((file) => ({ path: V15 + file.key, sha256: file.sha256 }));
    expect(guessBuild(known, seen)).toBe("15.1.2106.2");
    expect(guessBuild(known, seen.slice(0, 2))).toBeNull();
  });

  test("many builds are named by the first and the last", () => {
    expect(nameBuilds(["a", "b"])).toBe("a and b");
    expect(nameBuilds(["a", "b", "c"])).toBe("a to c (3 builds)");
  });
});

describe("a table of hashes", () => {
  const good = `${hex("A")},15.1.2106.2,\\FrontEnd\\x.aspx`;
  const read = (text: string): ReturnType<typeof parseHashTable> =>
    parseHashTable(new TextEncoder().encode(text), "t.csv");

  test("is read in every form in which it is met", () => {
    const expected = [{ build: buildOf("15.1.2106.2"), key: "frontend\\x.aspx", sha256: hex("a") }];
    const quoted = `"Hash","Build","Path"\r\n"${hex("A")}","15.01.2106.002","FrontEnd\\x.aspx"\r\n\r\n`;
    expect(read(good).files).toEqual(expected);
    expect(read(`\uFEFF${good}\r\n`).files).toEqual(expected);
    expect(read(quoted).files).toEqual(expected);
    expect(parseHashTable(Buffer.from(`\uFEFF${good}\r\n`, "utf16le"), "t.csv").files).toEqual(expected);
    expect(read(`${hex("A")},15.1.2106.2,FrontEnd\\a, b.js`).files[0]?.key).toBe("frontend\\a, b.js");
  });

  test.each([
    ["", 1, "no row"],
    [`${good}\nnonsense`, 2, "commas"],
    [`${good}\n${hex("g")},15.1.2106.2,\\a`, 2, "SHA-256"],
    [`${good}\n${hex("a")},8.1.2.3,\\a`, 2, "build"],
    [`${good}\n${hex("a")},15.1.2106.2,`, 2, "path"],
    [`${good}\n${hex("a")},15.1.2106.2,..\\..\\Windows\\x`, 2, "path"],
    [`${good}\n${hex("a")},15.1.2106.2,C:\\Windows\\x`, 2, "path"],
    [`${good}\n${hex("a")},15.1.2106.2,a\u001b[2J`, 2, "control"],
    [`${good}\n${hex("a")},15.1.2106.2,${"a".repeat(3000)}`, 2, "characters"],
  ])("with a mistake gives no row, and the line of the mistake (%#)", (text, line, says) => {
    const { files, problems } = read(text);
    expect(files).toEqual([]);
    expect(problems[0]).toMatchObject({ code: "BASELINE_ROW", at: { file: "t.csv", line } });
    expect(problems[0]?.message).toContain(says);
  });

  test("of another kind is told in a few lines, not in one for each", () => {
    expect(read("x\n".repeat(10_000)).problems).toHaveLength(20);
  });

  test("gives rows or mistakes for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { files, problems } = parseHashTable(bytes, "t.csv");
        expect(files.length === 0).toBe(problems.length > 0);
      }),
    );
  });
});

const CORPUS = process.env["POSTERN_CORPUS"];

describe.skipIf(CORPUS === undefined)(
  "the tables of Microsoft (skipped unless POSTERN_CORPUS names the samples)",
  () => {
    test("are all read, and agree with the list that comes with Postern", () => {
      const folder = join(CORPUS ?? "", "baselines");
      const lists = joinLists([loadKnowledge().genuineFiles]);
      const names = readdirSync(folder).filter((name) => name.endsWith(".csv"));
      expect(names).toHaveLength(8);
      for (const name of names) {
        const bytes = readFileSync(join(folder, name));
        const { files, problems } = parseHashTable(bytes, name);
        expect(problems).toEqual([]);
        expect(files.length).toBe(bytes.toString("latin1").trim().split("\n").length);
        const wrong = files.filter(
          ({ key, sha256, build }) =>
            findFileOrigin(lists, { path: V15 + key, sha256, build: build.text }).origin !== "genuine" ||
            !lists
              .findPath(key)
              .some((there) => sha256.startsWith(there.hash) && there.builds.includes(build.text)),
        );
        expect(wrong).toEqual([]);
      }
    }, 60_000);
  },
);
