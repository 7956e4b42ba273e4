import type { ByteSource } from "../../core/index.ts";
import type { Damage, Place } from "../../model/index.ts";
import { excerptOf, settingValues, type Setting } from "../configuration/setting.ts";
import { webFolderOf } from "../web-file/index.ts";

/** What a file system or a listing of files says of one page: of the file itself, present or gone, never of its content. */
export interface FileTrace {
  /** Windows path as far as it is known; only the name where the source does not know the folder. Untrusted. */
  readonly path: string;
  readonly state: "present" | "gone";
  /** ISO 8601 UTC; null when the source does not say, or says it in a clock without a zone. */
  readonly createdUtc: string | null;
  readonly modifiedUtc: string | null;
  /** When the name was written into its folder ($FILE_NAME): programs that set times do not reach it. */
  readonly nameCreatedUtc: string | null;
  /** When it was deleted; only the change journal knows. */
  readonly goneUtc: string | null;
  readonly sizeBytes: number | null;
  /** The folder as the file system counts it, `<entry>-<sequence>`, where the source knows no more; the file table has its path. */
  readonly folderRef?: string;
  /** What else hangs on the file, e.g. `Zone.Identifier`, by which a download shows. Untrusted. */
  readonly streams: readonly string[];
  /** The entry as text. Untrusted. */
  readonly excerpt: string;
  readonly at: Place;
}

/** A part of a source: what is of interest in it, and what could not be read. */
export interface TraceBatch {
  readonly traces: readonly FileTrace[];
  readonly damage: readonly Damage[];
  /** Entries that were read, of interest or not. */
  readonly entries: number;
}

/** Reads one kind of source that lists files. Never throws on any bytes; memory does not grow with the size of the source. */
export interface TraceReader {
  readonly id: string;
  readonly title: string;
  /** Decides by the first bytes (64 KiB) and the file's name. */
  identify(head: Uint8Array, name: string): boolean;
  /** `item` is the EvidenceItem.index that places will carry. Throws what `source.read` throws. */
  read(source: ByteSource, item: number): AsyncIterable<TraceBatch>;
}

/** Traces kept of one source: a server has some hundred pages. */
export const MAX_TRACES = 20_000;

const PAGE = /\.(?:aspx|ashx|asmx|asp|asa|cer|cdx|svc|soap|cshtml|vbhtml)$/iu;

/** True for names of files that the web server runs when they are asked for. */
export function isPageName(name: string): boolean {
  return name.length <= 255 && PAGE.test(name);
}

/** A trace as a setting, as the judges take it. */
export function settingOfTrace(trace: FileTrace): Setting {
  const {
    path,
    state,
    createdUtc,
    modifiedUtc,
    nameCreatedUtc,
    goneUtc,
    sizeBytes,
    streams,
    folderRef = "",
  } = trace;
  return {
    kind: "file-trace",
    values: settingValues({
      path,
      state,
      folder: webFolderOf(path) ?? "",
      created: createdUtc ?? "",
      modified: modifiedUtc ?? "",
      nameCreated: nameCreatedUtc ?? "",
      gone: goneUtc ?? "",
      size: sizeBytes === null ? "" : String(sizeBytes),
      streams: streams.join(", "),
      folderRef,
    }),
    location: "",
    excerpt: excerptOf(trace.excerpt),
    at: trace.at,
  };
}

/** FILETIME (100 ns since 1601) as ISO text to the millisecond; null for times that nobody had. Source: MS-DTYP 2.3.3. */
export function timeOfFiletime(filetime: bigint): string | null {
  const timeMs = Number(filetime / 10_000n) - 11_644_473_600_000;
  const plausible = timeMs > Date.UTC(1995, 0) && timeMs < Date.UTC(2100, 0);
  return plausible ? new Date(timeMs).toISOString() : null;
}
