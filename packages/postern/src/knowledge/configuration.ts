import { findDataFolder } from "./data-folder.ts";
import type { JsonPlace } from "./json-place.ts";
import { readPart } from "./load.ts";

/** Where a name of a known back door is looked for. */
export type BadPlace = "module" | "assembly" | "folder" | "task" | "machine-key";

/** A name that published back doors use. */
export interface KnownBad {
  readonly place: BadPlace;
  readonly name: string;
  readonly what: string;
}

/** What belongs into the configuration of an Exchange server (knowledge/configuration.json). Paths hold `%windir%` and the like. */
export interface ConfigurationFacts {
  readonly nativeModules: readonly string[];
  /** Full names of types, without their assembly. */
  readonly managedTypes: readonly string[];
  readonly isapiFilters: readonly string[];
  readonly scriptProcessors: readonly string[];
  /** Beginnings of paths. */
  readonly virtualDirectories: readonly string[];
  /** Beginnings of paths. */
  readonly logFolders: readonly string[];
  readonly agentFactories: readonly string[];
  readonly knownBad: readonly KnownBad[];
}

const BAD_PLACES: readonly BadPlace[] = ["module", "assembly", "folder", "task", "machine-key"];

/** Reads what belongs into the configuration of an Exchange server. @throws PosternError KNOWLEDGE_INVALID */
export function loadConfigurationFacts(folder: string = findDataFolder("knowledge")): ConfigurationFacts {
  return readPart(folder, "configuration.json", readFacts).rows;
}

function readFacts(root: JsonPlace, sources: ReadonlySet<string>): ConfigurationFacts {
  const values = (key: string): readonly string[] => root.at(key).values(sources);
  return {
    nativeModules: values("nativeModules"),
    managedTypes: values("managedTypes"),
    isapiFilters: values("isapiFilters"),
    scriptProcessors: values("scriptProcessors"),
    virtualDirectories: values("virtualDirectories"),
    logFolders: values("logFolders"),
    agentFactories: values("agentFactories"),
    knownBad: root
      .at("knownBad")
      .list()
      .map((row) => {
        row.at("sources").sources(sources);
        return {
          place: row.at("place").oneOf(BAD_PLACES),
          name: row.at("name").text(),
          what: row.at("what").text(),
        };
      }),
  };
}
