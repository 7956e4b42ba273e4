import { detectEncoding } from "../core/index.ts";
import {
  findBuildReader,
  findSettingReader,
  findStateReader,
  findTraceReader,
  identifyEvtx,
  identifyTextLog,
  identifyWebFile,
  identifyWindowsEvents,
  webFolderOf,
  type BuildReader,
  type SettingReader,
  type StateReader,
  type TraceReader,
} from "../artifacts/index.ts";
import { MANIFEST_NAME } from "../model/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";

/** What an item is, by its content first and its path second. */
export type ItemKind =
  | { readonly kind: "empty" }
  | { readonly kind: "text-log" }
  | { readonly kind: "windows-event" }
  | { readonly kind: "evtx" }
  | { readonly kind: "build"; readonly reader: BuildReader }
  /** Says how the server is set up, or what was removed from it; `build` also reads it where it states mitigations. */
  | {
      readonly kind: "settings";
      readonly reader: SettingReader;
      readonly build: BuildReader | null;
      readonly state: StateReader | null;
    }
  /** Objects of Exchange's own state, exported; `build` also reads them where they state builds or mitigations. */
  | { readonly kind: "state"; readonly state: StateReader; readonly build: BuildReader | null }
  /** A file system's own table or journal, or a listing of files. */
  | { readonly kind: "file-history"; readonly reader: TraceReader }
  | { readonly kind: "web-file" }
  /** The manifest of a collection that Postern's own collectors made. */
  | { readonly kind: "collection" }
  /** Known, but its content is of no use here or cannot be read yet: said, not skipped. */
  | { readonly kind: "recognised"; readonly artifact: string; readonly note: string }
  | { readonly kind: "other" };

/** Bytes of an item's start that identification looks at. */
export const HEAD_BYTES: number = 1 << 16;

interface Magic {
  readonly bytes: string;
  readonly artifact: string;
  readonly note: string;
}

/** Formats told by their first bytes (Latin-1). */
const MAGICS: readonly Magic[] = [
  { bytes: "regf", artifact: "registry-hive", note: "registry hive: not read by this version" },
  { bytes: "!BDN", artifact: "pst", note: "Outlook data file" },
];

/** Readers that take any text or object that names a build: asked only when nothing more particular knows the file. */
const LOOSE_READERS: ReadonlySet<string> = new Set(["exchange-server-text", "exchange-server-json"]);

/** Takes any text whose name says antivirus: asked only when nothing more particular knows the file. */
const LOOSE_SETTINGS = "antivirus-log";

const COLLECTOR_FILES =
  /^(client_info|collection_context|requests|log|logs|uploads|custom_artifacts|hunt_info|metadata)\.json(\.index)?$|_(consolelog\.txt|copylog\.csv|skiplog\.csv)$/iu;

const OWN_CASE: ItemKind = {
  kind: "recognised",
  artifact: "postern-case",
  note: "a case that Postern wrote: what it says was judged when it was written",
};

/** Tells what an item is. `head` are its first {@link HEAD_BYTES} bytes. */
export function identifyItem(item: EvidenceItem, head: Uint8Array): ItemKind {
  if (head.length === 0) return { kind: "empty" };
  if (item.isOwnCase === true) return OWN_CASE;
  if (identifyEvtx(head)) return { kind: "evtx" };
  const start = Buffer.from(head.subarray(0, 16)).toString("latin1");
  const inWebFolder = webFolderOf(item.logicalPath ?? item.origin) !== null;
  const magic = inWebFolder ? undefined : MAGICS.find((candidate) => start.startsWith(candidate.bytes));
  if (magic !== undefined) return { kind: "recognised", artifact: magic.artifact, note: magic.note };
  if (item.name === MANIFEST_NAME) return { kind: "collection" };
  if (COLLECTOR_FILES.test(item.name))
    return {
      kind: "recognised",
      artifact: "collector-metadata",
      note: "what the collector wrote about itself",
    };
  const history = inWebFolder ? null : findTraceReader(head, item.name);
  if (history !== null) return { kind: "file-history", reader: history };
  const reader = findBuildReader(head, item.name);
  const settings = findSettingReader(head, item.name);
  if (settings !== null && settings.id !== LOOSE_SETTINGS)
    return { kind: "settings", reader: settings, build: reader, state: stateBeside(settings, head, item) };
  const state = inWebFolder ? null : findStateReader(head, item.name);
  if (state !== null) return { kind: "state", state, build: reader };
  if (reader !== null && !LOOSE_READERS.has(reader.id)) return { kind: "build", reader };
  if (identifyWebFile(item, head) !== null) return { kind: "web-file" };
  if (identifyWindowsEvents(head, item.name)) return { kind: "windows-event" };
  if (identifyTextLog(headText(head))) return { kind: "text-log" };
  if (settings !== null) return { kind: "settings", reader: settings, build: null, state: null };
  if (reader !== null) return { kind: "build", reader };
  return inWebFolder ? { kind: "web-file" } : { kind: "other" };
}

/** HealthChecker's file holds a list of modules and objects of Exchange's state. */
function stateBeside(reader: SettingReader, head: Uint8Array, item: EvidenceItem): StateReader | null {
  return reader.id === "iis-modules-inventory" ? findStateReader(head, item.name) : null;
}

function headText(head: Uint8Array): string {
  const { encoding } = detectEncoding(head);
  return new TextDecoder(encoding).decode(head);
}
