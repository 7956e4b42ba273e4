/** Relative links in the project's Markdown pages: does what they point to exist? */
import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".corpus", ".bench"]);

/** A link whose target does not exist. */
export interface BrokenLink {
  readonly page: string;
  readonly line: number;
  readonly target: string;
}

/** Targets of the relative links and images in a Markdown text, with their 1-based lines; code is left out. */
export function linkTargets(markdown: string): readonly { readonly line: number; readonly target: string }[] {
  let isFenced = false;
  return markdown.split("\n").flatMap((text, index) => {
    if (/^\s*(?:```|~~~)/u.test(text)) isFenced = !isFenced;
    if (isFenced) return [];
    const prose = text.replaceAll(/`[^`]*`/gu, "");
    const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)/gu)].map((match) => match[1] ?? "");
    const referenced = /^\[[^\]]+\]:\s+(\S+)/u.exec(prose)?.[1];
    return [...inline, ...(referenced === undefined ? [] : [referenced])]
      .filter((target) => !/^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/iu.test(target))
      .map((target) => ({ line: index + 1, target }));
  });
}

/** All relative links under `root` that lead nowhere, in the order of page and line. */
export async function findBrokenLinks(root: string): Promise<readonly BrokenLink[]> {
  const broken: BrokenLink[] = [];
  for (const page of await markdownPages(root, "")) {
    for (const { line, target } of linkTargets(await readFile(join(root, page), "utf8"))) {
      const path = decodeURIComponent(target.replace(/[#?].*$/u, ""));
      const from = path.startsWith("/") ? "" : dirname(page);
      if (!(await exists(join(root, from, path)))) broken.push({ page, line, target });
    }
  }
  return broken;
}

async function markdownPages(root: string, folder: string): Promise<readonly string[]> {
  const pages: string[] = [];
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.endsWith("-case")) {
      pages.push(...(await markdownPages(root, path)));
    } else if (entry.isFile() && entry.name.endsWith(".md")) pages.push(path);
  }
  return pages;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
