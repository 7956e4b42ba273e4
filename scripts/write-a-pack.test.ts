import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const QUOTE = /^<!-- (fixtures\/\S+) -->\n\n```\w+\n([\s\S]*?)^```$/gmu;

/** The formatter sets indentation and quotes of the page as it likes. */
function plain(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim().replaceAll("'", '"'))
    .join("\n");
}

it("docs/write-a-pack.md quotes the example pack as it is", async () => {
  const page = await readFile(join(ROOT, "docs/write-a-pack.md"), "utf8");
  const quotes = [...page.matchAll(QUOTE)].map(([, file = "", text = ""]) => ({ file, text }));
  expect(quotes.length).toBeGreaterThan(5);
  for (const { file, text } of quotes) {
    const whole = await readFile(join(ROOT, file), "utf8");
    expect([file, plain(whole).includes(plain(text))]).toEqual([file, true]);
  }
});
