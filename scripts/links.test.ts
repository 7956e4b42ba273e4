import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findBrokenLinks, linkTargets } from "./links.ts";

describe("links in the pages", () => {
  it("all lead to something in the repository", async () => {
    expect(await findBrokenLinks(join(import.meta.dirname, ".."))).toEqual([]);
  });

  it("are seen as links, images and references, but not in code and not on the web", () => {
    const text = [
      "See [the tour](docs/TOUR.md#start) and ![a picture](docs/a.png).",
      "`[not](a-link.md)` and [web](https://example.org) and [here](#anchor)",
      "```",
      "[not](in-code.md)",
      "```",
      "[ref]: docs/ref.md",
    ].join("\n");
    expect(linkTargets(text)).toEqual([
      { line: 1, target: "docs/TOUR.md#start" },
      { line: 1, target: "docs/a.png" },
      { line: 6, target: "docs/ref.md" },
    ]);
  });
});
