import { VERSION } from "../core/index.ts";
import type {
  Collection,
  CollectionCommand,
  CollectionDefinition,
  CollectionPlace,
} from "../knowledge/index.ts";

const MARK = "#DEFINITIONS#";

/**
 * The PowerShell collector: the script with the definitions put in as data. ASCII only, CRLF, for Windows PowerShell 3.0 to 5.1.
 * @param script knowledge/collector.ps1
 */
export function renderPowershell(collection: Collection, script: string): string {
  const table = [
    `$CollectorVersion = ${quoted(VERSION)}`,
    `$DefinitionsAsOf = ${quoted(collection.asOf)}`,
    "$Definitions = @(",
    collection.definitions.map(definitionText).join(",\n"),
    ")",
  ].join("\n");
  return script
    .replace(MARK, () => table)
    .replaceAll("\r\n", "\n")
    .replaceAll("\n", "\r\n");
}

function definitionText(definition: CollectionDefinition): string {
  const { id, title, how, aged, hashes, largestMb, places, channels, commands } = definition;
  return [
    "    @{",
    `        Id = ${quoted(id)}; Title = ${quoted(title)}`,
    `        How = ${quoted(how)}; Aged = ${flag(aged)}; Hashes = ${flag(hashes)}; LargestMB = ${String(largestMb ?? 0)}`,
    `        Places = ${list(places.map(placeText))}`,
    `        Channels = ${list(channels.map(quoted))}`,
    `        Commands = ${list(commands.map(commandText))}`,
    "    }",
  ].join("\n");
}

function placeText({ root, folder, names, deep }: CollectionPlace): string {
  const masks = names.map((name) => quoted(likePattern(name))).join(", ");
  return `@{ Root = ${quoted(root)}; Folder = ${quoted(folder)}; Names = @(${masks}); Deep = ${flag(deep)} }`;
}

/** The command itself stands in the script as code that can be read, not as text that is evaluated. */
function commandText({ file, run, needs, as, each }: CollectionCommand): string {
  return `@{ File = ${quoted(file)}; As = ${quoted(as)}; Needs = ${quoted(needs)}; Each = ${quoted(each)}; Run = { ${run} } }`;
}

function list(items: readonly string[]): string {
  if (items.length === 0) return "@()";
  return `@(\n${items.map((item) => `            ${item}`).join(",\n")}\n        )`;
}

/** In a mask of Windows brackets are themselves; in one of PowerShell they are not. */
function likePattern(mask: string): string {
  return mask.replace(/[[\]`]/gu, "`$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function flag(value: boolean): string {
  return value ? "$true" : "$false";
}
