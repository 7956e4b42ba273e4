import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type {
  Collection,
  CollectionDefinition,
  CollectionPlace,
  CollectionRootId,
} from "../knowledge/index.ts";

/** Folders of a server that are not the usual ones; KAPE cannot look them up. */
export interface KapePlaces {
  readonly exchange?: string;
  readonly iisLogs?: readonly string[];
  readonly webRoots?: readonly string[];
}

const LOGS_FOLDER = "C:\\Windows\\System32\\winevt\\Logs\\";

/** The KAPE target (`.tkape`): YAML with one entry for each folder and mask. Source: KapeFiles, Targets/CompoundTargetGuide. */
export function renderKape(collection: Collection, places: KapePlaces = {}): string {
  const roots = rootsOf(collection, places);
  const targets = collection.definitions.flatMap((definition) => targetsOf(definition, roots));
  const target = {
    Description: "Exchange Server: what Postern reads",
    Author: "Postern (postern collect --to kape)",
    Version: "1.0",
    Id: uuidOf(`postern ${collection.asOf}`),
    RecreateDirectories: true,
    Targets: targets,
  };
  const left = collection.definitions.filter((definition) => definition.how === "commands");
  const comments = [
    `# Made from definitions of ${collection.asOf}. KAPE looks up no folders: paths of Exchange, IIS logs and web folders are`,
    "# written below; make the file anew with --exchange, --iis-logs and --web-root where they differ.",
    `# KAPE asks nothing: ${left.map((definition) => definition.title).join("; ")} are taken by the PowerShell collector only.`,
  ];
  return `${comments.join("\n")}\n${stringify(target, { lineWidth: 0 })}`.replaceAll("\n", "\r\n");
}

function rootsOf(
  collection: Collection,
  { exchange, iisLogs, webRoots }: KapePlaces,
): ReadonlyMap<CollectionRootId, readonly string[]> {
  const usual = (id: CollectionRootId): readonly string[] =>
    collection.roots.filter((root) => root.id === id).map((root) => root.usual);
  const also = (id: CollectionRootId, given: readonly string[] | undefined): readonly string[] => [
    ...new Set([...usual(id), ...(given ?? [])]),
  ];
  return new Map<CollectionRootId, readonly string[]>([
    ...collection.roots.map((root) => [root.id, usual(root.id)] as const),
    ["exchange", exchange === undefined ? usual("exchange") : [exchange.replace(/\\+$/u, "")]],
    ["iis-logs", also("iis-logs", iisLogs)],
    ["web-roots", also("web-roots", webRoots)],
  ]);
}

interface KapeTarget {
  readonly Name: string;
  readonly Category: string;
  readonly Path: string;
  readonly FileMask: string;
  readonly Recursive?: boolean;
  readonly AlwaysAddToQueue?: boolean;
  readonly SaveAsFileName?: string;
}

function targetsOf(
  definition: CollectionDefinition,
  roots: ReadonlyMap<CollectionRootId, readonly string[]>,
): readonly KapeTarget[] {
  const common = { Name: definition.title, Category: "Exchange" };
  if (definition.how === "events")
    return definition.channels.map((channel) => ({
      ...common,
      Path: LOGS_FOLDER,
      FileMask: `${channel.replaceAll("/", "%4")}.evtx`,
    }));
  // KAPE lists no hashes without copying; these would be gigabytes.
  if (definition.how === "list") return [];
  return definition.places.flatMap((place) =>
    (roots.get(place.root) ?? []).flatMap((root) =>
      place.names.map((mask) => ({ ...common, ...fileOf(root, place, mask) })),
    ),
  );
}

function fileOf(
  root: string,
  { folder, deep }: CollectionPlace,
  mask: string,
): Pick<KapeTarget, "Path" | "FileMask"> & Partial<KapeTarget> {
  const Path = `${root.replace(/\\+$/u, "")}\\${folder === "" ? "" : `${folder}\\`}`;
  const [name = mask, stream] = mask.split(":");
  const file = stream === undefined ? { FileMask: name } : { FileMask: mask, SaveAsFileName: stream };
  return {
    Path,
    ...file,
    ...(deep ? { Recursive: true } : {}),
    ...(mask.startsWith("$") ? { AlwaysAddToQueue: true } : {}),
  };
}

/** KAPE wants a GUID for each target: the same definitions, the same GUID (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
