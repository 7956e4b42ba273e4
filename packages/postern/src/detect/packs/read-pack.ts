import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import type { Problem } from "../../model/index.ts";
import { type IndicatorFile, parseIndicatorFile } from "../iocs/index.ts";
import type { KindTexts, Pack, PackCve, PackSource } from "./pack.ts";
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
  return { ...head, kinds, rules: sorted, indicators, folder, hash: hashPack(folder, files) };
}

/** SHA-256 over the names and bytes of a pack's files. */
export function hashPack(folder: string, files: readonly string[] = listFiles(folder, "").sort()): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    hash.update(`${file}\0${String(bytes.length)}\0`);
    hash.update(bytes);
  }
  return hash.digest("hex");
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
    uses: readOptionalTexts(root.at("uses")),
    window: readWindow(root.at("window")),
    cves: root.at("cves").list().map(readCve),
    attack: root.at("attack").texts(),
    sources: root.at("sources").list().map(readPackSource),
  };
}

function readWindow(place: YamlPlace): Pack["window"] {
  return place.given ? { from: place.at("from").day(), to: place.at("to").day() } : null;
}

function readCve(place: YamlPlace): PackCve {
  const firstUsed = place.at("firstUsed");
  return {
    id: place.at("id").text(),
    title: place.at("title").text(),
    firstUsed: firstUsed.given ? firstUsed.day() : null,
    disclosed: place.at("disclosed").day(),
    products: place.at("products").texts(),
    requires: readRequired(place.at("requires")),
    otherwise: place.at("otherwise").texts(),
    onlyAfter: readOnlyAfter(place.at("onlyAfter")),
    setting: readSetting(place.at("setting")),
  };
}

/** A list of ways to answer, or the word `none`: a list left empty by mistake must not look like knowledge. */
function readRequired(place: YamlPlace): PackCve["requires"] {
  if (place.textOrNull() === "none") return [];
  const ways = place.list().map((alternative) => alternative.texts());
  if (ways.length === 0) place.wrong("a list of ways to answer, or none");
  return ways;
}

function readOnlyAfter(place: YamlPlace): PackCve["onlyAfter"] {
  return place.given ? place.oneOf<"break-in" | "session">(["break-in", "session"], "break-in") : null;
}

type SettingName = NonNullable<PackCve["setting"]>;

function readSetting(place: YamlPlace): PackCve["setting"] {
  return place.given
    ? place.oneOf<SettingName>(["shared-identity", "extended-protection"], "shared-identity")
    : null;
}

function readOptionalTexts(place: YamlPlace): readonly string[] {
  return place.given ? place.texts() : [];
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
      ...(value.at("cleanup").given ? { cleanup: value.at("cleanup").texts() } : {}),
    },
  ]);
  return Object.fromEntries(kinds.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readIndicators(text: string, file: string, problems: Problem[]): IndicatorFile {
  const parsed = parseIndicatorFile(text, file);
  problems.push(...parsed.problems);
  return parsed.indicators;
}

/** Names of all files below a folder, forward slashes. Links are not followed: a pack is plain files. */
function listFiles(folder: string, below: string): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(folder, name);
    return entry.isFile() ? [name] : [];
  });
}
