import { stringify } from "yaml";
import type { Collection, CollectionDefinition, CollectionPlace } from "../knowledge/index.ts";
import { HASHES_QUERY, UPLOADS_QUERY } from "./velociraptor-vql.ts";

const NAME = "Custom.Exchange.Postern";

/**
 * The Velociraptor artifact: YAML with VQL that looks up the folders, uploads what the globs find and hashes what is only to be listed.
 * Its source is called Uploads, so that file times are found where those of other triage artifacts are.
 */
export function renderVelociraptor(collection: Collection): string {
  const csv = (name: string, description: string, rows: string): unknown => ({
    name,
    description,
    type: "csv",
    default: rows,
  });
  const int = (name: string, description: string, value: string): unknown => ({
    name,
    description,
    type: "int",
    default: value,
  });
  const artifact = {
    name: NAME,
    author: "Postern (postern collect --to velociraptor)",
    description: descriptionOf(collection),
    type: "CLIENT",
    precondition: "SELECT OS FROM info() WHERE OS = 'windows'",
    parameters: [
      int("MaxAgeDays", "Logs that changed before so many days are left out; 0 takes all", "0"),
      int("MaxFileMB", "Larger files are left out", "4096"),
      csv("UsualFolders", "Where things are by default; add what was moved", folderTable(collection)),
      csv("Globs", "What to upload", globTable(collection, ["copy", "events", "raw"])),
      csv("HashGlobs", "What to hash only", globTable(collection, ["list"])),
    ],
    sources: [
      { name: "Uploads", query: UPLOADS_QUERY },
      { name: "Hashes", query: HASHES_QUERY },
    ],
  };
  return stringify(artifact, { lineWidth: 0, blockQuote: "literal" });
}

function descriptionOf(collection: Collection): string {
  const asked = collection.definitions.filter((definition) => definition.how === "commands");
  return [
    `Takes from an Exchange server what Postern reads (definitions of ${collection.asOf}). Give the collection's zip to postern assess.`,
    `It does not ask Exchange: ${asked.map((one) => one.title).join("; ")} are taken by the PowerShell collector only.`,
    "",
    ...collection.definitions
      .filter((one) => one.how !== "commands")
      .map((one) => `- ${one.title}: ${one.answers}`),
    "",
  ].join("\n");
}

function folderTable({ roots }: Collection): string {
  return `Root,Folder\n${roots.map(({ id, usual }) => `${id},"${usual.replace(/\\$/u, "")}"\n`).join("")}`;
}

function globTable(collection: Collection, ways: readonly CollectionDefinition["how"][]): string {
  const rows = collection.definitions
    .filter((definition) => ways.includes(definition.how))
    .flatMap((definition) =>
      definition.how === "events"
        ? definition.channels.map((channel) =>
            row(definition, "windows", `System32/winevt/Logs/${channel.replaceAll("/", "%4")}.evtx`),
          )
        : definition.places.flatMap((place) =>
            place.names.map((name) => row(definition, place.root, globOf(place, name))),
          ),
    );
  return `Definition,At,Glob,Aged,Hashed,Accessor\n${rows.join("\n")}\n`;
}

function row(definition: CollectionDefinition, root: string, glob: string): string {
  const accessor = definition.how === "raw" ? "ntfs" : "auto";
  const flags = [definition.aged, definition.hashes].map((value) => (value ? "Y" : "N"));
  return `${definition.id},${root},"${glob}",${flags.join(",")},${accessor}`;
}

function globOf({ folder, deep }: CollectionPlace, name: string): string {
  return [...(folder === "" ? [] : folder.split("\\")), ...(deep ? ["**"] : []), name].join("/");
}
