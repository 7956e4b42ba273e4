import type { BadPlace, ConfigurationFacts, KnownBad } from "../../knowledge/index.ts";
import { isHidingPlace, normalizeWindowsPath, placeOfPath } from "./windows-place.ts";

/** What belongs into a configuration, ready for questions about one entry. */
export interface KnownSettings {
  hasNativeModule(path: string): boolean;
  /** `type` as the configuration gives it, with or without its assembly. */
  hasManagedType(type: string): boolean;
  hasFilter(path: string): boolean;
  hasScriptProcessor(path: string): boolean;
  hasVirtualDirectory(path: string): boolean;
  hasLogFolder(path: string): boolean;
  hasAgentFactory(name: string): boolean;
  /** A published back door's name, without regard to case. */
  findBad(place: BadPlace, name: string): KnownBad | null;
}

const INSTALL = "%exchangeinstallpath%";
/** An Exchange install folder on any drive. */
const INSTALL_AT =
  /^[a-z]:\\(?:[^\\]{1,100}\\){0,6}?exchange server\\v1[45]\\|^[a-z]:\\(?:[^\\]{1,100}\\){0,4}?exchange[^\\]{0,20}\\(?:v1[45]\\)?/u;

/** Builds the lookups from the knowledge. */
export function createKnownSettings(facts: ConfigurationFacts): KnownSettings {
  const types = new Set(facts.managedTypes.map((type) => type.toLowerCase()));
  const factories = new Set(facts.agentFactories.map((name) => name.toLowerCase()));
  const bad = new Map(facts.knownBad.map((row) => [`${row.place} ${row.name.toLowerCase()}`, row]));
  return {
    hasNativeModule: whole(facts.nativeModules),
    hasManagedType: (type) => types.has(typeNameOf(type).toLowerCase()),
    hasFilter: whole(facts.isapiFilters),
    hasScriptProcessor: whole(facts.scriptProcessors),
    hasVirtualDirectory: beginning(facts.virtualDirectories),
    hasLogFolder: beginning(facts.logFolders),
    hasAgentFactory: (name) => factories.has(name.trim().toLowerCase()),
    findBad: (place, name) => bad.get(`${place} ${name.toLowerCase()}`) ?? null,
  };
}

/** `Name.Space.Type` of `Name.Space.Type, Assembly, Version=...`. */
export function typeNameOf(type: string): string {
  return (type.split(",")[0] ?? "").replace(/\s+/gu, "");
}

/** The assembly's short name, or null when the type names none. */
export function assemblyOf(type: string): string | null {
  const name = (type.split(",")[1] ?? "").trim();
  return name === "" ? null : name;
}

function whole(values: readonly string[]): (path: string) => boolean {
  const known = new Set(values.map(comparable));
  return (path) => formsOf(path).some((form) => known.has(form));
}

function beginning(values: readonly string[]): (path: string) => boolean {
  const known = values.map((value) => `${comparable(value)}\\`);
  return (path) => formsOf(path).some((form) => known.some((start) => `${form}\\`.startsWith(start)));
}

function comparable(value: string): string {
  const lower = value.toLowerCase();
  if (lower.startsWith(INSTALL)) return `${INSTALL}\\${normalizeWindowsPath(lower.slice(INSTALL.length))}`;
  return withoutDrive(normalizeWindowsPath(lower));
}

/** Windows and inetpub lie on any drive; so does Exchange, but not where anybody may write. */
function formsOf(path: string): readonly string[] {
  const normalized = normalizeWindowsPath(path);
  const forms = [withoutDrive(normalized)];
  const install = isHidingPlace(placeOfPath(normalized)) ? undefined : INSTALL_AT.exec(normalized)?.[0];
  if (install !== undefined) forms.push(`${INSTALL}\\${normalized.slice(install.length)}`);
  return forms;
}

function withoutDrive(normalized: string): string {
  return normalized.replace(/^[a-z]:/u, "");
}
