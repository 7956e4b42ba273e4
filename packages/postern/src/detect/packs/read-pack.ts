import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import type { Problem } from "../../model/index.ts";
import { type IndicatorFile, parseIndicatorFile } from "../iocs/index.ts";
import type { KindTexts, Pack, PackCve, PackRule, PackSource } from "./pack.ts";
import { readPackRule } from "./read-rule.ts";
import { openYaml, type YamlPlace } from "./yaml-place.ts";

/** Reads the pack in `folder`; everything that is wrong in any of its files goes to `problems`. */
export function readPack(folder: string, problems: Problem[]): Pack {
  const name = basename(folder);
  const files = listFiles(folder, "").sort();
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const open = (file: string): YamlPlace => {
    const yaml = openYaml(read(file), `${name}/${file}`);
    opened.push(yaml.problems);
    return yaml.root;
  };
  const opened: (readonly Problem[])[] = [];
  const root = open("pack.yml");
  const kinds = files.includes("kinds.yml") ? readKinds(open("kinds.yml")) : {};
  const head = readHead(root, name);
  const rules = files
    .filter((file) => /^rules\/[^/]+\.ya?ml$/.test(file))
    .flatMap((file) => readPackRule({ text: read(file), file: `${name}/${file}`, pack: head.id }, problems));
  const indicators = files.includes("indicators.json")
    ? readIndicators(read("indicators.json"), `${name}/indicators.json`, problems)
    : null;
  problems.push(...opened.flat());
  const sorted = [...rules].sort((a, b) => (a.info.id < b.info.id ? -1 : 1));
  const pack: Pack = { ...head, kinds, rules: sorted, indicators, folder, hash: hashOf(folder, files) };
  checkRules(pack, problems);
  return pack;
}

function readHead(
  root: YamlPlace,
  name: string,
): Omit<Pack, "kinds" | "rules" | "indicators" | "folder" | "hash"> {
  const id = root.at("id").text();
  if (id !== name) root.at("id").wrong(`the name of the folder, "${name}"`);
  return {
    id,
    title: root.at("title").text(),
    asOf: root.at("asOf").day(),
    window: { from: root.at("window").at("from").day(), to: root.at("window").at("to").day() },
    cves: root.at("cves").list().map(readCve),
    attack: root.at("attack").texts(),
    sources: root.at("sources").list().map(readPackSource),
  };
}

function readCve(place: YamlPlace): PackCve {
  const firstUsed = place.at("firstUsed");
  return {
    id: place.at("id").text(),
    title: place.at("title").text(),
    firstUsed: firstUsed.given ? firstUsed.day() : null,
    disclosed: place.at("disclosed").day(),
    products: place.at("products").texts(),
    requires: place
      .at("requires")
      .list()
      .map((alternative) => alternative.texts()),
    otherwise: place.at("otherwise").texts(),
  };
}

function readPackSource(place: YamlPlace): PackSource {
  return { name: place.at("name").text(), url: place.at("url").text() };
}

function readKinds(root: YamlPlace): Readonly<Record<string, KindTexts>> {
  const kinds = root.members().map(({ key, value }): [string, KindTexts] => [
    key,
    {
      title: value.at("title").text(),
      severity: value.at("severity").severity(),
      why: value.at("why").text(),
      doubt: value.at("doubt").text(),
      next: value.at("next").text(),
    },
  ]);
  return Object.fromEntries(kinds.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readIndicators(text: string, file: string, problems: Problem[]): IndicatorFile {
  const parsed = parseIndicatorFile(text, file);
  problems.push(...parsed.problems);
  return parsed.indicators;
}

function checkRules(pack: Pack, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const rule of pack.rules) {
    for (const message of mistakesOf(rule, pack, seen)) {
      problems.push({
        code: "PACK_RULE",
        severity: "error",
        at: { file: rule.file, line: 1, column: 1 },
        message,
      });
    }
    seen.add(rule.info.id);
  }
}

function mistakesOf({ info, file }: PackRule, pack: Pack, seen: ReadonlySet<string>): readonly string[] {
  const mistakes: string[] = [];
  const expected = `${pack.id}/${basename(file).replace(/\.ya?ml$/, "")}`;
  if (info.id !== expected)
    mistakes.push(`postern.id is "${info.id}", but the file's name says "${expected}"`);
  if (seen.has(info.id)) mistakes.push(`two rules have the id "${info.id}"`);
  if (!Object.hasOwn(pack.kinds, info.kind)) mistakes.push(`kinds.yml has no kind "${info.kind}"`);
  for (const cve of info.cves) {
    if (!pack.cves.some(({ id }) => id === cve)) mistakes.push(`pack.yml has no ${cve}`);
  }
  return mistakes;
}

/** Names of all files below a folder, forward slashes. Links are not followed: a pack is plain files. */
function listFiles(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(folder, name);
    return entry.isFile() ? [name] : [];
  });
}

function hashOf(folder: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    hash.update(`${file}\0${String(bytes.length)}\0`);
    hash.update(bytes);
  }
  return hash.digest("hex");
}
