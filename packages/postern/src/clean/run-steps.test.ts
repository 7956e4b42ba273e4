import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { readContainer } from "./container.ts";
import { machineDisk } from "./disk.ts";
import { applySteps, undoSteps } from "./run-steps.ts";
import {
  CONFIG,
  CONFIG_TEXT,
  elementOf,
  failingDisk,
  it,
  onServer,
  optionsFor,
  PAGE,
  photograph,
  putFile,
  quarantineOf,
  results,
  TAG,
  type Bench,
} from "./testing/index.ts";

describe("moving a back door into the quarantine", () => {
  it("copies, removes and puts back byte for byte, with times, rights and the times of folders", ({
    bench,
  }) => {
    const options = optionsFor(bench, {
      page: quarantineOf(bench, PAGE, "a harmless page"),
      module: elementOf(bench, CONFIG, CONFIG_TEXT),
    });
    putFile(bench, "inetpub\\wwwroot\\iisstart.htm", "welcome");
    const before = photograph(bench.root);
    expect(results(applySteps(options))).toEqual(["done", "done"]);
    expect(existsSync(onServer(bench, PAGE))).toBe(false);
    expect(readFileSync(onServer(bench, CONFIG), "utf8")).toBe(CONFIG_TEXT.replace(`    ${TAG}\r\n`, ""));
    expect(results(applySteps(options))).toEqual(["already", "already"]);
    expect(results(undoSteps(options))).toEqual(["done", "done"]);
    expect(photograph(bench.root)).toEqual(before);
    expect(results(applySteps(options))).toEqual(["done", "done"]);
    expect(results(undoSteps(options))).toEqual(["done", "done"]);
    expect(photograph(bench.root)).toEqual(before);
  });

  it("writes nothing at all in a trial", ({ bench }) => {
    const options = optionsFor(
      bench,
      { page: quarantineOf(bench, PAGE, "a harmless page"), module: elementOf(bench, CONFIG, CONFIG_TEXT) },
      { act: false },
    );
    const before = photograph(bench.folder);
    expect(results(applySteps(options))).toEqual(["would", "would"]);
    expect(photograph(bench.folder)).toEqual(before);
  });

  it("keeps the copy in a form in which nothing of it can be read or run", ({ bench }) => {
    const marker = "the very text of a back door";
    applySteps(optionsFor(bench, { page: quarantineOf(bench, PAGE, marker) }));
    const file = join(bench.caseFolder, "quarantine", "page.quarantine");
    expect(readFileSync(file).includes(Buffer.from(marker))).toBe(false);
    const parts: Uint8Array[] = [];
    readContainer(machineDisk(), file, (part) => parts.push(Uint8Array.from(part)));
    expect(Buffer.concat(parts).toString()).toBe(marker);
  });

  it("leaves a file alone whose content changed since it was found", ({ bench }) => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, "as found") });
    writeFileSync(onServer(bench, PAGE), "another");
    expect(results(applySteps(options))).toEqual(["refused"]);
    expect(readFileSync(onServer(bench, PAGE), "utf8")).toBe("another");
  });

  it("leaves a file alone that changes while it is copied", ({ bench }) => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, "as found") });
    const { disk } = failingDisk({ at: 0, error: null });
    const swapping = {
      ...disk,
      rename: (from: string, to: string) => {
        disk.rename(from, to);
        if (to.endsWith(".quarantine")) writeFileSync(onServer(bench, PAGE), "swapped!");
      },
    };
    expect(results(applySteps({ ...options, disk: swapping }))).toEqual(["refused"]);
    expect(readFileSync(onServer(bench, PAGE), "utf8")).toBe("swapped!");
  });

  it("says that something puts it back when the same file is there again", ({ bench }) => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, "as found") });
    applySteps(options);
    putFile(bench, PAGE, "as found");
    const [outcome] = applySteps(options).outcomes;
    expect(outcome?.result).toBe("refused");
    expect(outcome?.text).toContain("puts it back");
  });

  it("does not put anything back over a file that somebody else put there", ({ bench }) => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, "as found") });
    applySteps(options);
    writeFileSync(onServer(bench, PAGE), "a new page");
    expect(results(undoSteps(options))).toEqual(["refused"]);
    expect(readFileSync(onServer(bench, PAGE), "utf8")).toBe("a new page");
  });

  it("does not put back a copy that was damaged", ({ bench }) => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, "as found") });
    applySteps(options);
    writeFileSync(join(bench.caseFolder, "quarantine", "page.quarantine"), "nothing");
    expect(results(undoSteps(options))).toEqual(["refused"]);
    expect(existsSync(onServer(bench, PAGE))).toBe(false);
  });

  it("finds the file whatever the case of its name, and refuses two that differ by nothing else", ({
    bench,
  }) => {
    const action = quarantineOf(bench, PAGE, "as found");
    const options = optionsFor(bench, { page: { ...action, path: action.path.toUpperCase() } });
    expect(results(applySteps({ ...options, act: false }))).toEqual(["would"]);
    writeFileSync(onServer(bench, PAGE.replace("shell", "SHELL")), "as found");
    expect(results(applySteps(options))).toEqual(["refused"]);
  });

  it("takes two entries out of one file, and puts both back in reverse", ({ bench }) => {
    const second = '<add name="Worse" image="C:\\Windows\\Temp\\w.dll" />';
    const text = CONFIG_TEXT.replace(TAG, `${TAG}\r\n    ${second}`);
    const first = elementOf(bench, CONFIG, text);
    const options = optionsFor(bench, {
      first,
      second: { ...first, tag: second, offsetBytes: text.indexOf(second), alsoModule: "Worse" },
    });
    const before = photograph(bench.root);
    expect(results(applySteps(options))).toEqual(["done", "done"]);
    expect(results(applySteps(options))).toEqual(["already", "already"]);
    expect(readFileSync(onServer(bench, CONFIG), "utf8")).not.toMatch(/Evil|Worse/u);
    expect(results(undoSteps({ ...options, steps: ["first"] }))).toEqual(["refused"]);
    expect(results(undoSteps(options))).toEqual(["done", "done"]);
    expect(photograph(bench.root)).toEqual(before);
  });

  it("asks whose tree it is when the plan has steps for several servers", ({ bench }) => {
    const options = optionsFor(bench, {
      a: quarantineOf(bench, PAGE, "as found"),
      b: quarantineOf(bench, PAGE, "as found"),
    });
    const steps = options.plan.steps.map((step, i) => ({ ...step, server: `S${String(i + 1)}` }));
    expect(() => applySteps({ ...options, plan: { ...options.plan, steps } })).toThrow(/several servers/u);
  });

  it("refuses a case that lies in a web folder, where it could be asked for", ({ bench }) => {
    const inside = join(bench.root, "inetpub", "wwwroot", "case");
    mkdirSync(inside, { recursive: true });
    expect(() =>
      applySteps({ ...optionsFor(bench, { page: quarantineOf(bench, PAGE, "x") }), folder: inside }),
    ).toThrow(/web folder/u);
  });
});

