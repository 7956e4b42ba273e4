import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findCatalogueFaults } from "./error-catalogue.ts";

const page = await readFile(join(import.meta.dirname, "../docs/errors.md"), "utf8");

describe("docs/errors.md", () => {
  it("explains every code that Postern can show, and no other", () => {
    expect(findCatalogueFaults(page)).toEqual([]);
  });

  it("is found incomplete when a code is left out", () => {
    const without = page.replace("### `ZIP_ENCRYPTED`", "### `ZIP_LOCKED`");
    expect(findCatalogueFaults(without)).toEqual([
      expect.stringContaining("ZIP_ENCRYPTED is not explained"),
      expect.stringContaining("explains ZIP_LOCKED"),
    ]);
  });

  it("is found incomplete when it does not say what to do", () => {
    const [first = ""] = page.match(/^- \*\*Do:\*\*.*$/mu) ?? [];
    expect(findCatalogueFaults(page.replace(`${first}\n`, ""))).toEqual([
      'docs/errors.md does not say "Do" for USAGE',
    ]);
  });
});
