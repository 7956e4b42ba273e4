import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { messageOf, PosternError } from "../core/index.ts";
import { findDataFolder } from "./data-folder.ts";
import { JsonPlace } from "./json-place.ts";

/** How something is taken from a server: see knowledge/collection.yml. */
export type CollectionWay = "copy" | "list" | "events" | "commands" | "raw";

const WAYS: readonly CollectionWay[] = ["copy", "list", "events", "commands", "raw"];

/** Folders that are not the same on every server. */
export type CollectionRootId = "drive" | "windows" | "program-data" | "exchange" | "iis-logs" | "web-roots";

const ROOTS: readonly CollectionRootId[] = [
  "drive",
  "windows",
  "program-data",
  "exchange",
  "iis-logs",
  "web-roots",
];

/** A folder that is looked up on the server. */
export interface CollectionRoot {
  readonly id: CollectionRootId;
  /** Where it is by default; a Windows path without a backslash at its end, except a drive's. */
  readonly usual: string;
  /** How it is found, in words. */
  readonly found: string;
}

/** Files of one folder. */
export interface CollectionPlace {
  readonly root: CollectionRootId;
  /** Below the root, backslashes between folders; `*` stands for any one folder or a part of its name. Empty: the root itself. */
  readonly folder: string;
  /** Masks with `*` and `?`, without regard to case. */
  readonly names: readonly string[];
  /** Folders below, too. */
  readonly deep: boolean;
}

/** A command of PowerShell whose output is kept. */
export interface CollectionCommand {
  /** Name of the file that holds the output. */
  readonly file: string;
  /** PowerShell text; `$Exchange` is the install folder, `$Mailbox` the mailbox when it is run for each. */
  readonly run: string;
  /** The command that must be there for it. */
  readonly needs: string;
  readonly as: "clixml" | "text" | "csv";
  readonly each: "once" | "mailbox";
}

/** One kind of evidence: what it can answer, and how to take it. */
export interface CollectionDefinition {
  readonly id: string;
  readonly title: string;
  readonly how: CollectionWay;
  /** Ids of the readers that understand it. */
  readonly reads: readonly string[];
  /** Ends the sentence "Without it nobody can say ...". */
  readonly answers: string;
  /** How long a server keeps it by default; null when nobody knows. */
  readonly keeps: string | null;
  /** Only files that changed within the age limit. */
  readonly aged: boolean;
  /** Whether files that are only listed are hashed. */
  readonly hashes: boolean;
  /** Larger files are named, not copied; null: the general limit. */
  readonly largestMb: number | null;
  readonly places: readonly CollectionPlace[];
  readonly channels: readonly string[];
  readonly commands: readonly CollectionCommand[];
  readonly sources: readonly string[];
}

/** What to take from an Exchange server, and for which question. */
export interface Collection {
  readonly asOf: string;
  readonly roots: readonly CollectionRoot[];
  readonly definitions: readonly CollectionDefinition[];
  /** Readers of what does not lie on a server, and why it is not collected. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

const FILE = "collection.yml";

/** Reads what to collect. @throws PosternError KNOWLEDGE_INVALID with the place of the mistake */
export function loadCollection(folder: string = findDataFolder("knowledge")): Collection {
  return parseCollection(readText(folder, FILE));
}

/** The PowerShell script around the definitions. @throws PosternError KNOWLEDGE_INVALID */
export function loadCollectorScript(folder: string = findDataFolder("knowledge")): string {
  return readText(folder, "collector.ps1");
}

function readText(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch (thrown) {
    const detail = { file: name, folder };
    throw new PosternError(
      "KNOWLEDGE_INVALID",
      `${name} cannot be read: ${messageOf(thrown)}`,
      detail,
      thrown,
    );
  }
}

/** As {@link loadCollection}, from the text itself. @throws PosternError KNOWLEDGE_INVALID */
export function parseCollection(text: string): Collection {
  const root = new JsonPlace(FILE, "", parseYaml(text));
  const sources = new Set(
    root
      .at("sources")
      .members()
      .map(({ key, value }) => (value.text(), key)),
  );
  return {
    asOf: root.at("asOf").day(),
    roots: root
      .at("roots")
      .list()
      .map((row) => ({
        id: row.at("id").oneOf(ROOTS),
        usual: row.at("usual").text(),
        found: row.at("found").text(),
      })),
    definitions: distinct(root.at("definitions").list(), sources),
    elsewhere: Object.fromEntries(
      root
        .at("elsewhere")
        .members()
        .map(({ key, value }) => [key, value.text()]),
    ),
  };
}

function parseYaml(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return value;
  } catch (thrown) {
    throw new PosternError("KNOWLEDGE_INVALID", `${FILE}: ${messageOf(thrown)}`, { file: FILE }, thrown);
  }
}

function distinct(rows: readonly JsonPlace[], sources: ReadonlySet<string>): readonly CollectionDefinition[] {
  const seen = new Set<string>();
  return rows.map((row) => {
    const definition = readDefinition(row, sources);
    if (seen.has(definition.id)) throw row.at("id").wrong("an id that no other definition has");
    seen.add(definition.id);
    return definition;
  });
}

function readDefinition(row: JsonPlace, sources: ReadonlySet<string>): CollectionDefinition {
  const how = row.at("how").oneOf(WAYS);
  const places = how === "copy" || how === "list" || how === "raw" ? row.at("places").list() : [];
  return {
    id: row.at("id").text(),
    title: row.at("title").text(),
    how,
    reads: row.at("reads").texts(),
    answers: row.at("answers").text(),
    keeps: row.at("keeps").textOrNull(),
    aged: row.at("aged").flag(false),
    hashes: row.at("hashes").flag(true),
    largestMb: row.at("largestMb").given ? row.at("largestMb").number() : null,
    places: places.map(readPlace),
    channels: how === "events" ? row.at("channels").texts() : [],
    commands: how === "commands" ? row.at("commands").list().map(readCommand) : [],
    sources: row.at("sources").sources(sources),
  };
}

function readPlace(row: JsonPlace): CollectionPlace {
  const folder = row.at("folder");
  return {
    root: row.at("root").oneOf(ROOTS),
    folder: folder.given ? folder.plainText() : "",
    names: row.at("names").texts(),
    deep: row.at("deep").flag(false),
  };
}

function readCommand(row: JsonPlace): CollectionCommand {
  const file = row.at("file");
  if (!/^[\w.-]{1,80}\.(?:xml|txt|csv)$/u.test(file.text())) throw file.wrong("a plain file name");
  return {
    file: file.text(),
    run: row.at("run").text(),
    needs: row.at("needs").text(),
    as: row.at("as").oneOf(["clixml", "text", "csv"]),
    each: row.at("each").given ? row.at("each").oneOf(["once", "mailbox"]) : "once",
  };
}
