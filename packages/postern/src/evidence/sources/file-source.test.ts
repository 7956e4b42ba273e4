import { chmodSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeScratch, takeIn, textOf, type Scratch } from "../testing/index.ts";
import { unreadableNote } from "./file-source.ts";

/** The root account and Windows open everything that has no lock. */
const canBeRefused = process.platform !== "win32" && process.getuid?.() !== 0;

describe("a file that cannot be opened", () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = makeScratch();
  });
  afterEach(() => {
    scratch.remove();
  });

  it("because a program holds it or rights are missing says what to do", () => {
    for (const code of ["EBUSY", "EACCES", "EPERM"]) {
      const note = unreadableNote(new Error(`${code}: resource busy or locked, open 'u_ex210303.log'`));
      expect(note).toContain(code);
      expect(note).toContain("run as administrator, or read it from a copy or a shadow copy");
    }
    expect(unreadableNote(new Error("EIO: i/o error, read"))).toBe("cannot be opened (EIO: i/o error, read)");
  });

  it.skipIf(!canBeRefused)(
    "is listed, marked as blocked, and the others are read (skipped for root and on Windows)",
    async () => {
      const locked = scratch.write("a.log", "secret");
      scratch.write("b.log", "open");
      chmodSync(locked, 0);
      const { items, damage } = await takeIn([scratch.path]);
      expect(items.map((item) => [item.name, item.blocked === true])).toEqual([
        ["a.log", true],
        ["b.log", false],
      ]);
      expect(damage).toMatchObject([{ code: "FILE_UNREADABLE", lost: "file", at: { item: 0 } }]);
      expect([await textOf(items[0]), await textOf(items[1])]).toEqual(["", "open"]);
    },
  );
});
