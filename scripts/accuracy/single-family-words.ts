import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Label } from "./labels.ts";

/** Words shorter than this are met everywhere. */
const SHORTEST = 6;

/** All words in texts and patterns of the source files below a folder, tests left out, lower case. */
export function wordsOfSources(folder: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const code = readFileSync(join(folder, name), "utf8").replace(/\/\*[\s\S]*?\*\//gu, "");
    const quoted = [
      ...code.matchAll(/"((?:[^"\\\n]|\\.)*)"|`([^`]*)`|\/((?:[^/\\\n]|\\.)+)\/[iugmsy]{1,4}/gu),
    ];
    for (const [, text, template, pattern] of quoted) {
      // A sentence for people is no rule.
      const told = text !== undefined && text.length > 30 && text.includes(" ") && !text.includes("|");
      if (!told) for (const word of splitWords(text ?? template ?? pattern ?? "")) words.add(word);
    }
  }
  return words;
}

function splitWords(text: string): readonly string[] {
  return (text.toLowerCase().match(/[a-z0-9_-]{2,}/gu) ?? []).filter((word) => word.length >= SHORTEST);
}

/** Words that stand in the web shells of a single family and in no honest file: what a rule that knows a sample would hold. */
export function wordsOfOneFamily(
  words: ReadonlySet<string>,
  labels: readonly Label[],
  corpus: string,
): readonly string[] {
  const clusters = new Map<string, Set<string>>();
  const honest = new Set<string>();
  for (const label of labels) {
    if (label.family === "jsp") continue;
    const text = readFileSync(join(corpus, label.path)).toString("latin1");
    for (const word of new Set(splitWords(text))) {
      if (!words.has(word)) continue;
      if (label.label === "benign") honest.add(word);
      else clusters.set(word, (clusters.get(word) ?? new Set()).add(label.cluster));
    }
  }
  return [...clusters]
    .filter(([word, families]) => families.size === 1 && !honest.has(word))
    .map(([word]) => word)
    .sort();
}