describe("links", () => {
  const linked = (bench: Bench, make: () => void): readonly string[] => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, "as found") });
    const outside = join(bench.folder, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "shell.aspx"), "as found");
    make();
    const found = results(applySteps(options));
    expect(readFileSync(join(outside, "shell.aspx"), "utf8")).toBe("as found");
    return found;
  };

  it("never follows a link in place of the file", ({ bench }) => {
    expect(
      linked(bench, () => {
        rmSync(onServer(bench, PAGE));
        symlinkSync(join(bench.folder, "outside", "shell.aspx"), onServer(bench, PAGE));
      }),
    ).toEqual(["refused"]);
  });

  it("never follows a link in place of a folder on the way", ({ bench }) => {
    expect(
      linked(bench, () => {
        renameSync(dirname(onServer(bench, PAGE)), join(bench.folder, "aside"));
        symlinkSync(join(bench.folder, "outside"), dirname(onServer(bench, PAGE)));
      }),
    ).toEqual(["refused"]);
  });

  it("removes nothing elsewhere when a folder is swapped for a link while it works", ({ bench }) => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, "as found") });
    const outside = join(bench.folder, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "shell.aspx"), "as found");
    const disk = machineDisk();
    let swapped = false;
    const swapping = {
      ...disk,
      rename: (from: string, to: string) => {
        disk.rename(from, to);
        if (swapped) return;
        swapped = true;
        renameSync(dirname(onServer(bench, PAGE)), join(bench.folder, "aside"));
        symlinkSync(outside, dirname(onServer(bench, PAGE)));
      },
    };
    expect(results(applySteps({ ...options, disk: swapping }))).toEqual(["failed"]);
    expect(readFileSync(join(outside, "shell.aspx"), "utf8")).toBe("as found");
    expect(readFileSync(join(bench.folder, "aside", "shell.aspx"), "utf8")).toBe("as found");
  });

  for (const path of [
    "C:\\inetpub\\..\\..\\case\\plan.json",
    "C:\\a\\.\\b.aspx",
    "C:\\a:stream",
    "D:\\x.aspx",
    "\\\\host\\x.aspx",
    "C:\\a/../b.aspx",
  ])
    it(`refuses the path ${path}`, ({ bench }) => {
      const action = { ...quarantineOf(bench, PAGE, "as found"), path };
      expect(results(applySteps(optionsFor(bench, { page: action })))).toEqual(["refused"]);
    });
});

describe("hostile names", () => {
  const NAMES: Readonly<Record<string, string>> = {
    "line ends": "a\nb\r\nc.aspx",
    quotes: 'it\'s "quoted" `back`.aspx',
    "command text": "$(rm -rf ~); & calc.exe | x.aspx",
    "right to left": "\u202Exspa.gpj.aspx",
    "255 bytes": `${"é".repeat(125)}.aspx`,
    blanks: "  .aspx ",
    "a flag": "--yes.aspx",
  };
  for (const [what, name] of Object.entries(NAMES))
    it(`moves and puts back a file with ${what} in its name`, ({ bench }) => {
      const options = optionsFor(bench, {
        page: quarantineOf(bench, `inetpub\\wwwroot\\${name}`, "as found"),
      });
      const before = photograph(bench.root);
      expect(results(applySteps(options))).toEqual(["done"]);
      expect(existsSync(onServer(bench, `inetpub\\wwwroot\\${name}`))).toBe(false);
      expect(results(undoSteps(options))).toEqual(["done"]);
      expect(photograph(bench.root)).toEqual(before);
    });
});
